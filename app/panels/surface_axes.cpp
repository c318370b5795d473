#include "app/panels/surface_axes.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <initializer_list>
#include <vector>

#include "app/runtime/figure/axis.h"

namespace pf::panels {
namespace {

class SurfaceAxes {
public:
    SurfaceAxes(const Sheet& sheet, const Perspective& view) : s_(sheet), view_(view) {}

    ImVec2 at(double x1, double x2, double height = 0) const {
        const Point on = to_screen(s_.camera, s_.pane, view_(x1, x2, height));
        return {static_cast<float>(on.x), static_cast<float>(on.y)};
    }
    void line(ImVec2 a, ImVec2 b) const { s_.draw.AddLine(a, b, rgba(s_.p.text, 0.8f), s_.stroke * s_.scale); }
    // Where the words have room, at one of these heights; false: at none.
    bool put(const std::string& words, float x, std::initializer_list<float> heights) {
        const float gap = 2 * s_.scale, width = s_.width(words), least = s_.pane.x + s_.margin();
        x = std::clamp(x, least, std::max(least, s_.pane.x + s_.pane.width - s_.margin() - width));
        for (const float y : heights) {
            const ImVec4 room{x - gap, y, x + width + gap, y + s_.size};
            if (std::any_of(taken_.begin(), taken_.end(), [&](const ImVec4& other) { return room.x < other.z && room.z > other.x && room.y < other.w && room.w > other.y; })) continue;
            taken_.push_back(room);
            s_.haloed(x, y, words);
            return true;
        }
        return false;
    }
    // One of the front edges, along which its numbers and beyond them its name stand `out` of it.
    void edge(ImVec2 from, ImVec2 to, double low, double high, const std::function<ImVec2(double value, double out)>& place, const char* name) {
        const float room = std::hypot(from.x - to.x, from.y - to.y) / (4 * s_.size);
        if (room < 1) return;  // it points at the eye
        for (const double v : ticks({low, high, false, ""}, std::max(2, static_cast<int>(room)))) {
            const ImVec2 on = place(v, 0), beyond = place(v, 1), out{beyond.x - on.x, beyond.y - on.y};
            const std::string words = tick_label(v);
            // Wide ones begin where narrow ones do, or they would lie across the edge.
            const float wide = s_.width(words), aside = out.x / std::max(1.f, std::hypot(out.x, out.y)) * std::max(0.f, wide / 2 - 0.2f * s_.size), tick = 0.3f;
            if (put(words, beyond.x + aside - wide / 2, {beyond.y - s_.size / 2})) line(on, {on.x + tick * out.x, on.y + tick * out.y});
        }
        for (const double beyond : {3.2, 3.8, 4.4, 5.0}) {
            const ImVec2 middle = place((low + high) / 2, beyond);
            if (put(name, middle.x, {middle.y - s_.size / 2})) break;
        }
    }
    void height(double maximum) {
        const double low_x = view_.x - view_.half, low_y = view_.y - view_.half, high_x = view_.x + view_.half, high_y = view_.y + view_.half;
        double x1 = low_x, x2 = low_y;
        for (const auto& [a, b] : {std::pair{low_x, high_y}, std::pair{high_x, low_y}, std::pair{high_x, high_y}})
            if (at(a, b).x < at(x1, x2).x) x1 = a, x2 = b;
        const ImVec2 foot = at(x1, x2), top = at(x1, x2, 1);
        line(foot, top);
        const std::string words = "p = " + two_digits(maximum);
        put(words, top.x - s_.width(words) / 2, {top.y - 1.4f * s_.size});
        // Above the foot where a number of the ground stands beside it.
        if (foot.y - top.y > 1.5f * s_.size) put("0", foot.x - s_.width("0") - 7 * s_.scale, {foot.y - s_.size / 2, foot.y - 1.1f * s_.size, foot.y - 1.7f * s_.size});
    }

private:
    const Sheet& s_;
    const Perspective& view_;
    std::vector<ImVec4> taken_;
};

}  // namespace

void draw_surface_axes(const Sheet& s, const Perspective& view, double maximum) {
    SurfaceAxes axes(s, view);
    const double front_x = view.x + (view.away_x1() > 0 ? -view.half : view.half), front_y = view.y + (view.away_x2() > 0 ? -view.half : view.half), out = std::max(0.09 * view.half, 0.7 * static_cast<double>(s.size) * s.camera.units_per_pixel / Perspective::size);
    const double out_x = front_x > view.x ? out : -out, out_y = front_y > view.y ? out : -out;
    const double low_x = view.x - view.half, high_x = view.x + view.half, low_y = view.y - view.half, high_y = view.y + view.half;
    axes.edge(axes.at(low_x, front_y), axes.at(high_x, front_y), low_x, high_x, [&](double v, double by) { return axes.at(v, front_y + by * out_y); }, "x₁");
    axes.edge(axes.at(front_x, low_y), axes.at(front_x, high_y), low_y, high_y, [&](double v, double by) { return axes.at(front_x + by * out_x, v); }, "x₂");
    if (maximum > 0 && view.tilt <= 75) axes.height(maximum);  // seen from above it has no height
}

}  // namespace pf::panels
