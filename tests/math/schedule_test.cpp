#include <algorithm>
#include <cmath>

#include "core/math/schedule/schedules.h"
#include "tests/catch.h"

using namespace pf;

namespace {

// f'(t) by the five-point formula; h shrinks towards the ends so that the points stay inside [0, 1].
template <class Function>
double derivative(const Function& f, double t) {
    const double h = std::min({1e-3, 0.4 * t, 0.4 * (1 - t)});
    return (8 * (f(t + h) - f(t - h)) - (f(t + 2 * h) - f(t - 2 * h))) / (12 * h);
}

const double inner_times[] = {1e-6, 1e-4, 1e-3, 0.01, 0.05, 0.1, 0.25, 0.4, 0.5, 0.6, 0.75, 0.9, 0.95, 0.99, 0.999, 1 - 1e-4, 1 - 1e-6};

}  // namespace

TEST_CASE("derivatives of every schedule agree with differences up to the ends") {
    for (const auto& entry : schedules()) {
        const auto schedule = entry.make();
        for (const double t : inner_times) {
            CAPTURE(entry.id, t);
            const Coefficients c = schedule->at(t);
            // Rounding: 1e-16 divided by h. Truncation: h⁴/30 of the fifth derivative; near t = 1 β goes like √(1 − t), whose
            // fifth derivative is 105/16 (1 − t)⁻⁴ of the first: 0.22 (h/(1 − t))⁴, and the higher orders at h = 0.4 (1 − t) as much again.
            const double h = std::min({1e-3, 0.4 * t, 0.4 * (1 - t)}), rounding = 2e-15 / h, root = 0.44 * std::pow(h / (1 - t), 4) + 1e-8;
            const auto squared_beta = [&](double s) { return schedule->at(s).beta * schedule->at(s).beta; };
            CHECK(std::abs(derivative([&](double s) { return schedule->at(s).alpha; }, t) - c.d_alpha) <= rounding + 1e-8 * std::abs(c.d_alpha));
            CHECK(std::abs(derivative([&](double s) { return schedule->at(s).beta; }, t) - c.d_beta) <= rounding + root * std::abs(c.d_beta));
            CHECK(std::abs(derivative(squared_beta, t) / 2 - c.beta_d_beta) <= rounding + 1e-8 * std::abs(c.beta_d_beta));
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

TEST_CASE("schedules start at noise and end at the data") {
    for (const auto& entry : schedules()) {
        CAPTURE(entry.id);
        const auto schedule = entry.make();
        const Coefficients first = schedule->at(0), last = schedule->at(1);
        CHECK(last.alpha == Approx(1).epsilon(1e-15));
        CHECK(last.beta == 0);
        CHECK(std::isfinite(first.beta_d_beta));
        CHECK(std::isfinite(last.beta_d_beta));
        if (entry.id == "vp") {
            CHECK(first.alpha == Approx(std::exp(-0.5 * 10.05)).epsilon(1e-12));  // ∫₀¹ 0.1 + 19.9 τ dτ = 10.05
            CHECK(first.alpha * first.alpha + first.beta * first.beta == Approx(1).epsilon(1e-14));
        } else {
            CHECK(first.alpha == 0);
            CHECK(first.beta == 1);
        }
    }
    CHECK(find(schedules(), "square_root", "test").make()->at(1).beta_d_beta == -0.5);
    CHECK(find(schedules(), "vp", "test").make()->at(1).beta_d_beta == Approx(-0.05));  // −½ b_min
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
