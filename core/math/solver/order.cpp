#include "core/math/solver/order.h"

#include <cmath>

#include "core/math/field/mixture_field.h"
#include "core/math/schedule/schedules.h"
#include "core/math/schedule/time_of.h"
#include "core/math/solver/integrate.h"

namespace pf {
namespace {

std::shared_ptr<const Schedule> schedule(std::string_view id) { return find(schedules(), id, "order").make(); }

// Least-squares slope of log(error) against log(h).
double slope(const std::vector<int>& steps, const std::vector<double>& errors) {
    double sx = 0, sy = 0, sxx = 0, sxy = 0;
    for (std::size_t i = 0; i < steps.size(); ++i) {
        const double x = -std::log(steps[i]), y = std::log(errors[i]);
        sx += x, sy += y, sxx += x * x, sxy += x * y;
    }
    const double n = static_cast<double>(steps.size());
    return (n * sxy - sx * sy) / (n * sxx - sx * sx);
}

double rms(const PointsD& difference) { return std::sqrt(difference.square().mean()); }

// One Gaussian N(μ, v) on a path: every field is affine, so every solver's step is an affine map of state, memory and noise.
struct OneGaussian {
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
    double time_at(double half_log_snr) const { return time_of(path, half_log_snr); }
    double start() const { return first; }
    int steps() const { return n; }
};

// |variance at the end − exact|, by propagating mean and covariance of (x, memory) exactly: no Monte Carlo.
template <class Method>
double variance_error(const Method& solver, const Schedule& path, double t0, double t1, int n, const std::function<double(double)>& sigma, double start_factor = 1) {
    constexpr int draws = 4;  // ΔW, the area, and two of the solver's own
    const OneGaussian f{path, 0.8, 0.3, sigma, t0, n};
    using Vector = Eigen::Vector3d;  // x, memory.current, memory.previous
    Eigen::Matrix3d covariance = Eigen::Matrix3d::Zero();
    covariance(0, 0) = start_factor * f.total(t0);
    Memory<PointsD> memory;
    for (int i = 0; i < n; ++i) {
        const double t = t0 + (t1 - t0) * i / n, h = (t1 - t0) / n;
        Memory<PointsD> after;
        const auto apply = [&](const Vector& y, const Eigen::Vector4d& xi) {
            const auto state = [](double value) { return PointsD(PointsD::Constant(1, 2, value)); };
            int next = 2;
            const double w = std::sqrt(h) * xi[0], z = h * std::sqrt(h) * (0.5 * xi[0] + xi[1] / std::sqrt(12.0));
            const Noise<PointsD> noise{sigma(t), sigma(t + h), state(w), state(z), [&] { return state(xi[next++]); }};
            after = memory;
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
        memory = after;
    }
    return std::abs(covariance(0, 0) - f.total(t1));
}

double weak_sigma(double t, bool varying) { return varying ? 1.8 - 1.5 * t : 0.9; }

// Broad and overlapping: paths of separated modes switch between them, and the mean square error means nothing.
std::shared_ptr<const Mixture> overlapping() {
    const auto one = Eigen::Matrix2d::Identity();
    return std::make_shared<Mixture>(std::vector<Component>{{0.4, {0.9, 0.4}, 0.64 * one, 0}, {0.6, {-0.9, -0.3}, 0.49 * one, 1}});
}

std::shared_ptr<const Mixture> four_components() {
    const auto covariance = [](double a, double b, double c) { return (Eigen::Matrix2d() << a, b, b, c).finished(); };
    return std::make_shared<Mixture>(std::vector<Component>{{0.35, {1.5, 1.2}, covariance(0.5, 0.2, 0.3), 0},
                                                            {0.15, {-1.4, 0.8}, covariance(0.2, -0.05, 0.6), 1},
                                                            {0.30, {0.7, -1.6}, covariance(0.4, 0.1, 0.2), 2},
                                                            {0.20, {-1.0, -1.1}, covariance(0.3, 0.0, 0.3), 3}});
}

PointsD standard_normals(Eigen::Index n) { return Random(1, "order").normals(n).cast<double>(); }

// The solver at fixed steps: what its order is about.
Choice fixed(const SolverInfo& solver) { return {std::string(solver.id), solver.adaptive ? ParameterValues{{"adaptive", 0}} : ParameterValues{}}; }

OrderMeasurement flow_order(const SolverInfo& solver) {
    const auto path = schedule("trigonometric");
    const MixtureField field(four_components(), path);
    const PointsD x0 = standard_normals(50);
    const auto end = [&](const SolverInfo& method, int n) {
        return integrate<double>({&field, nullptr, {}, path.get()}, fixed(method), uniform_grid({0.1, 0.9}, n), x0, {}).x.back();
    };
    const PointsD reference = end(find_solver("tsit5", "order"), 3000);
    OrderMeasurement out{OrderKind::flow, static_cast<double>(solver.order)};
    out.steps = solver.order < 5 ? std::vector{64, 128, 256, 512} : std::vector{32, 64, 128, 256};
    out.at_least = solver.order > 4 || solver.id == "unipc";
    for (const int n : out.steps) out.errors.push_back(rms(end(solver, n) - reference));
    return out;
}

OrderMeasurement weak_order(const SolverInfo& solver, bool varying) {
    OrderMeasurement out{OrderKind::weak, static_cast<double>(solver.order)};
    out.steps = {64, 128, 256, 512};
    for (const int n : out.steps) out.errors.push_back(gaussian_variance_error(solver.id, 0.9, n, varying));
    return out;
}

OrderMeasurement strong_order(const SolverInfo& solver) {
    const auto path = schedule("linear");
    const MixtureField field(overlapping(), path);
    constexpr Eigen::Index n = 500;
    const PointsD x0 = standard_normals(n);
    // 11/16 of the Brownian path's 4096 cells, so that all these grids meet cells at their edges.
    const TimeRange range{0.0625, 0.75};
    const auto end = [&](std::string_view method, const std::function<double(double)>& sigma, int steps) {
        BrownianPath brownian(21, n);
        const Increments<double> increments = [&](double t0, double t1) {
            const Increment<float> step = brownian.increment(t0, t1);
            return Increment<double>{step.dW.cast<double>(), step.dZ.cast<double>()};
        };
        return integrate<double>({&field, sigma ? &field : nullptr, sigma, path.get()}, method, uniform_grid(range, steps), x0, increments).x.back();
    };
    std::function<double(double)> process = [](double t) { return 0.4 + 0.8 * t; };
    if (solver.own_noise) {
        const ParameterValues options = read(*solver_options(solver.id, "order"));
        const double eta = options.contains("eta") ? options.at("eta") : 1;
        process = [path, eta](double t) { return eta * std::sqrt(path->at(t).g_squared()); };
    }
    const PointsD reference = end("sra1", process, 2816);
    OrderMeasurement out{OrderKind::strong, solver.strong_order};
    out.steps = {44, 88, 176, 352};
    for (const int m : out.steps) out.errors.push_back(rms(end(solver.id, solver.own_noise ? nullptr : process, m) - reference));
    return out;
}

}  // namespace

std::string_view id(OrderKind kind) { return kind == OrderKind::flow ? "ODE" : kind == OrderKind::weak ? "weak" : "strong"; }

bool OrderMeasurement::met() const {
    if (at_least) return measured >= declared - 0.2;
    return std::abs(measured - declared) <= (kind == OrderKind::weak ? 0.1 : 0.15);
}

double gaussian_variance_error(std::string_view solver, double end, int n, bool varying, double start_factor, int corrections) {
    const auto path = schedule("linear");
    const auto sigma = [varying](double t) { return weak_sigma(t, varying); };
    const auto options = corrections < 0 ? ParameterValues{} : ParameterValues{{"corrections", corrections}};
    double error = 0;
    const auto measure = [&]<class Method>(Method method) {
        if constexpr (Method::stochastic || Method::own_noise) {
            assign(method, options, "order");
            error = variance_error(method, *path, 0.1, end, n, sigma, start_factor);
        }
    };
    find_solver(solver, "order");
#define X(name, Method, label, meaning) \
    if (solver == #name) measure(Method{});
    PF_SOLVERS(X)
#undef X
    return error;
}

std::vector<OrderMeasurement> measure_orders(std::string_view solver, bool varying) {
    const SolverInfo& info = find_solver(solver, "solver");
    std::vector<OrderMeasurement> out;
    if (info.uses_score) return out;
    if (info.stochastic || info.own_noise)
        out.push_back(weak_order(info, varying));
    else
        out.push_back(flow_order(info));
    if (info.strong_order > 0) out.push_back(strong_order(info));
    for (auto& order : out) order.measured = slope(order.steps, order.errors);
    return out;
}

}  // namespace pf
