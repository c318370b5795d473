#include "core/math/fokker_planck/solve.h"

#include <cmath>
#include <limits>

#include "core/math/errors.h"
#include "core/math/fokker_planck/averages.h"

namespace pf::fokker_planck {
namespace {

constexpr double edge_share = 1e-4;  // more than this in the outermost ring is said

bool has_noise(const Problem& problem, const std::vector<double>& times) {
    if (!problem.sigma) return false;
    for (int i = 0; i <= 64; ++i)
        if (problem.sigma(times.front() + (times.back() - times.front()) * (i + 0.5) / 65) != 0) return true;
    return false;
}

// n + 1 times from a to b, uniform in (1 − t)^(1/clock).
std::vector<double> nodes(double a, double b, int n, double clock) {
    std::vector<double> out(static_cast<std::size_t>(n) + 1);
    const double from = clock == 1 ? a : std::pow(1 - a, 1 / clock), to = clock == 1 ? b : std::pow(1 - b, 1 / clock);
    for (int i = 0; i <= n; ++i) {
        const double s = from + (to - from) * i / n;
        out[static_cast<std::size_t>(i)] = clock == 1 ? s : 1 - std::pow(s, clock);
    }
    out.front() = a, out.back() = b;
    return out;
}

// The share of the clock that has passed at `t`, from the first time to the last.
double passed(const std::vector<double>& times, double t, const Options& options) {
    const auto clock = [&](double at) { return options.clock == 1 ? at : std::pow(1 - at, 1 / options.clock); };
    return (clock(t) - clock(times.front())) / (clock(times.back()) - clock(times.front()));
}

// The steps of every interval: those asked for, in all, each as near to its share as whole steps allow; one each where there are fewer than intervals.
std::vector<int> shared_out(const std::vector<double>& times, const Options& options) {
    const int intervals = static_cast<int>(times.size()) - 1, total = std::max(options.steps, intervals);
    std::vector<int> out;
    for (int k = 1, done = 0; k <= intervals; ++k) {
        const int until = std::clamp(static_cast<int>(std::lround(total * passed(times, times[static_cast<std::size_t>(k)], options))), done + 1, total - (intervals - k));
        out.push_back(until - done);
        done = until;
    }
    return out;
}

void check_input(const Problem& problem, const SchemeInfo& scheme, const Grid& grid, const std::vector<double>& times, const Options& options, bool noisy) {
    const auto refuse = [](const std::string& sentence) { throw BadInput("Fokker–Planck: " + sentence); };
    if (std::min(grid.width, grid.height) < 8 || std::max(grid.width, grid.height) > 2048)
        refuse(fmt::format("the grid needs 8 to 2048 cells a side, got {} × {}", grid.width, grid.height));
    const Box& b = grid.box;
    if (!(b.x_max > b.x_min && b.y_max > b.y_min && std::isfinite(b.x_max - b.x_min) && std::isfinite(b.y_max - b.y_min))) refuse("the box is empty or not finite");
    if (options.steps < 1) refuse(fmt::format("expected at least one step, got {}", options.steps));
    if (times.empty()) refuse("expected at least one time");
    const bool backward = times.size() > 1 && times.back() < times.front();
    for (std::size_t i = 0; i < times.size(); ++i)
        if (!std::isfinite(times[i]) || (i > 0 && (backward ? times[i] >= times[i - 1] : times[i] <= times[i - 1]))) refuse(fmt::format("the times must increase (or, without noise, decrease) strictly; number {} does not", i + 1));
    if (options.clock != 1 && (times.front() > 1 || times.back() > 1)) refuse("a clock other than 1 needs times up to 1");
    for (std::size_t i = 0; i + 1 < times.size(); ++i)
        for (int k = 0; k <= 4 && problem.sigma; ++k) {
            const double t = times[i] + (times[i + 1] - times[i]) * (k + 0.5) / 5, sigma = problem.sigma(t);
            if (!(sigma >= 0) || !std::isfinite(sigma)) refuse(fmt::format("σ_t must be finite and not negative, got {:.4g} at t = {:.4g}", sigma, t));
        }
    if (noisy && backward) refuse("with noise time runs forward only: going back would be ill-posed");
    if (noisy && scheme.refuses_noise) refuse(fmt::format("scheme '{}' is for σ = 0; choose equilibrium_splitting", scheme.id));
    if (!noisy && scheme.needs_noise) refuse(fmt::format("scheme '{}' needs σ > 0; choose ppm_remap or characteristics", scheme.id));
    const double low = std::min(times.front(), times.back()), high = std::max(times.front(), times.back());
    const auto inside = [&](const std::shared_ptr<const Field>& field, Want want, const char* what) {
        if (!field) return;
        if (!(field->knows() & want)) refuse(fmt::format("the {} is not known here", what));
        const TimeRange range = field->domain(want);
        if (low < range.min || high > range.max) refuse(fmt::format("the {} is finite for t from {:.4g} to {:.4g} only, and {:.4g} to {:.4g} was asked for", what, range.min, range.max, low, high));
    };
    inside(problem.velocity, want_velocity, "velocity");
    if (noisy) inside(problem.score, want_score, "score");
    if (!scheme.conservative) {
        inside(problem.velocity, want_divergence, "velocity's divergence");
        if (!problem.start.log_density) refuse(fmt::format("scheme '{}' needs a start whose density is known at every point", scheme.id));
    }
}

// Adds a density to the solution with what is measured on it.
void record(Solution& out, double t, DensityGrid p, double mass, double minimum) {
    const auto ring = p.row(0).cast<double>().sum() + p.row(p.rows() - 1).cast<double>().sum() + p.col(0).cast<double>().sum() + p.col(p.cols() - 1).cast<double>().sum();
    if (!std::isfinite(mass)) throw BadInput(fmt::format("Fokker–Planck: the density is no longer finite at t = {:.4g}: a field or σ_t is not, or more steps are needed", t));
    out.edge = std::max(out.edge, ring * out.grid.area() / mass);
    if (!out.t.empty()) {
        out.mass_drift = std::max(out.mass_drift, std::abs(mass - out.mass.front()));
        const double maximum = static_cast<double>(p.maxCoeff());
        out.minimum = out.t.size() == 1 ? minimum : std::min(out.minimum, minimum);
        out.maximum = std::max(out.maximum, maximum);
    }
    out.t.push_back(t);
    out.mass.push_back(mass);
    out.p.push_back(std::move(p));
}

template <class S>
void record_plane(Solution& out, double t, const Plane<S>& plane) {
    DensityGrid p(out.grid.height, out.grid.width);
    double mass = 0;
    S minimum = std::numeric_limits<S>::max();
    for (int row = 0; row < plane.rows(); ++row) {
        double sum = 0;
        for (int j = 0; j < plane.columns(); ++j) {
            const S value = plane.row(row)[j];
            p(row, j) = static_cast<float>(value);
            sum += static_cast<double>(value);
            minimum = std::min(minimum, value);
        }
        mass += sum;
    }
    record(out, t, std::move(p), mass * out.grid.area(), static_cast<double>(minimum));
}

// What the velocity alone carries through the edge in h, from the cells that touch it.
template <class S>
double leaving(const Faces<S>& faces, const Plane<S>& p, const Grid& grid, double h) {
    double rate = 0;
    for (const Axis axis : {Axis::x, Axis::y}) {
        const auto& edge = faces.edges[static_cast<int>(axis)];
        const double length = grid.step(other(axis));
        for (int side = 0; side < 2; ++side)
            for (std::size_t j = 0; j < edge.velocity[side].size(); ++j) {
                const double out = static_cast<double>(edge.velocity[side][j]) * (side == 0 ? -1 : 1);
                const int i = static_cast<int>(j), last = grid.count(axis) - 1;
                const S cell = axis == Axis::x ? p.row(i)[side == 0 ? 0 : last] : p.row(side == 0 ? 0 : last)[i];
                rate += std::max(0.0, out) * static_cast<double>(cell) * length;
            }
    }
    return rate * std::abs(h);
}

template <template <class> class Scheme, class S>
void run(const Problem& problem, const std::vector<double>& times, const Options& options, bool noisy, std::stop_token stop, Solution& out) {
    const Cells start = problem.start.averages(out.grid);
    Plane<S> p(out.grid.height, out.grid.width);
    for (int row = 0; row < p.rows(); ++row)
        for (int j = 0; j < p.columns(); ++j) p.row(row)[j] = static_cast<S>(start(row, j));
    record_plane(out, times.front(), p);
    const auto cancelled = [&] {
        if (stop.stop_requested()) out.outcome = Outcome::cancelled;
        return stop.stop_requested();
    };
    if constexpr (!Scheme<S>::conservative) {
        for (std::size_t k = 1; k < times.size() && !cancelled(); ++k) {
            const int n = std::max(4, static_cast<int>(std::lround(options.steps * passed(times, times[k], options))));
            const Cells density = Scheme<S>::density(problem, out.grid, nodes(times.front(), times[k], n, options.clock));
            out.steps = n;
            record(out, times[k], density.cast<float>(), density.sum() * out.grid.area(), density.minCoeff());
        }
    } else {
        const auto slices = options.slices > 0 && times.size() > 1 ? nodes(times.front(), times.back(), options.slices, options.clock) : std::vector<double>{};
        const auto faces = make_faces<S>(problem, out.grid, slices);
        Setting<S> setting{&problem, out.grid, faces.get(), noisy, options.relaxation};
        if (setting.relaxation == Relaxation::automatic) setting.relaxation = problem.exact_score ? Relaxation::backward_euler : Relaxation::sdirk2;
        Scheme<S> scheme(setting);
        const auto steps = shared_out(times, options);
        for (std::size_t k = 1; k < times.size(); ++k) {
            const auto t = nodes(times[k - 1], times[k], steps[k - 1], options.clock);
            for (std::size_t i = 0; i + 1 < t.size(); ++i) {
                if (cancelled()) return;
                scheme.step(p, t[i], t[i + 1] - t[i]);
                out.left += leaving(*faces, p, out.grid, t[i + 1] - t[i]);
                ++out.steps;
            }
            record_plane(out, times[k], p);
        }
    }
}

}  // namespace

Solution solve(const Problem& problem, std::string_view scheme, const Grid& grid, const std::vector<double>& times, const Options& options, std::stop_token stop) {
    const SchemeInfo& info = find_scheme(scheme, "scheme");
    check(static_cast<bool>(problem.start.averages), "a problem without a start");
    const bool noisy = !times.empty() && has_noise(problem, times);
    check_input(problem, info, grid, times, options, noisy);
    Solution out;
    out.scheme = scheme;
    out.grid = grid;
#define X(id, Scheme, label, meaning) \
    if (scheme == #id) options.single_precision ? run<Scheme, float>(problem, times, options, noisy, stop, out) : run<Scheme, double>(problem, times, options, noisy, stop, out);
    PF_FOKKER_PLANCK_SCHEMES(X)
#undef X
    if (out.edge > edge_share || out.left > edge_share)
        out.sentence = fmt::format("{:.2g} of the mass touches the edge of the box and {:.2g} would have left it: it needs a larger box", out.edge, out.left);
    if (out.outcome == Outcome::cancelled) out.sentence = "cancelled";
    return out;
}

std::string_view default_scheme(const Problem& problem, const std::vector<double>& times) { return has_noise(problem, times) ? "equilibrium_splitting" : "ppm_remap"; }

Discrepancy discrepancy(const DensityGrid& p, const Cells& q, const Grid& grid) {
    const Cells a = p.cast<double>();
    const double floor = 1e-12 * q.maxCoeff();
    const Cells positive = a.max(floor), of = q.max(floor);
    return {(a - q).abs().sum() * grid.area(), std::sqrt((a - q).square().sum() * grid.area()), (positive * (positive / of).log() - positive + of).sum() * grid.area()};
}

}  // namespace pf::fokker_planck
