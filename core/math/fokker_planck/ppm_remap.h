#pragma once
#include "core/math/fokker_planck/transport.h"

namespace pf::fokker_planck {

// σ = 0: conservative semi-Lagrangian remap (Colella & Woodward 1984; flux form: Lin & Rood 1996), Strang-split into X, Y, X. Positive, third
// order or better in space, no limit on the step.
template <class S>
class PpmRemap {
public:
    static constexpr int order = 2;
    static constexpr bool needs_noise = false, refuses_noise = true, conservative = true;

    explicit PpmRemap(const Setting<S>& setting) : turned_(setting.grid), move_x_(setting, Axis::x), move_y_(setting, Axis::y) {}

    void step(Plane<S>& p, double t, double h) {
        turned_.along_x(p, [&](Plane<S>& q) { move_x_(q, t + h / 4, h / 2); });
        move_y_(p, t + h / 2, h);
        turned_.along_x(p, [&](Plane<S>& q) { move_x_(q, t + 3 * h / 4, h / 2); });
    }

private:
    Turned<S> turned_;
    Transport<S> move_x_, move_y_;
};

}  // namespace pf::fokker_planck
