#pragma once
#include "core/math/fokker_planck/scheme.h"

namespace pf::fokker_planck {

// One remap along one axis, with the velocity at t.
template <class S>
class Transport {
public:
    Transport(const Setting<S>& setting, Axis axis) : setting_(setting), axis_(axis), velocity_(face_plane<S>(setting.grid, axis)) {}
    void operator()(Plane<S>& p, double t, double h) {
        if (!setting_.problem->velocity) return;
        setting_.faces->at(t, axis_, &velocity_, nullptr);
        remap(velocity_, h / setting_.grid.step(axis_), p, scratch_);
    }

private:
    Setting<S> setting_;
    Axis axis_;
    Plane<S> velocity_;
    std::vector<S> scratch_;
};

}  // namespace pf::fokker_planck
