#include "core/math/path/prediction.h"

#include "tests/catch.h"
#include "tests/math/references.h"

using namespace pf;
using namespace pf::testing;

TEST_CASE("every prediction of one draw converts to the same velocity, score, denoiser and noise", "[prediction]") {
    // For a single draw x = α z + β ε everything is exact algebra: D = z, ε = ε, s = −ε/β, u = α̇ z + β̇ ε.
    const double z = 1.7, noise = -0.6;
    for (const auto& schedule : every_schedule())
        for (const Prediction from : all_predictions) {
            if (from == Prediction::v && !schedule->variance_preserving()) continue;
            for (const double t : {0.1, 0.4, 0.5, 0.7, 0.97}) {
                const Coefficients c = schedule->at(t);
                const double x = c.alpha * z + c.beta * noise;
                const Target target = conditional_target(from, c);
                const double prediction = target.z * z + target.noise * noise;
                const auto convert = [&](Want to) {
                    const Affine a = conversion(from, to, c);
                    return a.x * x + a.prediction * prediction;
                };
                INFO(id(from) << " at t = " << t);
                CHECK(convert(want_velocity) == Approx(c.d_alpha * z + c.d_beta * noise).epsilon(1e-9).margin(1e-9));
                CHECK(convert(want_score) == Approx(-noise / c.beta).epsilon(1e-9));
                CHECK(convert(want_denoiser) == Approx(z).epsilon(1e-9));
                CHECK(convert(want_noise) == Approx(noise).epsilon(1e-9));
            }
        }
}

TEST_CASE("conversions are finite on the domain they declare, and only there", "[prediction]") {
    for (const auto& schedule : every_schedule())
        for (const Prediction from : all_predictions) {
            if (from == Prediction::v && !schedule->variance_preserving()) continue;
            for (const Want to : {want_velocity, want_score, want_denoiser, want_noise}) {
                const TimeRange range = conversion_domain(from, to, *schedule);
                for (const double t : {range.min, 0.5, range.max}) {
                    const Affine a = conversion(from, to, schedule->at(t));
                    INFO(id(from) << " to " << to << " at t = " << t);
                    CHECK(std::isfinite(a.x));
                    CHECK(std::isfinite(a.prediction));
                }
            }
        }
    const auto linear = schedules()[0].make();
    CHECK(conversion_domain(Prediction::velocity, want_velocity, *linear).max == 1);
    CHECK(conversion_domain(Prediction::velocity, want_score, *linear).max == 1 - end_margin);
    CHECK(conversion_domain(Prediction::noise, want_velocity, *linear).min == end_margin);
    const auto square_root = schedules()[1].make();
    CHECK(conversion_domain(Prediction::velocity, want_score, *square_root).max == 1);  // finite there, math.md
    // Where β = 0 and β̇ is finite: D = x/α, ε = (u − α̇ x/α)/β̇.
    for (const Want to : {want_denoiser, want_noise}) CHECK(conversion_domain(Prediction::velocity, to, *linear).max == 1);
    const Affine denoiser = conversion(Prediction::velocity, want_denoiser, linear->at(1)), noise = conversion(Prediction::velocity, want_noise, linear->at(1));
    CHECK((denoiser.x == 1 && denoiser.prediction == 0));
    CHECK((noise.x == 1 && noise.prediction == -1));
}

TEST_CASE("names of predictions", "[prediction]") {
    for (const Prediction p : all_predictions) CHECK(prediction_from_id(id(p), "x") == p);
    CHECK_THROWS_WITH(prediction_from_id("speed", "models[0].objective.id"), "models[0].objective.id: unknown prediction 'speed' (known: velocity, score, noise, data, v, edm_f)");
}
