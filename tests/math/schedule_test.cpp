#include <Eigen/LU>
#include <algorithm>
#include <cmath>

#include "core/math/schedule/prior_mismatch.h"
#include "core/math/schedule/schedules.h"
#include "tests/catch.h"

using namespace pf;

namespace {

// f'(t) by the five-point formula.
template <class Function>
double derivative(const Function& f, double t, double h) {
    return (8 * (f(t + h) - f(t - h)) - (f(t + 2 * h) - f(t - 2 * h))) / (12 * h);
}

const double inner_times[] = {1e-6, 1e-4, 1e-3, 0.01, 0.05, 0.1, 0.25, 0.4, 0.5, 0.6, 0.75, 0.9, 0.95, 0.99, 0.999, 1 - 1e-4, 1 - 1e-6};

}  // namespace

TEST_CASE("derivatives of every schedule agree with differences up to the ends") {
    for (const auto& entry : schedules()) {
        const auto schedule = entry.make();
        const bool kinks = entry.id == "ddpm";  // α̇ jumps at t = k/1000: look at the middle between two
        for (const double time : inner_times) {
            const double t = kinks && time >= 1e-3 && time <= 0.999 ? (std::floor(1000 * time) + 0.5) / 1000 : time;
            CAPTURE(entry.id, t);
            const Coefficients c = schedule->at(t);
            // h shrinks towards the ends so that the points stay inside [0, 1].
            // Rounding: 1e-16 divided by h. Truncation: h⁴/30 of the fifth derivative (below 3e4 for β²); near t = 1 β goes like √(1 − t), whose
            // fifth derivative is 105/16 (1 − t)⁻⁴ of the first: 0.22 (h/(1 − t))⁴, and the higher orders at h = 0.4 (1 − t) as much again.
            const double h = std::min({kinks ? 1e-4 : 1e-3, 0.4 * t, 0.4 * (1 - t)}), rounding = 2e-15 / h, root = 0.44 * std::pow(h / (1 - t), 4) + 1e-8;
            const auto squared_beta = [&](double s) { return schedule->at(s).beta * schedule->at(s).beta; };
            CHECK(std::abs(derivative([&](double s) { return schedule->at(s).alpha; }, t, h) - c.d_alpha) <= rounding + 1e-8 * std::abs(c.d_alpha));
            CHECK(std::abs(derivative([&](double s) { return schedule->at(s).beta; }, t, h) - c.d_beta) <= rounding + root * std::abs(c.d_beta));
            CHECK(std::abs(derivative(squared_beta, t, h) / 2 - c.beta_d_beta) <= rounding + 1e-9 + 1e-8 * std::abs(c.beta_d_beta));
            CHECK(c.beta_d_beta == Approx(c.beta * c.d_beta).epsilon(1e-12));
        }
    }
}

TEST_CASE("along every schedule the data grows, the noise shrinks, and the determinant stays positive") {
    for (const auto& entry : schedules()) {
        const auto schedule = entry.make();
        Coefficients before = schedule->at(0);
        for (int i = 1; i <= 1000; ++i) {
            CAPTURE(entry.id, i);
            const Coefficients c = schedule->at(i / 1000.0);
            CHECK(c.alpha >= before.alpha);
            CHECK(c.beta <= before.beta);
            if (i < 1000) {
                CHECK(c.determinant() > 0);
                CHECK(c.determinant() == Approx(c.beta * (c.d_alpha * c.beta - c.alpha * c.d_beta)).epsilon(1e-12));
                CHECK(c.g_squared() > 0);
                CHECK(c.half_log_snr() > before.half_log_snr());
            }
            before = c;
        }
    }
}

TEST_CASE("schedules start at noise and end at the data, as far as each promises") {
    for (const auto& entry : schedules()) {
        CAPTURE(entry.id);
        const auto schedule = entry.make();
        const Coefficients first = schedule->at(0), last = schedule->at(1);
        const bool explodes = entry.id == "ve" || entry.id == "edm", decays = entry.id == "vp" || entry.id == "sub_vp" || entry.id == "ddpm";
        CHECK(last.alpha == Approx(1).epsilon(1e-15));
        CHECK(last.beta == Approx(entry.id == "ve" ? 0.01 : entry.id == "edm" ? 0.002 : 0).epsilon(1e-12));
        CHECK(std::isfinite(first.beta_d_beta));
        CHECK(std::isfinite(last.beta_d_beta));
        CHECK(first.beta == Approx(explodes ? 10 : 1).epsilon(explodes ? 1e-12 : 1e-4));
        CHECK((first.alpha == 0) == (!explodes && !decays));
        // ∫₀¹ 0.1 + 19.9 τ dτ = 10.05; with 1000 steps log(1 − b) adds −½ Σ b² ≈ −½ · 1e-6 · 1000 · 134.
        if (decays) CHECK(first.alpha == Approx(std::exp(-0.5 * (entry.id == "ddpm" ? 10.05 + 0.067 : 10.05))).epsilon(entry.id == "ddpm" ? 1e-3 : 1e-12));
    }
    const auto slope_at_data = [](std::string_view id) { return find(schedules(), id, "test").make()->at(1).beta_d_beta; };
    CHECK(slope_at_data("square_root") == -0.5);
    CHECK(slope_at_data("vp") == Approx(-0.05));  // −½ b_min
    CHECK(slope_at_data("sub_vp") == 0);          // β̇ = −b_min, β = 0
    CHECK(slope_at_data("ve") == Approx(1e-4 * std::log(1e-3)));
}

TEST_CASE("DDPM has the products of Ho et al. at its grid points and tends to VP") {
    const auto entry = find(schedules(), "ddpm", "test");
    const auto ddpm = entry.make();
    double product = 1;
    for (int i = 1; i <= 1000; ++i) {
        product *= 1 - (1e-4 + (0.02 - 1e-4) * (i - 1) / 999.0);
        CAPTURE(i);
        CHECK(ddpm->at(1 - i / 1000.0).alpha == Approx(std::sqrt(product)).epsilon(1e-11));
    }
    // At a level, to whichever side t = 1 − k/T is rounded: the slope of log α on the interval towards the data. There are the kinks, and nowhere else.
    for (const int steps : {25, 50, 100, 1000}) {
        const auto schedule = build(schedules(), {"ddpm", {{"steps", static_cast<double>(steps)}}}, "test");
        const std::vector<double> kinks = schedule->kinks();
        REQUIRE(kinks.size() == static_cast<std::size_t>(steps - 1));
        for (int k = 1; k < steps; ++k) {
            const auto slope = [&](double t) { return schedule->at(t).d_alpha / schedule->at(t).alpha; };
            const double t = 1 - k / static_cast<double>(steps), towards_data = slope(1 - (k - 0.5) / steps);
            CAPTURE(steps, k);
            CHECK(slope(t) == Approx(towards_data).epsilon(1e-12));
            CHECK(kinks[static_cast<std::size_t>(steps - 1 - k)] == Approx(t).epsilon(1e-12));
            CHECK(slope(t - 0.5 / steps) > towards_data * (1 + 1e-6));
        }
    }
    const auto vp = find(schedules(), "vp", "test").make();
    const auto gap = [&](int steps) {
        const auto schedule = entry.make();
        assign(*schedule, {{"steps", steps}}, "test");
        return std::abs(schedule->at(0.7).alpha - vp->at(0.7).alpha);
    };
    CHECK(gap(200) / gap(400) == Approx(2).epsilon(0.1));  // first order in 1/T
    CHECK(gap(10000) < 1e-4);
}

TEST_CASE("the prior mismatch is that between two Gaussians, and none where α_0 = 0") {
    const Eigen::Vector2d mean(1.5, -0.5);
    const Eigen::Matrix2d covariance = (Eigen::Matrix2d() << 2.0, 0.6, 0.6, 1.0).finished();
    for (const auto& entry : schedules()) {
        CAPTURE(entry.id);
        const auto schedule = entry.make();
        for (const double t : {0.0, 0.6}) {
            const Coefficients c = schedule->at(t);
            const PriorMismatch found = prior_mismatch(*schedule, mean, covariance, t);
            // The textbook forms, with matrices; the start is a multiple of I, so everything commutes.
            const Eigen::Matrix2d C = c.alpha * c.alpha * covariance + c.beta * c.beta * Eigen::Matrix2d::Identity();
            const double beta = schedule->at(0).beta, beta2 = beta * beta, shift = c.alpha * c.alpha * mean.squaredNorm();
            const double kl = 0.5 * (C.trace() / beta2 - 2 + shift / beta2 - std::log(C.determinant() / (beta2 * beta2)));
            const double root_trace = std::sqrt(C.trace() + 2 * std::sqrt(C.determinant()));  // tr √C for 2 × 2
            CHECK(found.kl == Approx(kl).margin(1e-14));
            CHECK(found.w2 == Approx(std::sqrt(std::max(0.0, shift + C.trace() + 2 * beta2 - 2 * beta * root_trace))).margin(1e-7));
            CHECK((found.kl == 0) == (c.alpha == 0));
        }
    }
    const auto ve = find(schedules(), "ve", "test").make();
    const double near = prior_mismatch(*ve, mean, covariance).kl;
    assign(*ve, {{"sigma_max", 100}}, "test");
    CHECK(prior_mismatch(*ve, mean, covariance).kl < near / 90);  // the mean's share falls as 1/σ_max², the rest faster
}

TEST_CASE("variance preserving means α² + β² = 1, and is said of exactly those schedules") {
    for (const auto& entry : schedules()) {
        CAPTURE(entry.id);
        const auto schedule = entry.make();
        double largest = 0;
        for (int i = 0; i <= 100; ++i) {
            const Coefficients c = schedule->at(i / 100.0);
            largest = std::max(largest, std::abs(c.alpha * c.alpha + c.beta * c.beta - 1));
        }
        CHECK((largest < 1e-14) == schedule->variance_preserving());
    }
}
