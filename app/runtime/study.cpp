#include "app/runtime/study.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>

#include "app/runtime/options.h"
#include "core/math/metrics/mode_metrics.h"

namespace pf {
namespace {

constexpr std::size_t most_values = 256;

double number(std::string_view text) {
    double value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size() || !std::isfinite(value))
        throw BadInput(fmt::format("--vary: expected numbers and '...' with commas between them, got '{}'", text));
    return value;
}

// What follows `given` up to and including `last`, each the one before stepped on; empty unless that meets all of `given`, and `last` within a millionth.
template <class Step>
std::vector<double> continued(const std::vector<double>& given, double last, const Step& step) {
    const auto near = [](double a, double b) { return std::abs(a - b) <= 1e-6 * std::max(std::abs(a), std::abs(b)); };
    for (std::size_t i = 0; i + 1 < given.size(); ++i)
        if (!near(step(given[0], static_cast<double>(i + 1)), given[i + 1])) return {};
    std::vector<double> out;
    for (std::size_t i = given.size(); i < most_values; ++i) {
        const double next = step(given[0], static_cast<double>(i));
        if (near(next, last)) {
            out.push_back(last);
            return out;
        }
        if (!std::isfinite(next) || (next > last) == (given[1] > given[0])) return {};
        out.push_back(next);
    }
    return {};
}

std::vector<double> continued(const std::vector<double>& given, double last) {
    if (given.size() < 2) throw BadInput("--vary: '...' needs two numbers before it");
    const double ratio = given[1] / given[0], difference = given[1] - given[0];
    std::vector<double> out;
    if (ratio > 0 && ratio != 1) out = continued(given, last, [ratio](double first, double i) { return first * std::pow(ratio, i); });
    if (out.empty() && difference != 0) out = continued(given, last, [difference](double first, double i) { return first + difference * i; });
    if (out.empty()) throw BadInput(fmt::format("--vary: no sequence of equal steps or factors leads from {} over {} to {}", given[0], given[1], last));
    return out;
}

std::string set_option(Choice& choice, ChoiceTable table, const std::string& kind, const std::string& id, double value) {
    std::string known;
    for (const auto& option : options(table, choice.id, kind)) {
        known += (known.empty() ? "" : ", ") + option.id;
        if (option.id != id) continue;
        if (option.kind != Option::Kind::real && value != std::floor(value)) return fmt::format("{}.{}: expected a whole number, got {}", kind, id, value);
        choice.values[id] = value;
        return {};
    }
    return fmt::format("{} '{}' has no option '{}' ({})", kind, choice.id, id, known.empty() ? "it has none" : "known: " + known);
}

// A number of the lane itself; null where it has none of that name.
double* number_of(Lane& lane, const std::string& path) {
    if (path == "t_min") return &lane.t_min;
    if (path == "t_max") return &lane.t_max;
    if (path == "teleport_to") return &lane.teleport_to;
    if (path == "frozen_t") return &lane.frozen_t;
    if (path == "duration") return &lane.duration;
    if (path == "guidance.scale") return &lane.guidance.scale;
    if (path == "guidance.from") return &lane.guidance.from;
    if (path == "guidance.to") return &lane.guidance.to;
    return nullptr;
}

// Why that number plays no part in the lane; empty if it does.
std::string without_effect(const Lane& lane, const std::string& path) {
    if (path == "teleport_to" && lane.start != "teleport") return fmt::format("teleport_to: this lane starts from '{}'; give it start 'teleport'", lane.start);
    if ((path == "frozen_t" || path == "duration") && lane.process != "langevin") return fmt::format("{}: the process of this lane is '{}', not 'langevin'", path, lane.process);
    if (path.starts_with("guidance.") && lane.guidance.kind == "none") return fmt::format("{}: this lane is not guided", path);
    return {};
}

// The estimates of "nll" and "kl" that were asked for, in nats per point; none where the steps are too coarse for them.
void add_likelihood(std::span<const Measure> wanted, LaneEvaluation& evaluation, int steps) {
    constexpr double unknown = std::numeric_limits<double>::quiet_NaN();
    const Interval no_ratio{unknown, unknown, 0};
    if (!evaluation.likelihood) return;
    const LikelihoodEstimate& likelihood = *evaluation.likelihood;
    if (likelihood.too_coarse()) return void(evaluation.no_likelihood = about_steps(likelihood, steps));
    for (const Measure& measure : wanted) {
        const bool nll = measure.id == "nll";
        if (!nll && (measure.id != "kl" || !likelihood.kl)) continue;
        const Interval value = nll ? likelihood.nll : *likelihood.kl_with_steps();
        const double floor = !nll ? 0 : likelihood.floor ? likelihood.floor->mean : unknown;
        evaluation.metrics.push_back({std::string(measure.id), value, no_ratio, {floor, unknown, 0}, value.draws});
    }
}

// Why a lane that ran to another time than was asked for is no measurement there; empty if it did not.
std::string cut_short(const std::string& path, const Lane& lane, TimeRange ran) {
    const bool cut = (path == "t_min" && ran.min > lane.t_min) || (path == "t_max" && ran.max < lane.t_max);
    return cut ? fmt::format("the lane's fields are finite for t from {:g} to {:g} only", ran.min, ran.max) : "";
}

bool has_number(Lane lane, const std::string& path) { return set_number(lane, path, 1).empty() || set_number(lane, path, 0).empty(); }

}  // namespace

Variation parse_variation(const std::string& text) {
    const auto equals = text.find('=');
    if (equals == std::string::npos || equals == 0) throw BadInput(fmt::format("--vary: expected NAME=VALUE,VALUE,..., got '{}'", text));
    Variation out{text.substr(0, equals), {}};
    bool going_on = false;
    for (std::size_t at = equals + 1; at <= text.size();) {
        const std::size_t comma = std::min(text.find(',', at), text.size());
        const std::string_view part = std::string_view(text).substr(at, comma - at);
        at = comma + 1;
        if (part == "..." && !going_on) {
            going_on = true;
        } else if (going_on) {
            const auto more = continued(out.values, number(part));
            out.values.insert(out.values.end(), more.begin(), more.end());
            going_on = false;
        } else {
            out.values.push_back(number(part));
        }
    }
    if (going_on) throw BadInput("--vary: '...' needs a number after it, where the sequence ends");
    if (out.values.size() > most_values) throw BadInput(fmt::format("--vary: at most {} values, got {}", most_values, out.values.size()));
    return out;
}

std::string set_number(Lane& lane, const std::string& path, double value) {
    if (path == "steps" || path == "particles") {
        if (value != std::floor(value) || std::abs(value) > 1e9) return fmt::format("{}: expected a whole number, got {}", path, value);
        (path == "steps" ? lane.steps : lane.particles) = static_cast<int>(value);
        return {};
    }
    if (double* place = number_of(lane, path)) {
        *place = value;
        return without_effect(lane, path);
    }
    const auto dot = path.find('.');
    const std::string kind = path.substr(0, dot), id = dot == std::string::npos ? "" : path.substr(dot + 1);
    if (!id.empty() && kind == "sigma") return set_option(lane.sigma, ChoiceTable::sigma, kind, id, value);
    if (!id.empty() && kind == "solver") return set_option(lane.solver, ChoiceTable::solver, kind, id, value);
    if (!id.empty() && kind == "grid") return set_option(lane.grid, ChoiceTable::grid, kind, id, value);
    return fmt::format("'{}' is no number of a lane (known: steps, particles, t_min, t_max, teleport_to, frozen_t, duration, guidance.scale, guidance.from, guidance.to, and options as sigma.NAME, solver.NAME, grid.NAME)", path);
}

std::span<const Measure> measures() {
    static const std::vector<Measure> table = [] {
        std::vector<Measure> out;
        for (const Metric& metric : metrics()) out.push_back({metric.id, metric.label, metric.unit});
        for (const ModeMetric& metric : mode_metrics()) out.push_back({metric.id, metric.label, metric.unit});
        out.push_back({"nll", "−log p of fresh data", "nats"});
        out.push_back({"kl", "KL(data ‖ flow)", "nats"});
        return out;
    }();
    return table;
}

std::span<const Measure> find_measures(std::string_view id, std::string_view where) {
    const auto all = measures();
    if (id == "all") return all;
    std::string known = "all";
    for (std::size_t i = 0; i < all.size(); ++i) {
        if (all[i].id == id) return all.subspan(i, 1);
        known += ", " + std::string(all[i].id);
    }
    throw BadInput(fmt::format("{}: unknown metric '{}' (known: {})", where, id, known));
}

void check_study(const Scene& scene, const StudyRequest& request) {
    const auto lane_at = [&](int lane) { return scene.lanes.at(static_cast<std::size_t>(lane)); };
    if (std::any_of(request.lanes.begin(), request.lanes.end(), [&](int lane) { return has_number(lane_at(lane), request.vary.path); })) return;
    Lane first = lane_at(request.lanes.at(0));
    throw BadInput("--vary: " + set_number(first, request.vary.path, 1));
}

Study run_study(const Scene& scene, const FieldSet& fields, const StudyRequest& request, const std::function<void(double)>& progress, std::stop_token stop) {
    check_study(scene, request);
    Study out{request.vary, {}};
    const double total = static_cast<double>(request.lanes.size() * request.vary.values.size());
    for (const int lane : request.lanes)
        for (const double value : request.vary.values) {
            if (stop.stop_requested()) return out;
            const double done = static_cast<double>(out.rows.size());
            StudyRow row{lane, value, scene.lanes.at(static_cast<std::size_t>(lane)), {}, {}};
            row.reason = set_number(row.settings, request.vary.path, value);
            Scene varied = scene;
            varied.lanes[static_cast<std::size_t>(lane)] = row.settings;
            try {
                if (row.reason.empty()) {
                    validate(varied, "scene");
                    const bool likelihood = std::any_of(request.measures.begin(), request.measures.end(), [](const Measure& m) { return m.id == "nll" || m.id == "kl"; });
                    const auto all = metrics();
                    const auto wanted = std::find_if(all.begin(), all.end(), [&](const Metric& metric) { return metric.id == request.measures.front().id; });
                    const bool alone = request.measures.size() == 1;
                    const auto which = !alone ? all : std::span(wanted, wanted == all.end() ? wanted : wanted + 1);
                    const EvaluationRequest evaluation{request.repeats, which, likelihood ? EvaluationRequest{}.likelihood_points : 0};
                    row.evaluation = evaluate_lane(varied, lane, fields, evaluation, [&](double share) { if (progress) progress((done + share) / total); }, stop);
                    if (alone) std::erase_if(row.evaluation.metrics, [&](const MetricEstimate& metric) { return metric.id != request.measures.front().id; });
                    add_likelihood(request.measures, row.evaluation, row.settings.steps);
                    row.reason = stop.stop_requested() ? "" : cut_short(request.vary.path, row.settings, row.evaluation.range);
                    if (!row.reason.empty()) row.evaluation = {};
                    else if (likelihood && alone && row.evaluation.metrics.empty())
                        row.reason = !row.evaluation.no_likelihood.empty() ? row.evaluation.no_likelihood : "the density of the data is not known, so KL is not";
                }
            } catch (const BadInput& error) {
                row.reason = error.what();
            }
            out.rows.push_back(std::move(row));
        }
    return out;
}

}  // namespace pf
