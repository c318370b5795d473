#include <algorithm>
#include <limits>

#include "app/runtime/discrepancy.h"
#include "app/runtime/keys.h"
#include "app/runtime/worker/flow_worker.h"

namespace pf {
namespace {

constexpr int number_rests = 6;  // while training, one number is measured anew when the last one has had a seventh of the time
constexpr int quick_draws = 1000;  // then, however many particles there are: pictures wait for it

}  // namespace

// In turn: while training, each number of each lane is stale again before the last is measured.
bool FlowWorker::number_piece() {
    if (now_.held || (shared_.runs > 0 && Clock::now() < next_number_)) return false;
    using Piece = bool (FlowWorker::*)(int);
    struct Kind {
        Piece piece;
        std::size_t count;
    };
    const std::size_t lanes = now_.scene->lanes.size(), models = now_.scene->models.size();
    const Kind kinds[] = {{&FlowWorker::floor_piece, models},          {&FlowWorker::metrics_piece, lanes},     {&FlowWorker::discrepancy_piece, lanes},
                          {&FlowWorker::loss_over_time_piece, models}, {&FlowWorker::field_error_piece, models}, {&FlowWorker::over_time_piece, lanes}};
    std::vector<std::pair<Piece, int>> all;
    for (const Kind& kind : kinds)
        for (std::size_t i = 0; i < kind.count; ++i) all.emplace_back(kind.piece, static_cast<int>(i));
    for (std::size_t k = 0; k < all.size(); ++k) {
        const std::size_t at = (number_turn_ + k) % all.size();
        const auto began = Clock::now();
        if (!(this->*all[at].first)(all[at].second)) continue;
        number_turn_ = at + 1;
        next_number_ = Clock::now() + std::min<Clock::duration>(number_rests * (Clock::now() - began), longest_rest);
        return true;
    }
    return false;
}

bool FlowWorker::floor_piece(int model) {
    const auto i = static_cast<std::size_t>(model);
    if (now_.scene->models[i].field != "network") return false;
    const Key key = floor_key(*now_.scene, model);
    if (results_.floors[i] && results_.floors[i]->key == key) return false;
    return attempt(fmt::format("floor {}", model), key, [&] {
        auto floor = std::make_shared<const ModelFloor>(model_floor(*now_.scene, model, job_));
        if (!job_.stop_requested()) publish(&FlowResults::floors, model, std::move(floor));
    });
}

bool FlowWorker::metrics_piece(int lane) {
    const auto i = static_cast<std::size_t>(lane);
    const auto result = results_.lanes[i];
    if (!result || result == measured_[i] || result->key != lane_key(*now_.scene, lane, weights_)) return false;
    return attempt(fmt::format("metrics {} {}", lane, result->coarse), result->key, [&] {
        LaneMetrics measured = lane_metrics(*now_.scene, *result, job_, live_metrics(), trains(now_.scene->lanes[i]) ? quick_draws : std::numeric_limits<int>::max());
        if (job_.stop_requested()) return;
        measured_[i] = result;
        measured.step = trained_steps(now_.scene->lanes[i]);
        remember(lane, measured);
        publish(&FlowResults::metrics, lane, std::make_shared<const LaneMetrics>(std::move(measured)));
    });
}

long FlowWorker::trained_steps(const Lane& lane) const {
    long step = 0;
    for (const std::string& name : {lane.model, lane.score_model})
        if (!name.empty())
            if (const auto& weights = weights_[static_cast<std::size_t>(model_index(*now_.scene, name))]) step = std::max(step, static_cast<long>(weights->description.steps));
    return step;
}

void FlowWorker::remember(int lane, const LaneMetrics& measured) {
    const Scene& scene = *now_.scene;
    const Key key = history_key(scene, lane);
    if (key == 0 || measured.values.empty()) return;
    if (histories_.size() > 16 && !histories_.contains(key)) histories_.clear();
    auto& kept = histories_[key];
    auto longer = kept ? std::make_shared<MetricsHistory>(*kept) : std::make_shared<MetricsHistory>();
    longer->key = key;
    longer->add(measured.step, measured.values);
    kept = std::move(longer);
    publish(&FlowResults::histories, lane, std::shared_ptr<const MetricsHistory>(kept));
}

bool FlowWorker::discrepancy_piece(int lane) {
    const auto i = static_cast<std::size_t>(lane);
    const auto result = results_.lanes[i];
    if (!now_.measurements.discrepancies || !result || result->coarse || result->key != lane_key(*now_.scene, lane, weights_)) return false;
    const auto& have = results_.discrepancies[i];
    if ((have && have->key == result->key) || trains(now_.scene->lanes[i])) return false;
    return attempt(fmt::format("discrepancies {}", lane), result->key, [&] {
        auto table = std::make_shared<const DiscrepancyTable>(discrepancy_table(*now_.scene, lane, fields(), *result, job_));
        if (!job_.stop_requested()) publish(&FlowResults::discrepancies, lane, std::move(table));
    });
}

bool FlowWorker::loss_over_time_piece(int model) {
    const auto i = static_cast<std::size_t>(model);
    nn::Engine* engine = shared_.engine;
    if (!now_.measurements.losses_over_time || !weights_[i] || !engine || now_.scene->models[i].field != "network") return false;
    const Key key = stream_key(floor_key(*now_.scene, model), fmt::format("{}", weights_hash(weights_[i])));
    if (results_.losses_over_time[i] && results_.losses_over_time[i]->key == key) return false;
    return attempt(fmt::format("loss over t {}", model), key, [&] {
        publish(&FlowResults::losses_over_time, model,
                std::make_shared<const LossOverTime>(LossOverTime{key, static_cast<long>(weights_[i]->description.steps), loss_by_time(*now_.scene, model, *weights_[i], *engine)}));
    });
}

bool FlowWorker::field_error_piece(int model) {
    const auto i = static_cast<std::size_t>(model);
    const Model& m = now_.scene->models[i];
    if (!now_.measurements.field_errors || !on_gaussian_path(*now_.scene, m) || (m.field == "network" && (!weights_[i] || !shared_.engine))) return false;
    const bool moving = trains(m.name);
    const Key key = stream_key(density_key(*now_.scene, model), fmt::format("{} {}", field_key(*now_.scene, model, weights_), moving));
    if (results_.field_errors[i] && results_.field_errors[i]->key == key) return false;
    return attempt(fmt::format("field error {}", model), key, [&] {
        auto error = std::make_shared<const FieldErrorOverTime>(FieldErrorOverTime{key, evaluate_field(*now_.scene, model, fields(), moving ? 1 : 5, job_)});
        if (!job_.stop_requested()) publish(&FlowResults::field_errors, model, std::move(error));
    });
}

bool FlowWorker::over_time_piece(int lane) {
    const auto i = static_cast<std::size_t>(lane);
    const auto result = results_.lanes[i];
    const std::string& id = now_.measurements.over_time;
    if (id.empty() || !result || result->key != lane_key(*now_.scene, lane, weights_)) return false;
    // While a network changes under it, fewer times; on the full lane those of the coarse one again.
    const int times = trains(now_.scene->lanes[i]) ? 9 : 25;
    const Key key = stream_key(result->key, fmt::format("{} {} {}", id, result->coarse, times));
    const auto& have = results_.metrics_over_time[i];
    if (have && have->key == key) return false;
    return attempt(fmt::format("over t {}", lane), key, [&] {
        MetricOverTime measured = metric_over_time(*now_.scene, lane, *result, find_metric(id, "metric").front(), times, job_);
        if (job_.stop_requested()) return;
        measured.key = key;
        publish(&FlowResults::metrics_over_time, lane, std::make_shared<const MetricOverTime>(std::move(measured)));
    });
}

}  // namespace pf
