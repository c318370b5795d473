#include <algorithm>
#include <chrono>
#include <cmath>

#include "app/runtime/compute.h"
#include "app/runtime/device_lane.h"
#include "app/runtime/lane_noise.h"
#include "app/runtime/lane_numbers.h"
#include "app/runtime/lane_problem.h"
#include "app/runtime/lane_stability.h"
#include "core/math/grid/grids.h"
#include "core/math/solver/brownian.h"
#include "core/math/solver/likelihood.h"
#include "core/math/solver/stability.h"

namespace pf {
namespace {

constexpr std::size_t fewest_slices = 32;                 // kept when a lane is over its budget

// 1 − t, so that what increased increases again.
void turn(std::vector<double>& times) {
    for (double& t : times) t = 1 - t;
    std::reverse(times.begin(), times.end());
}

// Runs `times` in pieces so that no more than the budget is in memory, keeping every `stride`-th slice; log p beside x unless log_start is empty.
template <class Advance>
Trajectories<float> in_pieces(const std::vector<double>& times, const Points& start, const Column& log_start, std::size_t lane_bytes, const Advance& advance) {
    const std::size_t slice_bytes = static_cast<std::size_t>(start.size() + log_start.size()) * sizeof(float), steps = times.size() - 1;
    if ((steps + 1) * slice_bytes <= lane_bytes) return advance(times, start, log_start);
    const std::size_t stride = (steps + fewest_slices - 2) / (fewest_slices - 1);
    const std::size_t piece = std::clamp<std::size_t>(lane_bytes / (2 * slice_bytes), 1, stride);
    Trajectories<float> out;
    out.t = {times.front()};
    out.x = {start};
    Points x = start;
    Column log_p = log_start;
    const bool with_log_p = log_start.size() > 0;
    if (with_log_p) out.log_p = {log_start};
    for (std::size_t first = 0; first < steps;) {
        const std::size_t last = std::min({first + piece, (first / stride + 1) * stride, steps});
        auto part = advance({times.begin() + static_cast<std::ptrdiff_t>(first), times.begin() + static_cast<std::ptrdiff_t>(last) + 1}, x, log_p);
        out.evaluations += part.evaluations;
        out.rejected += part.rejected;
        out.lost = std::max(out.lost, part.lost);
        out.outcome = part.outcome;
        if (!part.sentence.empty()) out.sentence = part.sentence;
        if (part.x.size() < 2) break;
        x = std::move(part.x.back());
        if (with_log_p) log_p = std::move(part.log_p.back());
        if (last % stride == 0 || last == steps || part.t.size() != last - first + 1) {
            out.t.push_back(part.t.back());
            out.x.push_back(x);
            if (with_log_p) out.log_p.push_back(log_p);
        }
        if (part.outcome != Outcome::done) break;
        first = last;
    }
    return out;
}

}  // namespace

bool wants_log_p(const Scene& scene, int lane) { return scene.view.colour == "log_p" && why_no_log_p(scene, scene.lanes.at(static_cast<std::size_t>(lane))).empty(); }

LaneResult run_lane(const Scene& scene, int lane, const FieldSet& fields, LaneRequest request, std::stop_token stop) {
    const auto began = std::chrono::steady_clock::now();
    const Lane& l = scene.lanes.at(static_cast<std::size_t>(lane));
    const LaneProblem problem = lane_problem(scene, lane, fields);
    Dynamics dynamics = problem.dynamics();
    if (const auto variance = smallest_variance(scene, lane))
        dynamics.stable_sigma = [interval = stability_interval(l.solver.id), path = problem.schedule, v = *variance](double t, double h) { return stable_sigma(interval, *path, v, t, h); };
    const Schedule& schedule = *problem.schedule;
    const auto& solver = find_solver(l.solver.id, fmt::format("lanes[{}].solver", lane));

    LaneResult out;
    out.solver = l.solver.id;
    const bool random = problem.sigma || solver.own_noise || solver.uses_score;
    out.stochastic = random;
    SolverInfo careful = solver;
    careful.evaluates_end |= problem.backwards;  // g_t may be infinite at the noise end
    const LaneStart begin = lane_start(scene, lane, problem, lane_range(scene, lane, problem, valid_times(dynamics, careful)));
    out.range = begin.range;
    if (l.guidance.kind != "none") out.label = l.guidance.label;

    const int particles = request.particles > 0 ? std::min(request.particles, l.particles) : l.particles;
    const int steps = request.steps > 0 ? std::min(request.steps, l.steps) : l.steps;
    out.particles_wanted = l.particles;
    out.coarse = particles < l.particles || steps < l.steps;

    Points start = starting_points(scene, problem, out.range, particles);
    out.start = start;
    if (l.start == "teleport") start = ((start.matrix().cast<double>() * begin.map.matrix.transpose()).rowwise() + begin.map.shift.transpose()).array().cast<float>();

    auto times = build(grids(), l.grid, fmt::format("lanes[{}].grid", lane))->times(schedule, out.range, steps);
    if (problem.backwards) turn(times);
    auto depth = particles <= most_refinable ? BrownianPath::depth_for(times) : std::nullopt;
    if (depth) depth = std::max(*depth, request.depth);
    out.refinable = !random || depth;
    out.depth = random ? depth.value_or(0) : 0;
    const auto noise_key = stream_key(scene.seed, "brownian");
    const auto increments = random ? lane_noise(noise_key, particles, depth, request.noise) : Increments<float>{};
    const auto device = solver.on_device ? DeviceLane::make(dynamics, l.solver.id, noise_key, out.refinable) : std::nullopt;
    const bool log_p = request.log_p && why_no_log_p(scene, l).empty() && (problem.velocity->knows() & want_divergence);
    const Column log_start = log_p ? log_start_density(problem, begin, start.cast<double>()).cast<float>() : Column();
    Carried<float> carried{times.front(), static_cast<int>(times.size()) - 1};
    out.path = in_pieces(times, start, log_start, request.bytes, [&](const std::vector<double>& part, const Points& x, const Column& log_x) {
        if (log_p) return integrate_with_log_p<float>(dynamics, l.solver, part, x, log_x, stop);
        return device ? device->advance(part, x, increments, stop) : integrate<float>(dynamics, l.solver, part, x, increments, stop, &carried);
    });
    if (problem.backwards) {
        const bool ended = out.path.t.back() == times.back();
        turn(out.path.t);
        std::reverse(out.path.x.begin(), out.path.x.end());
        out.path.t.back() = out.range.max;
        if (ended) out.path.t.front() = out.range.min;
    }
    out.backwards = problem.backwards;
    if (problem.frozen) out.unit_of_time = fmt::format("r/{:g} at t = {:g}", l.duration, l.frozen_t);
    if (problem.backwards || problem.frozen) out.end = schedule.at(problem.path_time(out.range.min));
    out.milliseconds = std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - began).count();
    return out;
}

}  // namespace pf
