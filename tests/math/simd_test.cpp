#include "core/math/simd/instruction_set.h"

#include <cmath>
#include <numbers>

#include "core/math/dataset/datasets.h"
#include "core/math/field/separable_field.h"
#include "tests/catch.h"
#include "tests/math/fokker_planck_reference.h"

using namespace pf;
using namespace pf::testing;
using simd::InstructionSet;

namespace {

std::vector<InstructionSet> available() {
    std::vector<InstructionSet> all;
    for (const InstructionSet set : {InstructionSet::baseline, InstructionSet::avx2, InstructionSet::avx512})
        if (set <= simd::best()) all.push_back(set);
    return all;
}

// The setting of `probflow bench field`: a ring of equal components.
std::shared_ptr<const Mixture> ring(int components, const Eigen::Matrix2d& covariance) {
    std::vector<Component> all;
    for (int k = 0; k < components; ++k) all.push_back({1.0 + k % 3, {3 * std::cos(k), 3 * std::sin(k)}, covariance, k});
    return std::make_shared<const Mixture>(all);
}

const Eigen::Matrix2d round_one{{0.04, 0}, {0, 0.04}}, upright{{0.05, 0}, {0, 0.02}}, turned{{0.04, 0.01}, {0.01, 0.03}};

struct Direct {
    long double velocity[2] = {}, score[2] = {}, denoiser[2] = {}, divergence = 0, log_density = 0;
};

// The definition, summed up in long double: D = Σ r_k m_k, s = Σ r_k g_k, u = α̇ D − β β̇ s.
Direct direct(const Mixture& mixture, const Coefficients& c, double x, double y) {
    using L = long double;
    struct Term {
        L height, g[2], m[2], trace_gain, trace_inverse;
    };
    std::vector<Term> terms;
    L largest = -1e4000L;
    for (const Component& k : mixture.components()) {
        const L a = c.alpha, b2 = L(c.beta) * c.beta, s00 = k.covariance(0, 0), s01 = k.covariance(0, 1), s11 = k.covariance(1, 1);
        const L c00 = a * a * s00 + b2, c01 = a * a * s01, c11 = a * a * s11 + b2, det = c00 * c11 - c01 * c01;
        const L dx = x - a * k.mean.x(), dy = y - a * k.mean.y();
        const L gx = -(c11 * dx - c01 * dy) / det, gy = -(c00 * dy - c01 * dx) / det;
        const L height = std::log(L(k.weight)) - std::log(2 * std::numbers::pi_v<L>) - std::log(det) / 2 + (gx * dx + gy * dy) / 2;
        terms.push_back({height, {gx, gy}, {k.mean.x() - a * (s00 * gx + s01 * gy), k.mean.y() - a * (s01 * gx + s11 * gy)}, a * (s00 * c11 - 2 * s01 * c01 + s11 * c00) / det, (c00 + c11) / det});
        largest = std::max(largest, height);
    }
    Direct out;
    L total = 0, of_data = 0, of_score = 0;
    for (const Term& k : terms) {
        const L r = std::exp(k.height - largest);
        total += r;
        for (int i = 0; i < 2; ++i) out.score[i] += r * k.g[i], out.denoiser[i] += r * k.m[i];
        of_data += r * (k.trace_gain + k.m[0] * k.g[0] + k.m[1] * k.g[1]);
        of_score += r * (k.g[0] * k.g[0] + k.g[1] * k.g[1] - k.trace_inverse);
    }
    for (int i = 0; i < 2; ++i) {
        out.score[i] /= total, out.denoiser[i] /= total;
        out.velocity[i] = c.d_alpha * out.denoiser[i] - c.beta_d_beta * out.score[i];
        of_data -= total * out.denoiser[i] * out.score[i];
        of_score -= total * out.score[i] * out.score[i];
    }
    out.divergence = (c.d_alpha * of_data - c.beta_d_beta * of_score) / total;
    out.log_density = largest + std::log(total);
    return out;
}

// The largest |a − b| / (1 + |b|).
template <class A, class B>
double relative(const A& a, const B& b) {
    return ((a.template cast<double>() - b.template cast<double>()).abs() / (1 + b.template cast<double>().abs())).maxCoeff();
}

template <class S>
FieldValues<S> values(const Field& field, const PointsD& x, double t, unsigned want = 63) {
    FieldValues<S> out;
    field.evaluate(PointsOf<S>(x.cast<S>()), t, want, out);
    return out;
}

// Points that are numbers of either type, so that float and double are asked about the same ones.
PointsD points_for(Eigen::Index n) { return some_points(n, 2).cast<float>().cast<double>(); }

}  // namespace

TEST_CASE("a mixture field is its definition summed up in long double, in every instruction set", "[simd]") {
    const PointsD x = points_for(333);
    struct Setting {
        std::shared_ptr<const Mixture> mixture;
        double t;
    };
    const Eigen::Matrix2d none = Eigen::Matrix2d::Zero();
    for (const auto& [mixture, t] : {Setting{ring(8, round_one), 0.6}, {ring(25, turned), 0.6}, {ring(100, round_one), 0.6}, {ring(33, upright), 0.4}, {ring(1, turned), 0.8}, {ring(3000, none), 0.6}}) {
        const auto schedule = every_schedule()[0];
        const MixtureField field(mixture, schedule);
        PointsD velocity(x.rows(), 2), score = velocity, denoiser = velocity;
        ColumnD divergence(x.rows()), log_density = divergence;
        for (Eigen::Index i = 0; i < x.rows(); ++i) {
            const Direct d = direct(*mixture, schedule->at(t), x(i, 0), x(i, 1));
            for (int axis = 0; axis < 2; ++axis)
                velocity(i, axis) = static_cast<double>(d.velocity[axis]), score(i, axis) = static_cast<double>(d.score[axis]), denoiser(i, axis) = static_cast<double>(d.denoiser[axis]);
            divergence[i] = static_cast<double>(d.divergence), log_density[i] = static_cast<double>(d.log_density);
        }
        for (const InstructionSet set : available()) {
            CAPTURE(mixture->components().size(), t, simd::name(set));
            const simd::Forced forced(set);
            const auto twice = values<double>(field, x, t);
            CHECK(relative(twice.velocity, velocity) < 1e-12);
            CHECK(relative(twice.score, score) < 1e-12);
            CHECK(relative(twice.denoiser, denoiser) < 1e-12);
            CHECK(relative(twice.divergence, divergence) < 1e-11);
            CHECK(relative(twice.log_density, log_density) < 1e-12);
            const auto once = values<float>(field, x, t);
            const double typical = std::sqrt((once.velocity.cast<double>() - velocity).square().mean() / velocity.square().mean());
            CHECK(typical < 1e-6);
            // An exponent of 50, where components meet far outside, carries a rounding of 50 · 6e-8 into their weights.
            CHECK(relative(once.velocity, velocity) < 2e-5);
            CHECK(relative(once.score, score) < 2e-5);
            CHECK(relative(once.denoiser, denoiser) < 2e-5);
            CHECK(relative(once.divergence, divergence) < 2e-4);
            CHECK(relative(once.log_density, log_density) < 1e-5);
        }
    }
}

TEST_CASE("what is asked for does not change what comes out, whatever the number of points", "[simd]") {
    const MixtureField field(ring(40, turned), every_schedule()[0]);
    for (const InstructionSet set : available()) {
        const simd::Forced forced(set);
        for (const Eigen::Index n : {1, 7, 16, 31, 32, 33, 100}) {
            CAPTURE(simd::name(set), n);
            const PointsD x = points_for(n);
            const auto all = values<float>(field, x, 0.7);
            CHECK(relative(values<float>(field, x, 0.7, want_velocity).velocity, all.velocity) < 1e-6);
            CHECK(relative(values<float>(field, x, 0.7, want_score).score, all.score) < 1e-6);
            CHECK(relative(values<float>(field, x, 0.7, want_noise).noise, all.noise) < 1e-6);
            CHECK(relative(values<float>(field, x, 0.7, want_denoiser).denoiser, all.denoiser) < 1e-6);
            CHECK(relative(values<float>(field, x, 0.7, want_velocity | want_divergence).divergence, all.divergence) < 1e-5);
            CHECK(relative(values<float>(field, x, 0.7, want_log_density).log_density, all.log_density) < 1e-6);
        }
    }
}

TEST_CASE("twenty thousand points of mass are all counted", "[simd]") {
    std::vector<Component> all;
    for (int k = 0; k < 20000; ++k) all.push_back({1, {3 * std::cos(0.1 * k), 2e-4 * k - 2}, Eigen::Matrix2d::Zero(), 0});
    const auto mixture = std::make_shared<const Mixture>(all);
    const MixtureField field(mixture, every_schedule()[0]);
    const PointsD x = points_for(20);
    const auto here = values<float>(field, x, 0.7);
    for (Eigen::Index i = 0; i < x.rows(); ++i) {
        const Direct d = direct(*mixture, every_schedule()[0]->at(0.7), x(i, 0), x(i, 1));
        for (int axis = 0; axis < 2; ++axis) CHECK(here.velocity(i, axis) == Approx(static_cast<double>(d.velocity[axis])).epsilon(5e-6).margin(5e-6));
        CHECK(here.log_density[i] == Approx(static_cast<double>(d.log_density)).epsilon(5e-6).margin(5e-6));
    }
}

TEST_CASE("a field on cells is the field at their centres", "[simd][field]") {
    constexpr int width = 45, height = 38;
    const Box box{-4.5, 4, -3.5, 4.5};
    PointsD x(width * height, 2);
    for (int row = 0; row < height; ++row)
        for (int column = 0; column < width; ++column) x.row(row * width + column) << box.x_min + (column + 0.5) * 8.5 / width, box.y_min + (row + 0.5) * 8.0 / height;
    const auto moons = find(datasets(), "moons", "test").make()->mixture();
    for (const auto& mixture : {ring(25, upright), ring(8, turned), moons, ring(300, Eigen::Matrix2d::Zero())})
        // At 0.97 most cells are so far from every component that all products of weights vanish.
        for (const double t : {0.0, 0.3, 0.8, 0.97})
            for (const InstructionSet set : available()) {
                CAPTURE(mixture->components().size(), t, simd::name(set));
                const simd::Forced forced(set);
                const MixtureField field(mixture, every_schedule()[0]);
                const auto exact = values<double>(field, x, t, want_velocity | want_score);
                FieldValues<float> on_cells;
                evaluate_on_cells(field, box, width, height, t, want_velocity | want_score, on_cells);
                REQUIRE(on_cells.velocity.rows() == x.rows());
                // As much as point by point in float: positions of 4 are known to 2.4e-7, which the score of a variance v multiplies by 1/v.
                const auto by_points = values<float>(field, x, t, want_velocity | want_score);
                CHECK(relative(on_cells.velocity, exact.velocity) < 2 * relative(by_points.velocity, exact.velocity) + 1e-5);
                CHECK(relative(on_cells.score, exact.score) < 2 * relative(by_points.score, exact.score) + 1e-5);
                if (!SeparableField<double>::possible(field)) continue;
                SeparableField<double> lattice(field);
                const int stride = SeparableField<double>::padded(height);
                std::vector<double> velocity(static_cast<std::size_t>(width * stride)), score(velocity);
                lattice.evaluate(t, 0, {box.x_min + 4.25 / width, 8.5 / width, width}, {box.y_min + 4.0 / height, 8.0 / height, height}, velocity.data(), score.data(), stride);
                double worst = 0;
                for (int column = 0; column < width; ++column)
                    for (int row = 0; row < height; ++row) {
                        const auto i = static_cast<std::size_t>(column * stride + row);
                        const double u = exact.velocity(row * width + column, 0), s = exact.score(row * width + column, 0);
                        worst = std::max({worst, std::abs(velocity[i] - u) / (1 + std::abs(u)), std::abs(score[i] - s) / (1 + std::abs(s))});
                    }
                CHECK(worst < 1e-10);
            }
}

TEST_CASE("every instruction set solves Fokker-Planck alike", "[simd][fokker_planck]") {
    for (const auto& scheme : fp::schemes())
        for (const bool single : {false, true}) {
            Case one;
            one.sigma = constant(sigma_for(scheme));
            fp::Options options = in_double(10);
            options.single_precision = single;
            // 50 columns: neither whole blocks nor whole vectors. Few steps, so that some move more than a cell.
            const auto solve = [&] { return one.solve(scheme.id, 50, options).p.back(); };
            const simd::Forced lowest(InstructionSet::baseline);
            const DensityGrid p = solve();
            CHECK(p.maxCoeff() > 0.1f);
            for (const InstructionSet set : available()) {
                CAPTURE(scheme.id, single, simd::name(set));
                const simd::Forced forced(set);
                CHECK((solve() - p).abs().maxCoeff() < (single ? 2e-4f : 1e-6f) * p.maxCoeff());
            }
        }
}

TEST_CASE("no instruction set is forced that the processor lacks", "[simd]") {
    CHECK(simd::current() == simd::best());
    {
        const simd::Forced forced(InstructionSet::baseline);
        CHECK(simd::current() == InstructionSet::baseline);
    }
    CHECK(simd::current() == simd::best());
    if (simd::best() < InstructionSet::avx512) CHECK_THROWS_AS(simd::Forced(InstructionSet::avx512), std::logic_error);
}
