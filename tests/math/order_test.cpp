#include "tests/math/orders.h"

#include <cmath>

#include "tests/catch.h"
#include "tests/math/references.h"

using namespace pf;
using namespace pf::testing;

namespace {

std::shared_ptr<const Schedule> schedule(std::string_view id) { return find(schedules(), id, "test").make(); }

// One Gaussian N(μ, v) on a path: every field is affine, so every solver's step is an affine map of state, memory and noise.
struct Affine1 {
    const Schedule& path;
    double mean, variance;
    std::function<double(double)> sigma;
    double first;
    int n;

    double total(double t) const {
        const Coefficients c = path.at(t);
        return c.alpha * c.alpha * variance + c.beta * c.beta;
    }
    PointsD score(const PointsD& x, double t) const { return -(x - path.at(t).alpha * mean) / total(t); }
    PointsD denoiser(const PointsD& x, double t) const { return mean - path.at(t).alpha * variance * score(x, t); }
    PointsD operator()(const PointsD& x, double t) const {
        const Coefficients c = path.at(t);
        const double s = sigma(t);
        return c.d_alpha * denoiser(x, t) + (s * s / 2 - c.beta_d_beta) * score(x, t);
    }
    Coefficients at(double t) const { return path.at(t); }
    double time_at(double half_log_snr) const {
        double low = 0, high = 1;
        for (int i = 0; i < 200; ++i) (path.at((low + high) / 2).half_log_snr() < half_log_snr ? low : high) = (low + high) / 2;
        return low;
    }
    double start() const { return first; }
    int steps() const { return n; }
};

// |variance at the end − exact|, by propagating mean and covariance of (x, memory) exactly: no Monte Carlo.
template <class Method>
double variance_error(const Method& solver, const Schedule& path, double t0, double t1, int n, const std::function<double(double)>& sigma, double start_factor = 1) {
    constexpr int draws = 4;  // ΔW, the area, and two of the solver's own
    const Affine1 f{path, 0.8, 0.3, sigma, t0, n};
    using Vector = Eigen::Vector3d;  // x, history.current, history.previous
    Eigen::Matrix3d covariance = Eigen::Matrix3d::Zero();
    covariance(0, 0) = start_factor * f.total(t0);
    History<PointsD> history;
    for (int i = 0; i < n; ++i) {
        const double t = t0 + (t1 - t0) * i / n, h = (t1 - t0) / n;
        History<PointsD> after;
        const auto apply = [&](const Vector& y, const Eigen::Vector4d& xi) {
            const auto state = [](double value) { return PointsD(PointsD::Constant(1, 2, value)); };
            int next = 2;
            const double w = std::sqrt(h) * xi[0], z = h * std::sqrt(h) * (0.5 * xi[0] + xi[1] / std::sqrt(12.0));
            const Noise<PointsD> noise{sigma(t), sigma(t + h), state(w), state(z), [&] { return state(xi[next++]); }};
            after = history;
            after.current = state(y[1]);
            after.previous = state(y[2]);
            const PointsD x = advance(solver, f, state(y[0]), t, h, noise, after);
            return Vector(x(0, 0), after.has_current ? after.current(0, 0) : 0, after.has_previous ? after.previous(0, 0) : 0);
        };
        const Vector constant = apply(Vector::Zero(), Eigen::Vector4d::Zero());
        Eigen::Matrix3d a;
        Eigen::Matrix<double, 3, draws> b;
        for (int k = 0; k < 3; ++k) a.col(k) = apply(Vector::Unit(k), Eigen::Vector4d::Zero()) - constant;
        for (int k = 0; k < draws; ++k) b.col(k) = apply(Vector::Zero(), Eigen::Vector4d::Unit(k)) - constant;
        covariance = (a * covariance * a.transpose() + b * b.transpose()).eval();
        history = after;
    }
    return std::abs(covariance(0, 0) - f.total(t1));
}

}  // namespace

TEST_CASE("Dormand–Prince follows a Gaussian's closed-form flow to 1e-11 in 64 steps", "[order]") {
    // math.md: x(t) = α_t μ + Σ_k √((β_t² + α_t² κ_k)/(β_r² + α_r² κ_k)) e_k e_kᵀ (x(r) − α_r μ).
    const Eigen::Vector2d mean(0.7, -0.4);
    const auto gaussian = std::make_shared<Mixture>(std::vector<Component>{{1, mean, (Eigen::Matrix2d() << 0.9, 0, 0, 0.4).finished(), 0}});
    for (const auto& entry : schedules()) {
        if (entry.id == "ddpm") continue;  // α̇ jumps: first order wherever a step straddles a kink
        const std::shared_ptr<const Schedule> path = entry.make();
        const MixtureField field(gaussian, path);
        const double from = 0.05, to = 0.9;
        const Coefficients r = path->at(from), e = path->at(to);
        const PointsD x0 = some_points(50, r.beta);
        PointsD exact(50, 2);
        for (int k = 0; k < 2; ++k) {
            const double kappa = k == 0 ? 0.9 : 0.4;
            exact.col(k) = e.alpha * mean[k] + std::sqrt((e.beta * e.beta + e.alpha * e.alpha * kappa) / (r.beta * r.beta + r.alpha * r.alpha * kappa)) *
                                                   (x0.col(k) - r.alpha * mean[k]);
        }
        const auto error = [&](int n) {
            const auto end = integrate<double>({&field, nullptr, {}, path.get()}, Choice{"dormand_prince", {{"adaptive", 0}}}, uniform_grid({from, to}, n), x0, {}).x.back();
            return (end - exact).abs().maxCoeff();
        };
        INFO(entry.id << ": " << error(64) << ", " << error(512));
        const bool gentle = entry.id == "linear" || entry.id == "square_root" || entry.id == "trigonometric";
        CHECK(error(64) < (gentle ? 1e-11 : 1e-6));
        CHECK(error(512) < 1e-11);
    }
}

TEST_CASE("every ODE solver converges at the order it declares", "[order]") {
    for (const std::string_view id : {"trigonometric", "vp"}) {
        const auto path = schedule(id);
        const MixtureField field(four_components(), path);
        const Dynamics dynamics{&field, nullptr, {}, path.get()};
        const TimeRange range{0.1, 0.9};
        const PointsD x0 = some_points(50, 1.0);
        const auto end = [&](const SolverInfo& solver, int n) { return integrate<double>(dynamics, fixed(solver), uniform_grid(range, n), x0, {}).x.back(); };
        const PointsD reference = end(find_solver("tsit5", "test"), 3000);
        for (const auto& solver : solvers()) {
            if (solver.own_noise || solver.uses_score) continue;
            const std::vector<int> steps = solver.order < 5 ? std::vector{64, 128, 256, 512} : std::vector{32, 64, 128, 256};
            std::vector<double> errors;
            for (const int n : steps) errors.push_back(std::sqrt((end(solver, n) - reference).square().mean()));
            INFO(id << ", " << solver.id << ": " << errors[0] << " … " << errors[3] << ", order " << slope(steps, errors));
            if (solver.order < 5 && solver.id != "unipc")
                CHECK(slope(steps, errors) == Approx(solver.order).margin(0.15));
            else
                CHECK(slope(steps, errors) >= solver.order - 0.2);
        }
    }
}

TEST_CASE("every SDE solver has its weak order, with a σ that varies in t", "[order]") {
    const auto path = schedule("linear");
    for (const bool varying : {false, true}) {
        const auto sigma = [varying](double t) { return varying ? 1.5 * (1 - t) + 0.3 : 0.9; };
        const auto check_order = [&]<class Method>(const Method& solver, std::string_view name) {
            if constexpr ((Method::stochastic || Method::own_noise) && !Method::uses_score) {
                const std::vector<int> steps{64, 128, 256, 512};
                std::vector<double> errors;
                for (const int n : steps) errors.push_back(variance_error(solver, *path, 0.1, 0.9, n, sigma));
                INFO(name << ", varying = " << varying << ": " << errors[0] << " … " << errors[3] << ", order " << slope(steps, errors));
                CHECK(slope(steps, errors) == Approx(Method::order).margin(0.1));
            }
        };
#define X(id, Method, label, meaning) check_order(Method{}, #id);
        PF_SOLVERS(X)
#undef X
    }
}

TEST_CASE("the corrector's Langevin steps pull a wrong law back, up to their own bias", "[order]") {
    const auto path = schedule("linear");
    const auto sigma = [](double) { return 0.9; };
    const auto error = [&](int corrections, double end, int n, double start_factor = 1) {
        PredictorCorrector solver;
        assign(solver, {{"corrections", corrections}}, "test");
        return variance_error(solver, *path, 0.1, end, n, sigma, start_factor);
    };
    CHECK(slope({64, 128, 256, 512}, {error(0, 0.9, 64), error(0, 0.9, 128), error(0, 0.9, 256), error(0, 0.9, 512)}) == Approx(1).margin(0.1));
    CHECK(error(1, 0.9, 256, 4) < 0.5 * error(0, 0.9, 256, 4));  // started four times too wide
    // Langevin with step ε holds variance v/(1 − ε/2v), so v + ε/2 to first order, with ε = 2 r² β²: 0.0256 β² for r = 0.16.
    // At 32768 steps the law follows within 1/166 of t, in which β² falls by 12 %.
    CHECK(error(1, 0.9, 32768) == Approx(0.0256 * 0.01 * 1.12).epsilon(0.05));
    CHECK(error(1, 1, 2048) < error(1, 0.9, 2048));  // none where β = 0
}

TEST_CASE("SDE solvers converge strongly, each to the process it names, on one shared Brownian path", "[order]") {
    const auto path = schedule("linear");
    const auto one = Eigen::Matrix2d::Identity();
    const auto broad = std::make_shared<Mixture>(std::vector<Component>{{0.4, {0.9, 0.4}, 0.64 * one, 0}, {0.6, {-0.9, -0.3}, 0.49 * one, 1}});
    const MixtureField field(broad, path);
    constexpr Eigen::Index n = 500;
    const PointsD x0 = some_points(n, 1.0);
    // 11/16 of the path's 4096 cells: all these grids meet its cells at their edges.
    const TimeRange range{0.0625, 0.75};
    const auto end = [&](std::string_view solver, const std::function<double(double)>& sigma, int steps) {
        BrownianPath brownian(21, n);
        const Dynamics dynamics{&field, sigma ? &field : nullptr, sigma, path.get()};
        return integrate<double>(dynamics, solver, uniform_grid(range, steps), x0, shared_path(brownian)).x.back();
    };
    const auto given = [](double t) { return 0.4 + 0.8 * t; };
    const auto reverse = [&](double eta) { return [&path, eta](double t) { return eta * std::sqrt(path->at(t).g_squared()); }; };
    for (const auto& solver : solvers()) {
        if (solver.strong_order == 0) continue;
        // A solver with noise of its own has to meet the SDE with σ_t = η g_t; DDIM(η) is at its default ½.
        const std::function<double(double)> process = !solver.own_noise ? std::function<double(double)>(given) : reverse(solver.id == "ddim_eta" ? 0.5 : 1);
        const PointsD reference = end("sra1", process, 2816);
        const std::vector<int> steps{44, 88, 176, 352};
        std::vector<double> errors;
        for (const int m : steps) errors.push_back(std::sqrt((end(solver.id, solver.own_noise ? nullptr : process, m) - reference).square().mean()));
        INFO(solver.id << ": " << errors[0] << " … " << errors[3] << ", order " << slope(steps, errors));
        CHECK(slope(steps, errors) == Approx(solver.strong_order).margin(0.15));
    }
}
