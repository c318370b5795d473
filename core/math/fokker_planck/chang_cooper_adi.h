#pragma once
#include "core/math/fokker_planck/scheme.h"

namespace pf::fokker_planck {

// Chang & Cooper 1970 (Scharfetter & Gummel 1969 in two dimensions) with the alternating directions of Peaceman & Rachford 1955, drift
// u + D s at the middle of the step: the usual choice. Second order; not positive for large steps.
template <class S>
class ChangCooperAdi {
public:
    static constexpr int order = 2;
    static constexpr bool needs_noise = true, refuses_noise = false, conservative = true;

    explicit ChangCooperAdi(const Setting<S>& setting)
        : setting_(setting), x_(setting.grid, Axis::x), y_(setting.grid, Axis::y), p_x_(cell_plane<S>(setting.grid, Axis::x)), half_x_(p_x_), half_y_(cell_plane<S>(setting.grid, Axis::y)) {}

    void step(Plane<S>& p, double t, double h) {
        x_.chang_cooper(setting_, t + h / 2);
        y_.chang_cooper(setting_, t + h / 2);
        apply_lines(h / 2, y_.left, y_.right, p, half_y_);
        transpose(half_y_, p_x_);
        solve_lines(h / 2, x_.left, x_.right, p_x_, x_.scratch);
        apply_lines(h / 2, x_.left, x_.right, p_x_, half_x_);
        transpose(half_x_, p);
        solve_lines(h / 2, y_.left, y_.right, p, y_.scratch);
    }

private:
    Setting<S> setting_;
    Weights<S> x_, y_;
    Plane<S> p_x_, half_x_, half_y_;
};

}  // namespace pf::fokker_planck
