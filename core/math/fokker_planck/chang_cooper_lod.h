#pragma once
#include "core/math/fokker_planck/scheme.h"

namespace pf::fokker_planck {

// Chang & Cooper 1970 with locally one-dimensional backward Euler steps (Yanenko 1971), drift u + D s at the end of the step. First
// order, positive for any step.
template <class S>
class ChangCooperLod {
public:
    static constexpr int order = 1;
    static constexpr bool needs_noise = true, refuses_noise = false, conservative = true;

    explicit ChangCooperLod(const Setting<S>& setting) : setting_(setting), turned_(setting.grid), x_(setting.grid, Axis::x), y_(setting.grid, Axis::y) {}

    void step(Plane<S>& p, double t, double h) {
        x_.chang_cooper(setting_, t + h);
        turned_.along_x(p, [&](Plane<S>& q) { solve_lines(h, x_.left, x_.right, q, x_.scratch); });
        y_.chang_cooper(setting_, t + h);
        solve_lines(h, y_.left, y_.right, p, y_.scratch);
    }

private:
    Setting<S> setting_;
    Turned<S> turned_;
    Weights<S> x_, y_;
};

}  // namespace pf::fokker_planck
