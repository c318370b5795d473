#include "app/runtime/fokker_planck.h"

#include <algorithm>
#include <chrono>
#include <cmath>

#include "app/runtime/lane_problem.h"
#include "core/math/field/mixture_field.h"
#include "core/math/fokker_planck/averages.h"

namespace pf {
namespace {

constexpr int network_slices = 32;

// Components narrower than this many cells cannot be told from point masses: the movie ends where p_t is last resolved.
constexpr double narrowest = 0.75;

double last_resolved(const Dataset& data, const Schedule& schedule, double cell, TimeRange range) {
    const auto mixture = data.mixture();
    if (!mixture) return range.max;
    const auto resolved = [&](double t) {
        const Coefficients c = schedule.at(t);
        return std::sqrt(c.alpha * c.alpha * mixture->smallest_variance() + c.beta * c.beta) >= narrowest * cell;
    };
    if (resolved(range.max)) return range.max;
    double low = range.min, high = range.max;
    for (int i = 0; i < 40; ++i) (resolved((low + high) / 2) ? low : high) = (low + high) / 2;
    return low;
}

DensityMovie movie_of(const fokker_planck::Grid& grid, const std::vector<double>& t, std::vector<DensityGrid> p) {
    DensityMovie out;
    out.box = grid.box;
    out.p = std::move(p);
    out.t.assign(t.begin(), t.begin() + static_cast<std::ptrdiff_t>(out.p.size()));
    for (const DensityGrid& slice : out.p) {
        out.maximum.push_back(slice.maxCoeff());
        out.integral.push_back(slice.cast<double>().sum() * grid.area());
    }
    return out;
}

}  // namespace

FokkerPlanckMovie fokker_planck_movie(FokkerPlanckResult result) {
    auto& s = result.solution;
    FokkerPlanckMovie out;
    out.scheme = s.scheme;
    out.cells = s.grid.width;
    out.steps = s.steps;
    out.mass_drift = s.mass_drift;
    out.minimum = s.minimum;
    out.edge = s.edge;
    out.left = s.left;
    out.distance = std::move(result.discrepancy);
    out.milliseconds = result.milliseconds;
    out.sentence = s.sentence;
    out.p = movie_of(s.grid, s.t, std::move(s.p));
    out.exact = movie_of(s.grid, s.t, std::move(result.exact));
    return out;
}

Box fokker_planck_box(const Scene& scene, const Schedule& schedule) {
    const Box view = view_box(scene);
    const double noise = 4.5 * schedule.at(0).beta;
    return {std::min(view.x_min, -noise), std::max(view.x_max, noise), std::min(view.y_min, -noise), std::max(view.y_max, noise)};
}

FokkerPlanckResult run_fokker_planck(const Scene& scene, int lane, const FieldSet& fields, const FokkerPlanckRequest& request, std::stop_token stop) {
    const auto began = std::chrono::steady_clock::now();
    if (!request.scheme.empty()) fokker_planck::find_scheme(request.scheme, "scheme");
    const LaneProblem path = lane_problem(scene, lane, fields);
    const Schedule& schedule = *path.schedule;
    TimeRange range = path.velocity->domain(want_velocity);
    if (path.score) {
        const TimeRange of_score = path.score->domain(want_score);
        range = {std::max(range.min, of_score.min), std::min(range.max, of_score.max)};
    }
    range = lane_range(scene, lane, range);
    if (request.grid < 8 || request.grid > 2048) throw BadInput(fmt::format("the grid needs 8 to 2048 cells a side, got {}", request.grid));
    const fokker_planck::Grid grid{fokker_planck_box(scene, schedule), request.grid, request.grid};
    const auto data = make_dataset(scene.data);
    const double end = range.max;
    range.max = last_resolved(*data, schedule, grid.dx(), range);
    if (!(range.min < range.max)) throw BadInput(fmt::format("lanes[{}]: no time between {:.4g} and {:.4g} is both in the field's domain and resolved by {} cells", lane, range.min, end, request.grid));

    const auto problem = fokker_planck::sampling(path.velocity, path.score, path.sigma, schedule);
    fokker_planck::Options options;
    options.steps = request.steps;
    options.single_precision = request.single_precision;
    // β̇ is infinite at the data end where β goes to 0 like a square root; uniform steps in it then lose their order.
    options.clock = std::isfinite(schedule.at(1).d_beta) ? 1 : 2;
    FokkerPlanckResult out;
    out.exact_field = dynamic_cast<const MixtureField*>(path.velocity.get()) && (!path.score || dynamic_cast<const MixtureField*>(path.score.get()));
    if (!out.exact_field) options.slices = network_slices;
    std::vector<double> times;
    const double q = 1 / options.clock, from = std::pow(1 - range.min, q), to = std::pow(1 - range.max, q);
    const int slices = std::clamp(request.slices, 2, request.steps + 1);
    for (int i = 0; i < slices; ++i) times.push_back(1 - std::pow(from + (to - from) * i / (slices - 1), options.clock));
    times.front() = range.min, times.back() = range.max;
    const auto scheme = request.scheme.empty() ? fokker_planck::default_scheme(problem, times) : std::string_view(request.scheme);
    out.solution = fokker_planck::solve(problem, scheme, grid, times, options, stop);
    out.milliseconds = std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - began).count();

    const DensityReference reference(data, path.schedule);
    const auto mixture = data->mixture();
    for (std::size_t k = 0; k < out.solution.t.size() && !stop.stop_requested(); ++k) {
        const double t = out.solution.t[k];
        const fokker_planck::Cells exact = fokker_planck::reference_averages(reference, mixture.get(), schedule.at(t), t, grid);
        out.discrepancy.push_back(fokker_planck::discrepancy(out.solution.p[k], exact, grid));
        out.exact.push_back(exact.cast<float>());
    }
    return out;
}

}  // namespace pf
