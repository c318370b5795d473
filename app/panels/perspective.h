#pragma once
#include <algorithm>
#include <cmath>

#include "app/panels/camera.h"

namespace pf::panels {

inline constexpr double least_tilt = 8;  // degrees

// Of the height view, by so many degrees.
inline void turn_view(UiState& ui, double turn, double tilt) {
    ui.turn = std::remainder(ui.turn + turn, 360.0);
    ui.tilt = std::clamp(ui.tilt + tilt, least_tilt, 90.0);
}

// p_t as a surface over a square of the plane, seen from outside and above: a point (x₁, x₂) at a height goes to a point of the pane's world. The
// square's centre stays where it is; seen from straight above (tilt 90°, turn 0) the ground is the plane itself, smaller, and what is high lies a little farther out.
struct Perspective {
    static constexpr double highest = 0.85;  // of the surface, in half sides of the square
    static constexpr double distance = 6;    // of the eye, likewise
    static constexpr double size = 0.62;     // of the square on the pane, so that its corners fit however it is turned

    double x = 0, y = 0, half = 1;  // the square
    double turn = 0, tilt = 0;      // degrees: of the square about its middle, of the eye above its plane

    // `height` from 0 to 1.
    Point operator()(double x1, double x2, double height) const {
        const double a = turn * degree, e = tilt * degree, u = (x1 - x) / half, v = (x2 - y) / half;
        const double right = u * std::cos(a) - v * std::sin(a), away = u * std::sin(a) + v * std::cos(a), up = highest * height;
        const double nearer = distance / (distance + away * std::cos(e) - up * std::sin(e));
        return {x + size * half * right * nearer, y + size * half * (nearer * (away * std::sin(e) + up * std::cos(e)) - 0.12 * highest * std::cos(e))};
    }
    // How much farther from the eye a step in x₁ and in x₂ leads: what is drawn first.
    double away_x1() const { return std::sin(turn * degree); }
    double away_x2() const { return std::cos(turn * degree); }

private:
    static constexpr double degree = 0.017453292519943295;
};

// Of a scene: over scene_box(), as ui has it turned.
inline Perspective perspective(const UiState& ui, const Box& box) {
    return {(box.x_min + box.x_max) / 2, (box.y_min + box.y_max) / 2, (box.x_max - box.x_min) / 2, ui.turn, ui.tilt};
}

}  // namespace pf::panels
