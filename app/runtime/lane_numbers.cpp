#include "app/runtime/lane_numbers.h"

#include "app/runtime/compute.h"
#include "app/runtime/study.h"
#include "core/math/errors.h"

namespace pf {
namespace {

std::string prefix(int number) { return fmt::format("lane{}_", number); }

// Rows one after another.
std::vector<float> stacked(const std::vector<Points>& slices) {
    std::vector<float> out;
    for (const Points& x : slices)
        for (Eigen::Index k = 0; k < x.rows(); ++k) out.insert(out.end(), {x(k, 0), x(k, 1)});
    return out;
}

// Langevin dynamics run in their own time r towards p at one t.
void add_own_time(NumbersFile& file, int number, const LaneResult& lane, double duration) {
    std::vector<double> r;
    for (const double share : lane.path.t) r.push_back(duration * share);
    file.add(prefix(number) + "r", {prefix(number) + "t"}, {r.size()}, r.data(), "r");
}
DensityMovie at_one_time(const DensityMovie& movie, double t) {
    DensityMovie out;
    out.box = movie.box;
    out.t = {t};
    out.p.emplace_back();
    density_at(movie, t, out.p.back(), nullptr, nullptr);
    return out;
}

}  // namespace

void add_trajectories(NumbersFile& file, int number, const LaneResult& lane) {
    const std::string t = prefix(number) + "t";
    const std::size_t slices = lane.path.t.size(), n = static_cast<std::size_t>(lane.start.rows());
    file.add(t, {t}, {slices}, lane.path.t.data(), lane.unit_of_time);
    file.add(prefix(number) + "x", {t, "particle", "xy"}, {slices, n, 2}, stacked(lane.path.x).data(), "x");
    if (!lane.path.log_p.empty()) {
        std::vector<float> rows;
        for (const Column& slice : lane.path.log_p) rows.insert(rows.end(), slice.begin(), slice.end());
        file.add(prefix(number) + "log_p", {t, "particle"}, {slices, n}, rows.data(), "nats");
    }
    const double evaluations = lane.path.evaluations;
    file.add(prefix(number) + "nfe", {}, {}, &evaluations, "evaluations");
}

void add_metrics(NumbersFile& file, int number, const LaneMetrics& all) {
    for (const MetricValue& metric : all.values) {
        const std::string name = prefix(number) + metric.id, unit(find_measures(metric.id, "metric").front().unit);
        file.add(name, {}, {}, &metric.value, unit);
        file.add(name + "_floor", {}, {}, &metric.floor.mean, unit);
        file.add(name + "_floor_sd", {}, {}, &metric.floor.standard_deviation, unit);
    }
}

void add_density(NumbersFile& file, const std::string& name, const DensityMovie& movie, const std::string& unit_of_time) {
    if (movie.p.empty()) return;
    const auto width = static_cast<std::size_t>(movie.p.front().cols()), height = static_cast<std::size_t>(movie.p.front().rows());
    const auto centres = [](double low, double high, std::size_t n) {
        std::vector<double> out;
        for (std::size_t i = 0; i < n; ++i) out.push_back(low + (static_cast<double>(i) + 0.5) * (high - low) / static_cast<double>(n));
        return out;
    };
    const std::vector<double> x = centres(movie.box.x_min, movie.box.x_max, width), y = centres(movie.box.y_min, movie.box.y_max, height);
    std::vector<float> values;
    for (const DensityGrid& p : movie.p)
        for (Eigen::Index row = 0; row < p.rows(); ++row)
            for (Eigen::Index column = 0; column < p.cols(); ++column) values.push_back(p(row, column));
    file.add(name + "_t", {name + "_t"}, {movie.t.size()}, movie.t.data(), unit_of_time);
    file.add(name + "_x", {name + "_x"}, {width}, x.data(), "x");
    file.add(name + "_y", {name + "_y"}, {height}, y.data(), "x");
    file.add(name, {name + "_t", name + "_y", name + "_x"}, {movie.t.size(), height, width}, values.data(), "1/x²");
}

std::string about_size(const Lane& settings, const LaneResult& lane) {
    constexpr std::size_t worth_a_word = 64 << 20;
    std::size_t bytes = 0;
    for (const Points& x : lane.path.x) bytes += static_cast<std::size_t>(x.size()) * sizeof(float);
    for (const Column& log_p : lane.path.log_p) bytes += static_cast<std::size_t>(log_p.size()) * sizeof(float);
    const std::size_t kept = lane.path.t.size(), all = static_cast<std::size_t>(settings.steps) + 1;
    std::string out;
    const auto add = [&](const std::string& words) { out += (out.empty() ? "" : "; ") + words; };
    if (bytes >= worth_a_word) add(fmt::format("trajectories: {} of {} MB", bytes >> 20, LaneRequest{}.bytes >> 20));
    if (!lane.coarse && kept > 0 && kept < all) add(fmt::format("{} of {} times are kept", kept, all));
    if (!lane.refinable) add(std::string(not_refinable));
    return out;
}

void save_lane(const std::string& path, const Scene& scene, int lane, const Results& results) {
    const auto i = static_cast<std::size_t>(lane);
    if (!results.lanes[i] || results.lanes[i]->path.x.empty()) throw BadInput(fmt::format("lane {} has no trajectories yet", lane + 1));
    NumbersFile file(path);
    const Lane& settings = scene.lanes.at(i);
    const bool frozen = settings.process == "langevin";
    const std::string& own = results.lanes[i]->unit_of_time;
    add_trajectories(file, lane + 1, *results.lanes[i]);
    if (path.ends_with(".npz")) {
        if (frozen) add_own_time(file, lane + 1, *results.lanes[i], settings.duration);
        if (results.metrics[i]) add_metrics(file, lane + 1, *results.metrics[i]);
        if (const auto& exact = results.densities[i]; exact && !exact->p.empty()) add_density(file, prefix(lane + 1) + "exact_p", frozen ? at_one_time(*exact, settings.frozen_t) : *exact, frozen ? "t" : own);
        if (results.fokker_planck[i]) add_density(file, prefix(lane + 1) + "fokker_planck_p", results.fokker_planck[i]->p, own);
        if (results.likelihood[i]) add_density(file, prefix(lane + 1) + "likelihood_p", results.likelihood[i]->p, own);
    }
    file.finish();
}

}  // namespace pf
