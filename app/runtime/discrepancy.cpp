#include "app/runtime/discrepancy.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

#include "app/runtime/guidance.h"
#include "app/runtime/limits.h"
#include "core/math/solver/solvers.h"

namespace pf {
namespace {

constexpr int bins = 32, cells = 128, time_steps = 200, rows_wanted = 8, coupled_particles = 10'000;
constexpr double unknown = std::numeric_limits<double>::quiet_NaN();

// Eight of the lane's slices, the one it starts from left out.
std::vector<double> chosen_times(const LaneResult& lane) {
    const auto& t = lane.path.t;
    const auto last = static_cast<int>(t.size()) - 1;
    const int n = std::min(rows_wanted, last);
    std::vector<double> out;
    for (int k = 1; k <= n; ++k) {
        const int i = static_cast<int>(std::lround(static_cast<double>(k) * last / n));
        out.push_back(t[static_cast<std::size_t>(lane.backwards ? last - i : i)]);
    }
    if (lane.backwards) std::reverse(out.begin(), out.end());
    return out;
}

double distance(const fokker_planck::Cells& p, const fokker_planck::Cells& q, double area) { return (p - q).abs().sum() * area; }

// The lane with a quarter of the step, or a hundredth of the error; nothing where that is out of reach.
std::optional<Lane> finer(const Lane& lane) {
    Lane out = lane;
    if (find_solver(lane.solver.id, "solver").adaptive) {
        const auto options = solver_options(lane.solver.id, "solver");
        assign(*options, lane.solver.values, "solver");
        auto values = read(*options);
        if (values["adaptive"] != 0) {
            for (const char* tolerance : {"rtol", "atol"}) out.solver.values[tolerance] = std::max(1e-8, values[tolerance] / 100);
            return out;
        }
    }
    out.steps = 4 * lane.steps;
    if (out.steps > limits::lane_steps.max) return {};
    return out;
}

struct Coupled {
    LaneResult coarse, fine;
};
std::optional<Coupled> coupled_runs(const Scene& scene, int lane, const FieldSet& fields, std::stop_token stop) {
    const auto i = static_cast<std::size_t>(lane);
    const auto fine = finer(scene.lanes.at(i));
    if (!fine) return {};
    Scene other = scene;
    other.lanes[i].particles = coupled_particles;
    Coupled out;
    Scene refined = other;
    refined.lanes[i] = *fine;
    refined.lanes[i].particles = coupled_particles;
    out.fine = run_lane(refined, lane, fields, {}, stop);
    LaneRequest request;
    request.depth = out.fine.depth;  // one path for both
    out.coarse = run_lane(other, lane, fields, request, stop);
    if (!out.coarse.refinable || !out.fine.refinable) return {};
    return out;
}

}  // namespace

double expected_l1(const fokker_planck::Cells& p, double area, double n) {
    double sum = 0;
    for (Eigen::Index k = 0; k < p.size(); ++k) {
        const double lambda = n * area * std::max(0.0, p.data()[k]);
        if (lambda > 100) {
            sum += std::sqrt(2 * lambda / std::numbers::pi) * (1 - 1 / (12 * lambda));
        } else if (lambda > 0) {
            const double whole = std::floor(lambda);
            double term = 2 * lambda * std::exp(-lambda);
            for (double j = 1; j <= whole; ++j) term *= lambda / j;
            sum += term;
        }
    }
    return sum / n;
}

Moved moved(const Points& a, const Points& b, const fokker_planck::Grid& grid) {
    const Eigen::Index outside = static_cast<Eigen::Index>(grid.width) * grid.height;
    const auto cell = [&](const Points& x, Eigen::Index k) {
        const double column = std::floor((static_cast<double>(x(k, 0)) - grid.box.x_min) / grid.dx()), row = std::floor((static_cast<double>(x(k, 1)) - grid.box.y_min) / grid.dy());
        return column >= 0 && row >= 0 && column < grid.width && row < grid.height ? static_cast<Eigen::Index>(row) * grid.width + static_cast<Eigen::Index>(column) : outside;
    };
    Eigen::ArrayXd difference = Eigen::ArrayXd::Zero(outside + 1), changes = difference;
    const Eigen::Index n = std::min(a.rows(), b.rows());
    for (Eigen::Index k = 0; k < n; ++k) {
        const Eigen::Index from = cell(a, k), to = cell(b, k);
        if (from == to) continue;
        difference[from] -= 1, difference[to] += 1;
        changes[from] += 1, changes[to] += 1;
    }
    return {difference.head(outside).abs().sum() / static_cast<double>(n), (2 / std::numbers::pi * changes.head(outside)).sqrt().sum() / static_cast<double>(n)};
}

DiscrepancyTable discrepancy_table(const Scene& scene, int lane, const FieldSet& fields, const LaneResult& particles, std::stop_token stop, double box) {
    DiscrepancyTable out;
    out.key = particles.key;
    out.bins = bins, out.cells = cells;
    if (particles.path.x.size() < 2) return out;
    FokkerPlanckRequest request;
    request.grid = cells, request.steps = time_steps, request.resolved_by = cells / 2;
    request.box = box;
    request.times = chosen_times(particles);
    const FokkerPlanckResult fine = run_fokker_planck(scene, lane, fields, request, stop);
    request.grid = cells / 2;
    const FokkerPlanckResult half = run_fokker_planck(scene, lane, fields, request, stop);
    const auto runs = coupled_runs(scene, lane, fields, stop);
    if (stop.stop_requested()) return out;
    if (!runs) out.sentence = "The particles cannot be run with four times the steps on the same noise, so the error of time stepping is not known.";
    if (fine.exact.empty()) out.sentence += fmt::format("{}Nothing exact to compare with: {}.", out.sentence.empty() ? "" : " ", why_no_exact(scene, scene.lanes[static_cast<std::size_t>(lane)]));

    const fokker_planck::Grid grid{fine.solution.grid.box, bins, bins};
    const double area = grid.area();
    Points x, y;
    for (std::size_t k = 0; k < std::min(fine.solution.p.size(), half.solution.p.size()); ++k) {
        const double t = fine.solution.t[k];
        if (std::find(request.times.begin(), request.times.end(), t) == request.times.end()) continue;  // the start
        const auto p = binned(fine.solution.p[k], bins);
        DiscrepancyRow row{t, unknown, unknown, unknown, distance(p, binned(half.solution.p[k], bins), area), 0, unknown};
        positions_at(particles, t, x);
        x = finite_rows(x);
        out.particles = static_cast<int>(x.rows());
        row.finite_n = expected_l1(p, area, static_cast<double>(x.rows()));
        if (!fine.exact.empty()) {
            const auto exact = binned(fine.exact[k], bins);
            row.model = distance(p, exact, area);
            row.observed = distance(counted(x, grid), exact, area);
        }
        if (runs) {
            positions_at(runs->coarse, t, x);
            positions_at(runs->fine, t, y);
            const Moved change = moved(x, y, grid);
            row.time_stepping = change.l1, row.time_stepping_noise = change.noise;
        }
        out.rows.push_back(row);
    }
    return out;
}

}  // namespace pf
