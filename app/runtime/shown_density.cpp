#include "app/runtime/shown_density.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <mutex>
#include <numbers>
#include <optional>

#include "app/runtime/guidance.h"
#include "core/math/schedule/schedules.h"

namespace pf {
namespace {

// Where x lies among cell centres: between `index` and the next, `share` of the way. False beyond the outermost centres.
struct Place {
    int index;
    float share;
};
bool place(double x, double low, double cell, int cells, Place& out) {
    const double at = (x - low) / cell - 0.5;
    if (!(at >= 0 && at < cells - 1)) return false;
    out.index = static_cast<int>(at);
    out.share = static_cast<float>(at - out.index);
    return true;
}

void share(double x, double y, float weight, const Box& box, int cells, DensityGrid& out) {
    Place column{}, row{};
    if (!place(x, box.x_min, (box.x_max - box.x_min) / cells, cells, column) || !place(y, box.y_min, (box.y_max - box.y_min) / cells, cells, row)) return;
    const int c = column.index, r = row.index;
    const float u = column.share, v = row.share;
    out(r, c) += weight * (1 - u) * (1 - v);
    out(r, c + 1) += weight * u * (1 - v);
    out(r + 1, c) += weight * (1 - u) * v;
    out(r + 1, c + 1) += weight * u * v;
}

// Some particles' places among cell centres, in cells.
constexpr Eigen::Index block = 1024;
using Block = Eigen::Array<float, Eigen::Dynamic, 1, Eigen::ColMajor, block, 1>;
void in_cells(const Eigen::Ref<const Column>& x, Eigen::Index first, double low, double high, int cells, Block& out) {
    const auto size = static_cast<float>((high - low) / cells);
    out = (x.segment(first, std::min(block, x.size() - first)) - static_cast<float>(low)) / size - 0.5f;
}

double cell_area(const Box& box, Eigen::Index rows, Eigen::Index columns) {
    return (box.x_max - box.x_min) * (box.y_max - box.y_min) / static_cast<double>(rows * columns);
}

// Of the data that a lane's exact density is of; kept by the movie's key, as panels ask every frame.
std::optional<double> variance_of(const Scene& scene, const Lane& lane, Key key) {
    static std::mutex mutex;
    static std::map<Key, std::optional<double>> known;
    const std::lock_guard lock(mutex);
    if (const auto it = known.find(key); key != 0 && it != known.end()) return it->second;
    if (known.size() > 64) known.clear();
    const auto data = exact_data(scene, lane);
    const auto mixture = data ? data->mixture() : nullptr;
    return known[key] = mixture ? std::optional(mixture->smallest_variance()) : std::nullopt;
}

}  // namespace

std::shared_ptr<const DensityMovie> exact_movie(const Scene& scene, const Results& results, int lane) {
    if (const auto solution = shown_solution(scene, results, lane); solution && !solution->exact.p.empty()) return {solution, &solution->exact};
    if (!why_no_exact(scene, scene.lanes[static_cast<std::size_t>(lane)]).empty()) return nullptr;
    return results.densities[static_cast<std::size_t>(lane)];
}

double exact_time(const Scene& scene, const Results& results, int lane, double t) {
    const Lane& l = scene.lanes[static_cast<std::size_t>(lane)];
    return l.process == "langevin" && !shown_solution(scene, results, lane) ? l.frozen_t : t;
}

std::string shown_source(const Scene& scene, int lane) {
    return why_no_density(scene, scene.lanes[static_cast<std::size_t>(lane)]).empty() ? scene.view.density : "histogram";
}

bool cells_too_wide(const Scene& scene, const Results& results, int lane, double t) {
    const auto movie = shown_source(scene, lane) == "exact" ? shown_movie(scene, results, lane) : nullptr;
    if (!movie || movie->p.empty() || movie->p.front().cols() == 0) return false;
    const Lane& l = scene.lanes[static_cast<std::size_t>(lane)];
    const auto variance = variance_of(scene, l, movie->key);
    if (!variance) return false;
    const Coefficients c = build(schedules(), model_named(scene, l.model).schedule, "schedule")->at(exact_time(scene, results, lane, t));
    return (movie->box.x_max - movie->box.x_min) / static_cast<double>(movie->p.front().cols()) > std::sqrt(c.alpha * c.alpha * *variance + c.beta * c.beta);
}

double missed_maximum(const Scene& scene, const Results& results, int lane, double t) {
    const auto movie = shown_source(scene, lane) == "exact" ? shown_movie(scene, results, lane) : nullptr;
    if (!movie || movie->t.empty() || movie->between.size() != movie->t.size()) return 0;
    const auto i = static_cast<std::size_t>(slice_at(movie->t, exact_time(scene, results, lane, t)));
    return movie->between[i] > 1.05f * movie->maximum[i] ? static_cast<double>(movie->between[i]) : 0;
}

std::shared_ptr<const FokkerPlanckMovie> shown_solution(const Scene& scene, const Results& results, int lane) {
    const auto i = static_cast<std::size_t>(lane);
    const std::string source = shown_source(scene, lane);
    if (source == "fokker_planck") return results.fokker_planck[i];
    return source == "likelihood" ? results.likelihood[i] : nullptr;
}

std::shared_ptr<const DensityMovie> shown_movie(const Scene& scene, const Results& results, int lane) {
    const std::string source = shown_source(scene, lane);
    if (source == "exact") return results.densities[static_cast<std::size_t>(lane)];
    if (source == "class" || source == "product") return results.lane_densities[static_cast<std::size_t>(lane)];
    const auto solution = shown_solution(scene, results, lane);
    return solution ? std::shared_ptr<const DensityMovie>{solution, &solution->p} : nullptr;
}

void particle_density(const Points& x, const Box& box, int cells, DensityGrid& out) {
    out.setZero(cells, cells);
    Block across, up;
    for (Eigen::Index first = 0; first < x.rows(); first += block) {
        in_cells(x.col(0), first, box.x_min, box.x_max, cells, across);
        in_cells(x.col(1), first, box.y_min, box.y_max, cells, up);
        const float last = static_cast<float>(cells - 1);
        for (Eigen::Index i = 0; i < across.size(); ++i) {
            if (!(across[i] >= 0 && across[i] < last && up[i] >= 0 && up[i] < last)) continue;
            const int c = static_cast<int>(across[i]), r = static_cast<int>(up[i]);
            const float u = across[i] - static_cast<float>(c), v = up[i] - static_cast<float>(r), uv = u * v;
            float *low = &out(r, c), *high = low + cells;
            low[0] += 1 - u - v + uv;
            low[1] += u - uv;
            high[0] += v - uv;
            high[1] += uv;
        }
    }
    out *= static_cast<float>(1 / (static_cast<double>(x.rows()) * cell_area(box, cells, cells)));
}

void shared_density(const DensityGrid& p, const Box& p_box, const Box& box, int cells, DensityGrid& out) {
    out.setZero(cells, cells);
    const double dx = (p_box.x_max - p_box.x_min) / static_cast<double>(p.cols()), dy = (p_box.y_max - p_box.y_min) / static_cast<double>(p.rows());
    const auto factor = static_cast<float>(dx * dy / cell_area(box, cells, cells));
    for (Eigen::Index r = 0; r < p.rows(); ++r)
        for (Eigen::Index c = 0; c < p.cols(); ++c)
            if (p(r, c) > 0) share(p_box.x_min + (static_cast<double>(c) + 0.5) * dx, p_box.y_min + (static_cast<double>(r) + 0.5) * dy, factor * p(r, c), box, cells, out);
}

double sampling_l1(const DensityGrid& p, const Box& box, Eigen::Index particles) {
    // A cell's value is a mean of N weights whose squares integrate to (2/3)² over the cell: variance (4/9) p/(N area), and E|normal| = √(2/π) sd.
    const double area = cell_area(box, p.rows(), p.cols()), factor = std::sqrt(2 / std::numbers::pi) * 2 / 3 * std::sqrt(area / static_cast<double>(particles));
    return factor * p.cwiseMax(0).sqrt().cast<double>().sum();
}

void resampled(const DensityGrid& p, const Box& p_box, const Box& box, Eigen::Index rows, Eigen::Index columns, DensityGrid& out) {
    if (p_box == box && p.rows() == rows && p.cols() == columns) {
        out = p;
        return;
    }
    out.setZero(rows, columns);
    const auto places = [](double low, double high, Eigen::Index n, double from, double cell, Eigen::Index cells) {
        std::vector<Place> all(static_cast<std::size_t>(n), Place{-1, 0});
        for (Eigen::Index i = 0; i < n; ++i)
            if (!place(low + (static_cast<double>(i) + 0.5) * (high - low) / static_cast<double>(n), from, cell, static_cast<int>(cells), all[static_cast<std::size_t>(i)]))
                all[static_cast<std::size_t>(i)].index = -1;
        return all;
    };
    const auto across = places(box.x_min, box.x_max, columns, p_box.x_min, (p_box.x_max - p_box.x_min) / static_cast<double>(p.cols()), p.cols());
    const auto up = places(box.y_min, box.y_max, rows, p_box.y_min, (p_box.y_max - p_box.y_min) / static_cast<double>(p.rows()), p.rows());
    for (Eigen::Index r = 0; r < rows; ++r)
        for (Eigen::Index c = 0; c < columns; ++c) {
            const Place a = across[static_cast<std::size_t>(c)], b = up[static_cast<std::size_t>(r)];
            if (a.index < 0 || b.index < 0) continue;
            const float low = (1 - a.share) * p(b.index, a.index) + a.share * p(b.index, a.index + 1);
            const float high = (1 - a.share) * p(b.index + 1, a.index) + a.share * p(b.index + 1, a.index + 1);
            out(r, c) = (1 - b.share) * low + b.share * high;
        }
}

Marginals marginals(const DensityMovie& movie, int columns) {
    Marginals out{0, {}, movie.box.x_min, movie.box.x_max};
    if (movie.p.empty()) return out;
    const double dy = (movie.box.y_max - movie.box.y_min) / static_cast<double>(movie.p.front().rows());
    DensityGrid slices(movie.p.front().cols(), static_cast<Eigen::Index>(movie.p.size()));
    for (std::size_t i = 0; i < movie.p.size(); ++i) slices.col(static_cast<Eigen::Index>(i)) = movie.p[i].colwise().sum().transpose() * static_cast<float>(dy);
    out.p.resize(slices.rows(), columns);
    for (int c = 0; c < columns; ++c) {
        const double t = static_cast<double>(c) / (columns - 1);
        const auto i = static_cast<std::size_t>(std::min(slice_at(movie.t, t), static_cast<int>(movie.p.size()) - 1)), next = std::min(i + 1, movie.p.size() - 1);
        const double step = movie.t[next] - movie.t[i];
        const auto f = static_cast<float>(step > 0 ? std::clamp((t - movie.t[i]) / step, 0.0, 1.0) : 0);
        out.p.col(c) = (1 - f) * slices.col(static_cast<Eigen::Index>(i)) + f * slices.col(static_cast<Eigen::Index>(next));
    }
    return out;
}

Marginals marginals(const LaneResult& lane, double low, double high, int cells, int columns, std::stop_token stop) {
    Marginals out{0, DensityGrid::Zero(cells, columns), low, high};
    Points x;
    Block at;
    Column counts;
    for (int c = 0; c < columns && !stop.stop_requested(); ++c) {
        positions_at(lane, static_cast<double>(c) / (columns - 1), x);
        counts.setZero(cells);
        for (Eigen::Index first = 0; first < x.rows(); first += block) {
            in_cells(x.col(0), first, low, high, cells, at);
            for (const float place : at) {
                if (!(place >= 0 && place < static_cast<float>(cells - 1))) continue;
                const int cell = static_cast<int>(place);
                const float share = place - static_cast<float>(cell);
                counts[cell] += 1 - share;
                counts[cell + 1] += share;
            }
        }
        out.p.col(c) = counts * static_cast<float>(cells / (static_cast<double>(x.rows()) * (high - low)));
    }
    return out;
}

}  // namespace pf
