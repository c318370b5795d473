#pragma once
#include <functional>
#include <vector>

#include "core/math/fokker_planck/faces.h"
#include "core/math/fokker_planck/kernels.h"

namespace pf::fokker_planck {

// How p relaxes towards the equilibrium of its score within a step. Backward Euler keeps p ≥ 0 and is exact where s = ∇ log p, otherwise
// first order; SDIRK2 (Alexander 1977) is second order for any s and may undershoot by some 10⁻⁶ of the maximum.
enum class Relaxation { automatic, backward_euler, sdirk2 };

// What the steps of every scheme share. A scheme is constructed from it, keeps its own planes, and has step(p, t, h): p [H, W] at t
// becomes p at t + h.
template <class S>
struct Setting {
    const Problem* problem = nullptr;
    Grid grid;
    Faces<S>* faces = nullptr;
    bool noisy = false;  // σ is not 0 throughout
    Relaxation relaxation = Relaxation::backward_euler;

    // D = ½σ².
    double diffusion(double t) const {
        const double sigma = problem->sigma ? problem->sigma(t) : 0;
        return sigma * sigma / 2;
    }
};

// A plane of cells in the layout of either axis.
template <class S>
struct Turned {
    explicit Turned(const Grid& grid) : plane(cell_plane<S>(grid, Axis::x)) {}
    Plane<S> plane;
    // Runs `sweep` on p with the x axis as rows.
    template <class Sweep>
    void along_x(Plane<S>& p, const Sweep& sweep) {
        transpose(p, plane);
        sweep(plane);
        transpose(plane, p);
    }
};

// Flux weights of one axis with the planes they need.
template <class S>
struct Weights {
    Weights(const Grid& grid, Axis along)
        : axis(along), step(grid.step(along)), drift(face_plane<S>(grid, along)), score(face_plane<S>(grid, along)), left(drift), right(drift), scratch(cell_plane<S>(grid, along)) {}
    // Of Chang–Cooper: the drift u + D s as a whole.
    void chang_cooper(const Setting<S>& setting, double t) {
        // Without any noise the weights become those of an upwind scheme, as they do in the limit.
        const double D = std::max(setting.diffusion(t), 1e-7);
        setting.faces->at(t, axis, &drift, &score);
        add_scaled(D, score, drift);
        face_weights(drift, step / D, D / (step * step), left, right);
    }
    Axis axis;
    double step;
    Plane<S> drift, score, left, right, scratch, stage;
};

}  // namespace pf::fokker_planck
