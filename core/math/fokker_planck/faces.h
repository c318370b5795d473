#pragma once
#include <memory>
#include <vector>

#include "core/math/fokker_planck/grid.h"
#include "core/math/fokker_planck/problem.h"

namespace pf::fokker_planck {

// What a problem's fields are on the faces of a grid: along an axis, the component normal to the faces across that axis, as a plane of
// faces (count + 1 rows). One per solve; not thread-safe.
template <class S>
class Faces {
public:
    virtual ~Faces() = default;
    // Throws BadInput where a field is not finite. One of the two may be null.
    void at(double t, Axis axis, Plane<S>* velocity, Plane<S>* score) {
        evaluate(t, axis, velocity, score);
        if (!velocity) return;
        auto& edge = edges[static_cast<int>(axis)];
        const int last = velocity->rows() - 1, n = velocity->columns();
        edge.velocity[0].assign(velocity->row(0), velocity->row(0) + n), edge.velocity[1].assign(velocity->row(last), velocity->row(last) + n);
    }
    // The velocity at the box's edge when it was last asked for: what would leave.
    struct Edge {
        std::vector<S> velocity[2];
    } edges[2];

private:
    virtual void evaluate(double t, Axis axis, Plane<S>* velocity, Plane<S>* score) = 0;
};

// Picks the fastest way: separable weights (field/separable_field.h) where both fields are one mixture with diagonal covariances; otherwise the fields
// at every face and time; or, with `slices` times given (expensive fields), at the cells' centres at those times only, to the faces by
// cubics and in between linearly.
template <class S> std::unique_ptr<Faces<S>> make_faces(const Problem& problem, const Grid& grid, std::vector<double> slices);
// Null where the problem is not of that kind.
template <class S> std::unique_ptr<Faces<S>> make_separable_faces(const Problem& problem, const Grid& grid);

}  // namespace pf::fokker_planck
