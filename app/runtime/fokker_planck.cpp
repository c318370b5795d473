#include "app/runtime/fokker_planck.h"

#include <algorithm>
#include <chrono>
#include <cmath>

#include "app/runtime/guidance.h"
#include "app/runtime/lane_problem.h"
#include "core/math/dataset/noised.h"
#include "core/math/fokker_planck/averages.h"

namespace pf {
namespace {

constexpr int particle_bins = 32;
constexpr int field_slices = 32;  // of networks and formulas

// Components narrower than this many cells cannot be told from point masses: the movie ends where p_t is last resolved.
constexpr double narrowest = 0.75;

bool resolved(const Mixture& mixture, const Coefficients& c, double cell) {
    return std::sqrt(c.alpha * c.alpha * mixture.smallest_variance() + c.beta * c.beta) >= narrowest * cell;
}

// The last lane time at which p_t is resolved.
double last_resolved(const Dataset& data, const LaneProblem& path, double cell, TimeRange range) {
    const auto mixture = data.mixture();
    const auto good = [&](double t) { return resolved(*mixture, path.schedule->at(path.path_time(t)), cell); };
    if (!mixture || good(range.max)) return range.max;
    double low = range.min, high = range.max;
    for (int i = 0; i < 40; ++i) (good((low + high) / 2) ? low : high) = (low + high) / 2;
    return low;
}

// The lane times at which its fields are finite.
TimeRange density_times(const Scene& scene, int lane, const LaneProblem& path) {
    TimeRange range = path.velocity->domain(want_velocity);
    if (path.score) {
        const TimeRange of_score = path.score->domain(want_score);
        range = {std::max(range.min, of_score.min), std::min(range.max, of_score.max)};
    }
    return lane_range(scene, lane, path, range);
}

fokker_planck::Problem density_problem(const LaneProblem& path, const LaneStart& begin, double start) {
    fokker_planck::Problem out{path.frozen ? nullptr : path.velocity, path.score, path.sigma, {}, path.exact_score};
    const Coefficients c = path.schedule->at(start);
    if (!path.backwards) {
        out.start = fokker_planck::start_from(start_density(path, begin));
    } else if (const auto mixture = Noised(path.noised, c).mixture(); mixture && mixture->smallest_variance() > 0) {
        out.start = fokker_planck::start_from(mixture);
    } else {
        out.start.averages = [data = path.noised, c, start, schedule = path.schedule](const fokker_planck::Grid& grid) {
            return fokker_planck::reference_averages(DensityReference(data, schedule), data->mixture().get(), c, start, grid);
        };
    }
    return out;
}

// `slices` lane times over the range, uniform in (1 − t)^(1/clock).
std::vector<double> spread(TimeRange range, int slices, double clock) {
    std::vector<double> times;
    const double q = 1 / clock, from = std::pow(1 - range.min, q), to = std::pow(1 - range.max, q);
    for (int i = 0; i < slices; ++i) times.push_back(1 - std::pow(from + (to - from) * i / (slices - 1), clock));
    times.front() = range.min, times.back() = range.max;
    return times;
}

Box scaled(const Box& box, double times) {
    const double x = (times - 1) * (box.x_max - box.x_min) / 2, y = (times - 1) * (box.y_max - box.y_min) / 2;
    return {box.x_min - x, box.x_max + x, box.y_min - y, box.y_max + y};
}

// From the lane's clock to lane time, or back.
void turn(const LaneProblem& path, std::vector<double>& times) {
    if (!path.backwards) return;
    for (double& t : times) t = 1 - t;
    std::reverse(times.begin(), times.end());
}

bool expensive(const Scene& scene, const Lane& lane) {
    const auto slow = [&](const std::string& name) {
        const std::string& field = model_named(scene, name).field;
        return field == "network" || field == "formula";
    };
    return slow(lane.model) || (!lane.score_model.empty() && slow(lane.score_model));
}

bool all_exact(const Scene& scene, const Lane& lane) {
    return model_named(scene, lane.model).field == "exact" && (lane.score_model.empty() || model_named(scene, lane.score_model).field == "exact");
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

fokker_planck::Cells counted(const Points& x, const fokker_planck::Grid& grid) {
    fokker_planck::Cells out = fokker_planck::Cells::Zero(grid.height, grid.width);
    for (Eigen::Index k = 0; k < x.rows(); ++k) {
        const double column = std::floor((static_cast<double>(x(k, 0)) - grid.box.x_min) / grid.dx()), row = std::floor((static_cast<double>(x(k, 1)) - grid.box.y_min) / grid.dy());
        if (column >= 0 && row >= 0 && column < grid.width && row < grid.height) out(static_cast<Eigen::Index>(row), static_cast<Eigen::Index>(column)) += 1;
    }
    return out / (static_cast<double>(std::max<Eigen::Index>(1, x.rows())) * grid.area());
}

fokker_planck::Cells binned(const DensityGrid& p, int bins) {
    const Eigen::Index rows = p.rows() / bins, columns = p.cols() / bins;
    fokker_planck::Cells out(bins, bins);
    for (int i = 0; i < bins; ++i)
        for (int j = 0; j < bins; ++j) out(i, j) = p.block(i * rows, j * columns, rows, columns).cast<double>().mean();
    return out;
}

FokkerPlanckMovie fokker_planck_movie(FokkerPlanckResult result, const LaneResult* lane) {
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
    if (out.distance.empty() && lane && !lane->path.x.empty() && s.grid.width % particle_bins == 0) {
        out.to_particles = true;
        const fokker_planck::Grid bins{s.grid.box, particle_bins, particle_bins};
        Points x;
        for (std::size_t k = 0; k < s.p.size(); ++k) {
            positions_at(*lane, s.t[k], x);
            out.distance.push_back(fokker_planck::discrepancy(counted(finite_rows(x), bins).cast<float>(), binned(s.p[k], particle_bins), bins));
        }
    }
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
    if (scene.source) throw BadInput(fmt::format("lanes[{}]: the Fokker–Planck equation is solved from N(0, β_0² I) on, and this scene starts from '{}'", lane, scene.source->choice.id));
    if (request.grid < 8 || request.grid > 2048) throw BadInput(fmt::format("the grid needs 8 to 2048 cells a side, got {}", request.grid));
    const Lane& l = scene.lanes.at(static_cast<std::size_t>(lane));
    LaneProblem path = lane_problem(scene, lane, fields);
    if (request.without_noise) {
        if (!has_likelihood(scene, lane)) throw BadInput(fmt::format("lanes[{}]: without its noise process '{}' leads nowhere, so it has no likelihood by characteristics", lane, l.process));
        path.score = nullptr, path.sigma = nullptr;
    }
    if (const double share = own_noise(l); share > 0 && !request.without_noise) {
        // g_t is infinite where α_t is 0, and keeps what is there however large it is.
        path.score = path.velocity;
        path.sigma = [share, schedule = path.schedule](double t) { return share * std::min(100.0, std::sqrt(schedule->at(t).g_squared())); };
    }
    const Schedule& schedule = *path.schedule;
    fokker_planck::Grid grid{scaled(fokker_planck_box(scene, schedule), request.box), request.grid, request.grid};
    const auto exact = why_no_exact(scene, l).empty() ? exact_data(scene, l) : nullptr;
    const std::shared_ptr<const Dataset> data = exact ? exact : make_dataset(scene.data);
    const LaneStart begin = lane_start(scene, lane, path, density_times(scene, lane, path));
    path.exact_score = path.exact_score && l.start != "teleport";
    const auto resolved = [&] {
        TimeRange range = begin.range;
        range.max = last_resolved(*data, path, grid.dx() * (request.resolved_by > 0 ? static_cast<double>(request.grid) / request.resolved_by : 1), range);
        return range;
    };
    TimeRange range = resolved();
    if (const double end = begin.range.max; !(range.min < range.max)) throw BadInput(fmt::format("lanes[{}]: no time between {:.4g} and {:.4g} is both in the field's domain and resolved by {} cells", lane, range.min, end, request.grid));

    fokker_planck::Options options;
    options.steps = request.steps;
    options.single_precision = request.single_precision;
    // β̇ is infinite at the data end where β goes to 0 like a square root; uniform steps in it then lose their order.
    const double spacing = std::isfinite(schedule.at(1).d_beta) || path.backwards || path.frozen ? 1 : 2;
    // The noising process's −x dt/t needs short steps where α goes to 0.
    options.clock = path.domain.max < 1 ? 4 : spacing;
    if (expensive(scene, l)) options.slices = field_slices;
    FokkerPlanckResult out;
    out.until = begin.range.max;
    auto& s = out.solution;
    const auto solve = [&] {
        std::vector<double> times = spread(range, std::clamp(request.slices, 2, request.steps + 1), spacing);
        if (!request.times.empty()) {
            times = {range.min};
            for (const double t : request.times)
                if (t > range.min && t <= range.max) times.push_back(t);
            if (path.backwards && times.back() < range.max) times.push_back(range.max);
        }
        turn(path, times);
        const auto problem = density_problem(path, begin, range.max);
        s = fokker_planck::solve(problem, request.scheme.empty() ? fokker_planck::default_scheme(problem, times) : std::string_view(request.scheme), grid, times, options, stop);
    };
    solve();
    // What would have left piles up at the walls: a lane whose score term is left out spreads beyond the view.
    constexpr double telling = 1e-3;
    for (int larger = 0; request.enlarges && larger < 2 && s.left > telling && !expensive(scene, l) && !stop.stop_requested(); ++larger) {
        grid.box = scaled(grid.box, 1.4);
        range = resolved();
        if (!(range.min < range.max)) break;
        solve();
    }
    turn(path, s.t);
    if (path.backwards) std::reverse(s.p.begin(), s.p.end()), std::reverse(s.mass.begin(), s.mass.end());
    out.milliseconds = std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - began).count();

    out.backwards = path.backwards;
    out.exact_field = l.variant == "right" && l.start == "noise" && !path.frozen && all_exact(scene, l);
    if (!exact) return out;
    const DensityReference reference(data, path.schedule);
    const auto mixture = data->mixture();
    for (std::size_t k = 0; k < s.t.size() && !stop.stop_requested(); ++k) {
        if (path.frozen && k > 0) {
            out.exact.push_back(out.exact.front());
        } else {
            const double t = path.path_time(s.t[k]);
            out.exact.push_back(fokker_planck::reference_averages(reference, mixture.get(), schedule.at(t), t, grid).cast<float>());
        }
        out.discrepancy.push_back(fokker_planck::discrepancy(s.p[k], out.exact.back().cast<double>(), grid));
    }
    return out;
}

}  // namespace pf
