#include "core/math/field/separable_field.h"
#include "core/math/fokker_planck/faces.h"

namespace pf::fokker_planck {
namespace {

template <class S>
class SeparableFaces final : public Faces<S> {
public:
    SeparableFaces(const Field& field, bool with_velocity, const Grid& grid) : field_(field), with_velocity_(with_velocity), grid_(grid) {}

private:
    void evaluate(double t, Axis axis, Plane<S>* velocity, Plane<S>* score) override {
        const Plane<S>& shape = velocity ? *velocity : *score;
        const double d = grid_.step(axis), d2 = grid_.step(other(axis));
        const Line normal{grid_.min(axis), d, shape.rows()}, across{grid_.min(other(axis)) + 0.5 * d2, d2, shape.columns()};
        if (velocity && !with_velocity_) velocity->fill(0), velocity = nullptr;
        if (velocity || score) field_.evaluate(t, axis == Axis::x ? 0 : 1, normal, across, velocity ? velocity->row(0) : nullptr, score ? score->row(0) : nullptr, shape.row(1) - shape.row(0));
    }

    SeparableField<S> field_;
    bool with_velocity_;
    Grid grid_;
};

}  // namespace

template <class S>
std::unique_ptr<Faces<S>> make_separable_faces(const Problem& problem, const Grid& grid) {
    if (problem.score && problem.velocity && problem.score != problem.velocity) return nullptr;
    const Field* field = problem.velocity ? problem.velocity.get() : problem.score.get();
    if (!field || !SeparableField<S>::possible(*field)) return nullptr;
    return std::make_unique<SeparableFaces<S>>(*field, problem.velocity != nullptr, grid);
}

template std::unique_ptr<Faces<float>> make_separable_faces(const Problem&, const Grid&);
template std::unique_ptr<Faces<double>> make_separable_faces(const Problem&, const Grid&);

}  // namespace pf::fokker_planck
