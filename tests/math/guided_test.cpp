#include "core/math/field/guided.h"

#include <cmath>

#include "core/math/dataset/labelled.h"
#include "core/math/solver/integrate.h"
#include "tests/catch.h"
#include "tests/math/references.h"

using namespace pf;
using namespace pf::testing;

namespace {

constexpr unsigned all = want_velocity | want_score | want_denoiser | want_noise | want_divergence;

std::shared_ptr<const Mixture> two_modes(double sd) {
    const Eigen::Matrix2d covariance = sd * sd * Eigen::Matrix2d::Identity();
    return std::make_shared<Mixture>(std::vector<Component>{{0.5, {-1, 0}, covariance, 0}, {0.5, {1, 0}, covariance, 1}});
}

struct Parts {
    explicit Parts(const std::shared_ptr<const Mixture>& mixture, std::shared_ptr<const Schedule> schedule, int label)
        : everything(std::make_shared<MixtureField>(mixture, schedule)), part(std::make_shared<MixtureField>(with_label(*mixture, label), schedule)) {}
    std::shared_ptr<const Field> everything, part;
    GuidedField guided(double w, TimeRange active = {0, 1}) const { return {everything, part, everything, w, active}; }
};

FieldValues<double> at(const Field& field, const PointsD& x, double t) {
    FieldValues<double> values;
    field.evaluate(x, t, all, values);
    return values;
}

// Points that are equally likely under N(0, 1).
ColumnD normal_quantiles(Eigen::Index n) {
    ColumnD out(n);
    for (Eigen::Index i = 0; i < n; ++i) {
        double low = -9, high = 9;
        for (int step = 0; step < 60; ++step) {
            const double middle = (low + high) / 2;
            (0.5 * std::erfc(-middle / std::sqrt(2.0)) < (static_cast<double>(i) + 0.5) / static_cast<double>(n) ? low : high) = middle;
        }
        out(i) = low;
    }
    return out;
}

struct Moments {
    double mean, sd;
};
Moments moments(const ColumnD& x, const ColumnD& weight) {
    const double mean = (weight * x).sum() / weight.sum();
    return {mean, std::sqrt((weight * (x - mean).square()).sum() / weight.sum())};
}

}  // namespace

TEST_CASE("guidance with w = 3 between modes ±1 samples mean 1.52, sd 0.32; the product of densities has 1.05, 0.46", "[guidance]") {
    const auto schedule = std::shared_ptr<const Schedule>(find(schedules(), "linear", "test").make());
    const Parts parts(two_modes(0.5), schedule, 1);
    const GuidedField guided = parts.guided(3);
    constexpr Eigen::Index n = 4000;
    PointsD start = PointsD::Zero(n, 2);  // y is independent of x and of the label
    start.col(0) = normal_quantiles(n);
    const auto path = integrate<double>({&guided, nullptr, {}, schedule.get(), 0}, "rk4", uniform_grid({0, 1}, 100), start, {});
    const Moments sampled = moments(path.x.back().col(0), ColumnD::Ones(n));
    CHECK(sampled.mean == Approx(1.5249).margin(0.002));
    CHECK(sampled.sd == Approx(0.3154).margin(0.002));

    constexpr Eigen::Index cells = 4001;
    PointsD x = PointsD::Zero(cells, 2);
    x.col(0) = ColumnD::LinSpaced(cells, -6, 8);
    FieldValues<double> whole, given;
    parts.everything->evaluate(x, 1, want_log_density, whole);
    parts.part->evaluate(x, 1, want_log_density, given);
    const Moments product = moments(x.col(0), (whole.log_density + 3 * (given.log_density - whole.log_density)).exp());
    CHECK(product.mean == Approx(1.0511).margin(0.0005));
    CHECK(product.sd == Approx(0.4567).margin(0.0005));
}

TEST_CASE("one w for velocity, score, denoiser and noise: they stay affine in each other", "[guidance]") {
    const PointsD x = some_points(50, 1.5);
    for (const auto& schedule : every_schedule()) {
        const Parts parts(four_components(), schedule, 2);
        for (const double t : {0.1, 0.5, 0.9}) {
            const Coefficients c = schedule->at(t);
            const auto base = at(*parts.everything, x, t), towards = at(*parts.part, x, t), guided = at(parts.guided(2.5), x, t);
            CHECK((guided.score - (base.score + 2.5 * (towards.score - base.score))).abs().maxCoeff() < 1e-12 * (1 + guided.score.abs().maxCoeff()));
            CHECK((c.d_alpha * guided.denoiser + c.d_beta * guided.noise - guided.velocity).abs().maxCoeff() < 1e-9 * (1 + guided.velocity.abs().maxCoeff()));
            CHECK((c.beta * guided.score + guided.noise).abs().maxCoeff() < 1e-9 * (1 + guided.noise.abs().maxCoeff()));
            CHECK((guided.divergence - (2.5 * towards.divergence - 1.5 * base.divergence)).abs().maxCoeff() < 1e-9 * (1 + guided.divergence.abs().maxCoeff()));
            CHECK((at(parts.guided(0), x, t).velocity - base.velocity).abs().maxCoeff() == 0);
            CHECK((at(parts.guided(1), x, t).velocity - towards.velocity).abs().maxCoeff() < 1e-9 * (1 + towards.velocity.abs().maxCoeff()));
        }
    }
}

TEST_CASE("outside its interval guidance is the conditional field; a density it does not know", "[guidance]") {
    const auto schedule = std::shared_ptr<const Schedule>(find(schedules(), "linear", "test").make());
    const Parts parts(four_components(), schedule, 1);
    const GuidedField guided = parts.guided(4, {0.2, 0.6});
    const PointsD x = some_points(20, 1);
    for (const double t : {0.1, 0.7}) CHECK((at(guided, x, t).score - at(*parts.part, x, t).score).abs().maxCoeff() < 1e-9);
    CHECK((at(guided, x, 0.4).score - at(*parts.part, x, 0.4).score).abs().maxCoeff() > 0.1);
    CHECK((guided.knows() & want_log_density) == 0u);
    CHECK((guided.knows() & all) == all);
    // From a third field, as in classifier guidance: base + w (towards − from).
    const auto other = std::make_shared<MixtureField>(two_modes(0.5), schedule);
    const GuidedField classifier(other, parts.part, parts.everything, 2, {0, 1});
    const PointsD expected = at(*other, x, 0.5).score + 2 * (at(*parts.part, x, 0.5).score - at(*parts.everything, x, 0.5).score);
    CHECK((at(classifier, x, 0.5).score - expected).abs().maxCoeff() < 1e-9);
}

TEST_CASE("draws with a label are those of its parts", "[guidance]") {
    const auto mixture = four_components();
    class Data final : public Dataset {
    public:
        explicit Data(std::shared_ptr<const Mixture> mixture) : mixture_(std::move(mixture)) {}
        Points sample(Random& random, Eigen::Index n, std::vector<int>* labels) const override { return mixture_->sample(random, n, labels); }
        std::shared_ptr<const Mixture> mixture() const override { return mixture_; }
        double extent() const override { return 4; }

    private:
        std::shared_ptr<const Mixture> mixture_;
    };
    constexpr Eigen::Index n = 20000;
    for (const Component& c : mixture->components()) {
        const auto part = with_label(std::make_shared<Data>(mixture), c.label);
        Random random(5, "labelled");
        const PointsD x = part->sample(random, n).cast<double>();
        for (int axis = 0; axis < 2; ++axis) CHECK(x.col(axis).mean() == Approx(c.mean[axis]).margin(4 * std::sqrt(c.covariance(axis, axis) / n)));
        REQUIRE(part->mixture()->components().size() == 1);
    }
    CHECK_THROWS_AS(with_label(*mixture, 9), BadInput);
}
