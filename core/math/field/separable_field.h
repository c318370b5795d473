#pragma once
#include <cstddef>
#include <vector>

#include "core/math/field/density_grid.h"
#include "core/math/field/mixture_field.h"

namespace pf {

// Positions along one axis: first + i step, i < count.
struct Line {
    double first = 0, step = 0;
    int count = 0;
    double at(int i) const { return first + i * step; }
};

// Velocity and score of a mixture with diagonal covariances on a lattice. Responsibilities are products of a function of x and one of y, up to
// a factor common to all components, so exponentials are needed along the axes only; where all products are too small for the number
// type, points are evaluated one by one. Agrees with MixtureField::evaluate to its accuracy. Holds buffers: one per thread.
template <class S>
class SeparableField {
public:
    static bool possible(const Field& field);  // a MixtureField whose covariances are all diagonal
    explicit SeparableField(const Field& field);

    // Component `axis` (0: x, 1: y) of the velocity and the score at t, at normal.at(i) along that axis and other.at(j) across it; to
    // [normal.count, stride], stride ≥ padded(other.count). Either may be null. Columns beyond other.count get values near it.
    void evaluate(double t, int axis, const Line& normal, const Line& other, S* velocity, S* score, std::ptrdiff_t stride);
    static int padded(int count);

private:
    void fill_missing(double t, int axis, const Line& normal, const Line& other, S* velocity, S* score, std::ptrdiff_t stride);

    const MixtureField& field_;
    std::vector<double> marginals_, largest_;
    std::vector<S> rows_, columns_, packed_, totals_;
    std::vector<int> which_;
    std::vector<std::ptrdiff_t> missing_;  // row · stride + column
};

// Velocity, score or both (want) at the centres of width × height cells, [height · width, 2] with x fastest: separable where that is
// possible, otherwise point by point.
void evaluate_on_cells(const Field& field, const Box& box, int width, int height, double t, unsigned want, FieldValues<float>& out);

}  // namespace pf
