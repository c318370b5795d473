#include "core/math/metrics/field_error.h"

#include <cmath>

#include "core/math/dataset/datasets.h"
#include "core/math/field/mixture_field.h"
#include "core/math/solver/integrate.h"
#include "tests/catch.h"
#include "tests/math/references.h"

using namespace pf;
using namespace pf::testing;

namespace {

// The exact field with its velocity a tenth too large.
class TooFast final : public Field {
public:
    explicit TooFast(const Field& exact) : exact_(exact) {}
    void evaluate(const Points& x, double t, unsigned want, FieldValues<float>& out) const override {
        exact_.evaluate(x, t, want, out);
        out.velocity *= 1.1f;
    }
    void evaluate(const PointsD& x, double t, unsigned want, FieldValues<double>& out) const override {
        exact_.evaluate(x, t, want, out);
        out.velocity *= 1.1;
    }
    TimeRange domain(unsigned want) const override { return exact_.domain(want); }
    unsigned knows() const override { return exact_.knows(); }

private:
    const Field& exact_;
};

}  // namespace

TEST_CASE("a field is no way off itself; one tenth too fast is 0.1 off in velocity and nothing else") {
    const auto data = find(datasets(), "eight_gaussians", "test").make();
    const std::shared_ptr<const Schedule> schedule = build(schedules(), {"vp", {}}, "test");
    const MixtureField exact(data->mixture(), schedule);
    const std::vector<double> times = uniform_grid({0.1, 0.9}, 4);
    const FieldError none = field_error(exact, exact, *data, *schedule, times, 500, 1), faster = field_error(TooFast(exact), exact, *data, *schedule, times, 500, 1);
    CHECK(none.t == times);
    CHECK(none.mean_velocity == 0);
    CHECK(none.mean_score == 0);
    CHECK(none.mean_denoiser == 0);
    for (const double e : faster.velocity) CHECK(e == Approx(0.1).epsilon(1e-9));
    CHECK(faster.mean_velocity == Approx(0.1).epsilon(1e-9));
    CHECK(faster.mean_score == 0);
    CHECK(field_error(exact, exact, *data, *schedule, times, 500, 1, [] { return true; }).t.empty());
}

TEST_CASE("the wrong Gaussian's score is off by what the moments say") {
    // Exact score of N(0, v), v = α² + β²; the other field believes in data of variance 4: s' = −x/w, w = 4α² + β². Relative error |1 − v/w| for every x.
    const auto normal = [](double variance) { return std::make_shared<Mixture>(std::vector<Component>{{1, {0, 0}, variance * Eigen::Matrix2d::Identity(), 0}}); };
    const std::shared_ptr<const Schedule> schedule = build(schedules(), {"linear", {}}, "test");
    const MixtureField exact(normal(1), schedule), other(normal(4), schedule);
    const auto data = find(datasets(), "gaussian", "test").make();
    const FieldError error = field_error(other, exact, *data, *schedule, uniform_grid({0, 1}, 10), 100, 1);
    for (std::size_t k = 0; k < error.t.size(); ++k) {
        const double a2 = error.t[k] * error.t[k], b2 = (1 - error.t[k]) * (1 - error.t[k]);
        CHECK(error.score[k] == Approx(1 - (a2 + b2) / (4 * a2 + b2)).margin(1e-12));
    }
}
