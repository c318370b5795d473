#include "core/math/fokker_planck/faces.h"

#include <array>
#include <cmath>

#include "core/math/errors.h"

namespace pf::fokker_planck {
namespace {

template <class S>
void check_finite(const PointsOf<S>& values, const char* what, double t) {
    if (!values.isFinite().all()) throw BadInput(fmt::format("Fokker–Planck: the {} is not finite everywhere on the grid at t = {:.4g}", what, t));
}

// Velocity and score of a problem at fixed points.
template <class S>
class Evaluation {
public:
    explicit Evaluation(const Problem& problem) : problem_(problem) {}
    void operator()(const PointsOf<S>& x, double t, bool with_velocity, bool with_score) {
        const bool wants_score = with_score && problem_.score, shared = with_velocity && problem_.velocity && problem_.velocity == problem_.score;
        if (with_velocity && problem_.velocity) {
            problem_.velocity->evaluate(x, t, want_velocity | (shared && wants_score ? want_score : 0u), values);
            check_finite(values.velocity, "velocity", t);
        } else if (with_velocity) {
            values.velocity = PointsOf<S>::Zero(x.rows(), 2);
        }
        if (wants_score && !shared) problem_.score->evaluate(x, t, want_score, values);
        if (wants_score)
            check_finite(values.score, "score", t);
        else if (with_score)
            values.score = PointsOf<S>::Zero(x.rows(), 2);
    }
    FieldValues<S> values;

private:
    const Problem& problem_;
};

// rows × columns points, `offset` steps from the box's corner along the axis of the rows and half a step along the other.
template <class S>
PointsOf<S> lattice(const Grid& grid, Axis axis, int rows, double offset) {
    const int columns = grid.count(other(axis)), normal = axis == Axis::x ? 0 : 1;
    PointsOf<S> x(static_cast<Eigen::Index>(rows) * columns, 2);
    for (int i = 0; i < rows; ++i)
        for (int j = 0; j < columns; ++j) {
            const auto k = static_cast<Eigen::Index>(i) * columns + j;
            x(k, normal) = static_cast<S>(grid.min(axis) + (i + offset) * grid.step(axis));
            x(k, 1 - normal) = static_cast<S>(grid.min(other(axis)) + (j + 0.5) * grid.step(other(axis)));
        }
    return x;
}

template <class S>
void copy(const PointsOf<S>& values, int component, Plane<S>& out) {
    for (int i = 0; i < out.rows(); ++i) std::copy_n(values.col(component).data() + static_cast<Eigen::Index>(i) * out.columns(), out.columns(), out.row(i));
}

// The fields themselves at every face.
template <class S>
class PointFaces final : public Faces<S> {
public:
    PointFaces(const Problem& problem, const Grid& grid) : evaluate_(problem) {
        for (const Axis axis : {Axis::x, Axis::y}) points_[static_cast<int>(axis)] = lattice<S>(grid, axis, grid.count(axis) + 1, 0);
    }

private:
    void evaluate(double t, Axis axis, Plane<S>* velocity, Plane<S>* score) override {
        const int normal = axis == Axis::x ? 0 : 1;
        evaluate_(points_[static_cast<int>(axis)], t, velocity != nullptr, score != nullptr);
        if (velocity) copy(evaluate_.values.velocity, normal, *velocity);
        if (score) copy(evaluate_.values.score, normal, *score);
    }
    Evaluation<S> evaluate_;
    PointsOf<S> points_[2];
};

// The fields at cell centres at a few times.
template <class S>
class SlicedFaces final : public Faces<S> {
public:
    SlicedFaces(const Problem& problem, const Grid& grid, std::vector<double> times)
        : evaluate_(problem), centres_(lattice<S>(grid, Axis::y, grid.height, 0.5)), times_(std::move(times)), grid_(grid) {}

private:
    struct Slice {
        int index = -1;
        Plane<S> velocity[2], score[2];  // per axis, at its faces
    };

    void evaluate(double t, Axis axis, Plane<S>* velocity, Plane<S>* score) override {
        const int last = static_cast<int>(times_.size()) - 2;
        const bool forward = times_.back() > times_.front();
        int i = 0;
        while (i < last && (forward ? t >= times_[static_cast<std::size_t>(i) + 1] : t <= times_[static_cast<std::size_t>(i) + 1])) ++i;
        const double t0 = times_[static_cast<std::size_t>(i)], t1 = times_[static_cast<std::size_t>(i) + 1];
        const S f = static_cast<S>((t - t0) / (t1 - t0));
        const Slice &a = slice(i), &b = slice(i + 1);
        const auto mix = [f](const Plane<S>& from, const Plane<S>& to, Plane<S>& out) {
            for (int row = 0; row < out.rows(); ++row)
                for (int j = 0; j < out.columns(); ++j) out.row(row)[j] = from.row(row)[j] + f * (to.row(row)[j] - from.row(row)[j]);
        };
        if (velocity) mix(a.velocity[static_cast<int>(axis)], b.velocity[static_cast<int>(axis)], *velocity);
        if (score) mix(a.score[static_cast<int>(axis)], b.score[static_cast<int>(axis)], *score);
    }

    // Steps walk through time, so two slices are alive at once, and neighbours do not share a place.
    const Slice& slice(int index) {
        Slice& out = slices_[static_cast<std::size_t>(index % 2)];
        if (out.index == index) return out;
        evaluate_(centres_, times_[static_cast<std::size_t>(index)], true, true);
        out.index = index;
        for (const Axis axis : {Axis::x, Axis::y}) {
            out.velocity[static_cast<int>(axis)] = to_faces(evaluate_.values.velocity, axis);
            out.score[static_cast<int>(axis)] = to_faces(evaluate_.values.score, axis);
        }
        return out;
    }

    // Cubic between centres; linear at the first two and the last two faces.
    Plane<S> to_faces(const PointsOf<S>& values, Axis axis) const {
        Plane<S> out = face_plane<S>(grid_, axis);
        const int n = grid_.count(axis), normal = axis == Axis::x ? 0 : 1;
        const Eigen::Index along = axis == Axis::x ? 1 : grid_.width, across = axis == Axis::x ? grid_.width : 1;
        for (int j = 0; j < out.columns(); ++j) {
            const auto at = [&](int i) { return values(j * across + i * along, normal); };
            out.row(0)[j] = S(1.5) * at(0) - S(0.5) * at(1);
            out.row(n)[j] = S(1.5) * at(n - 1) - S(0.5) * at(n - 2);
            for (int f = 1; f < n; ++f)
                out.row(f)[j] = f == 1 || f == n - 1 ? S(0.5) * (at(f - 1) + at(f)) : S(1.0 / 16) * (9 * (at(f - 1) + at(f)) - at(f - 2) - at(f + 1));
        }
        return out;
    }

    Evaluation<S> evaluate_;
    PointsOf<S> centres_;
    std::vector<double> times_;
    Grid grid_;
    std::array<Slice, 2> slices_;
};

}  // namespace

template <class S>
std::unique_ptr<Faces<S>> make_faces(const Problem& problem, const Grid& grid, std::vector<double> slices) {
    if (slices.size() > 1) return std::make_unique<SlicedFaces<S>>(problem, grid, std::move(slices));
    if (auto faces = make_separable_faces<S>(problem, grid)) return faces;
    return std::make_unique<PointFaces<S>>(problem, grid);
}

template std::unique_ptr<Faces<float>> make_faces(const Problem&, const Grid&, std::vector<double>);
template std::unique_ptr<Faces<double>> make_faces(const Problem&, const Grid&, std::vector<double>);

}  // namespace pf::fokker_planck
