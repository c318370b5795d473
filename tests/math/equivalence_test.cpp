#include "core/math/schedule/time_of.h"
#include "core/math/solver/exponential.h"
#include "tests/catch.h"
#include "tests/math/orders.h"
#include "tests/math/references.h"

using namespace pf;
using namespace pf::testing;

namespace {

// Everything on one schedule, with a shared path where there is noise.
struct Stage {
    std::shared_ptr<const Schedule> path;
    MixtureField field{four_components(), path};
    TimeRange range{0.1, 0.9};
    int steps = 20;
    PointsD x0 = some_points(40, 1.0) * path->at(0.1).beta;

    PointsD end(const Choice& solver, const std::function<double(double)>& sigma = {}) const {
        BrownianPath brownian(3, x0.rows());
        return integrate<double>({&field, sigma ? &field : nullptr, sigma, path.get(), 17}, solver, uniform_grid(range, steps), x0, shared_path(brownian)).x.back();
    }
};

double distance(const PointsD& a, const PointsD& b) { return (a - b).abs().maxCoeff(); }

}  // namespace

TEST_CASE("DDIM is exponential Euler in ℓ, and DDIM(0)", "[equivalence]") {
    for (const auto& path : every_schedule()) {
        const Stage stage{path};
        PointsD x = stage.x0;
        FieldValues<double> values;
        for (int i = 0; i < stage.steps; ++i) {
            const double t = 0.1 + 0.8 * i / stage.steps, next = 0.1 + 0.8 * (i + 1) / stage.steps;
            stage.field.evaluate(x, t, want_denoiser, values);
            const Coefficients s = path->at(t), e = path->at(next);
            const double h = e.half_log_snr() - s.half_log_snr();
            x = e.beta / s.beta * x - e.alpha * std::expm1(-h) * values.denoiser;
        }
        CHECK(distance(stage.end({"ddim", {}}), x) < 1e-12 * path->at(0).beta);
        CHECK(distance(stage.end({"ddim_eta", {{"eta", 0}}}), x) < 1e-12 * path->at(0).beta);
    }
    const Stage straight{find(schedules(), "linear", "test").make()};
    CHECK(distance(straight.end({"ddim", {}}), straight.end({"euler", {}})) < 1e-12);  // on straight paths
}

TEST_CASE("DPM-Solver++(2S) asks for the denoised point in the middle of the step in ℓ", "[equivalence]") {
    // Lu et al. 2022 (arXiv:2211.01095), algorithm 1, r = ½.
    for (const auto& path : every_schedule()) {
        const Stage stage{path};
        PointsD x = stage.x0;
        FieldValues<double> values;
        for (int i = 0; i < stage.steps; ++i) {
            const double t = 0.1 + 0.8 * i / stage.steps, next = 0.1 + 0.8 * (i + 1) / stage.steps;
            const Coefficients s = path->at(t), e = path->at(next);
            const double h = e.half_log_snr() - s.half_log_snr(), half = time_of(*path, s.half_log_snr() + h / 2);
            const Coefficients m = path->at(half);
            CHECK(m.half_log_snr() == Approx(s.half_log_snr() + h / 2).margin(1e-9));
            stage.field.evaluate(x, t, want_denoiser, values);
            const PointsD middle = m.beta / s.beta * x - m.alpha * std::expm1(-h / 2) * values.denoiser;
            stage.field.evaluate(middle, half, want_denoiser, values);
            x = e.beta / s.beta * x - e.alpha * std::expm1(-h) * values.denoiser;
        }
        CHECK(distance(stage.end({"dpm_solver_2s", {}}), x) < 1e-12 * path->at(0).beta);
    }
}

TEST_CASE("DDPM ancestral, DDIM(1) and SDE-DPM-Solver++(1) are one method", "[equivalence]") {
    for (const auto& path : every_schedule()) {
        const Stage stage{path};
        const double size = path->at(0).beta;
        const PointsD ancestral = stage.end({"ddpm_ancestral", {}});
        CHECK(distance(stage.end({"ddim_eta", {{"eta", 1}}}), ancestral) < 1e-11 * size);
        // SDE-DPM-Solver++(2M) without memory.
        BrownianPath brownian(3, stage.x0.rows());
        const auto increments = shared_path(brownian);
        PointsD x = stage.x0;
        const auto times = uniform_grid(stage.range, stage.steps);
        for (int i = 0; i < stage.steps; ++i)
            x = integrate<double>({&stage.field, nullptr, {}, path.get()}, "sde_dpm_solver_2m", {times[static_cast<std::size_t>(i)], times[static_cast<std::size_t>(i) + 1]}, x, increments)
                    .x.back();
        CHECK(distance(x, ancestral) < 1e-11 * size);
        CHECK(distance(stage.end({"sde_dpm_solver_2m", {}}), ancestral) > 1e-4);  // with memory it is another
    }
}

TEST_CASE("DDPM without its noise is not DDIM", "[equivalence]") {
    const Stage stage{find(schedules(), "vp", "test").make()};
    const auto silent = [](double, double) { return Increment<double>{PointsD::Zero(40, 2), PointsD::Zero(40, 2)}; };
    const PointsD x = integrate<double>({&stage.field, nullptr, {}, stage.path.get()}, "ddpm_ancestral", uniform_grid(stage.range, stage.steps), stage.x0, silent).x.back();
    CHECK(distance(x, stage.end({"ddim", {}})) > 0.3);
}

TEST_CASE("EDM without churn is EDM Heun; with churn it is not", "[equivalence]") {
    for (const auto& path : every_schedule()) {
        const Stage stage{path};
        const PointsD heun = stage.end({"edm_heun", {}});
        CHECK(distance(stage.end({"edm_churn", {{"churn", 0}}}), heun) == 0);
        CHECK(distance(stage.end({"edm_churn", {{"churn", 5}, {"max", 1e6}}}), heun) > 0.05);
    }
    // On VE, where x/α = x, Heun in σ is Heun in t as long as β is linear in t: EDM with ρ = 1.
    const auto edm = find(schedules(), "edm", "test").make();
    assign(*edm, {{"rho", 1}}, "test");
    const Stage stage{std::shared_ptr<const Schedule>(edm.get(), [](const Schedule*) {})};
    CHECK(distance(stage.end({"edm_heun", {}}), stage.end({"heun", {}})) < 1e-11 * 10);
}

TEST_CASE("a corrector of no steps leaves Euler–Maruyama", "[equivalence]") {
    const Stage stage{find(schedules(), "linear", "test").make()};
    const auto sigma = [](double t) { return 1 - 0.5 * t; };
    CHECK(distance(stage.end({"predictor_corrector", {{"corrections", 0}}}, sigma), stage.end({"euler_maruyama", {}}, sigma)) == 0);
    CHECK(distance(stage.end({"predictor_corrector", {{"corrections", 2}}}, sigma), stage.end({"euler_maruyama", {}}, sigma)) > 0.05);
}

TEST_CASE("steps in ℓ are finite from pure noise to the data", "[equivalence]") {
    for (const auto& path : every_schedule()) {
        Stage stage{path};
        stage.range = {0, 1};
        stage.x0 = some_points(40, 1.0) * path->at(0).beta;
        for (const auto& solver : solvers()) {
            INFO(solver.id);
            CHECK(stage.end(fixed(solver)).isFinite().all());
        }
    }
}
