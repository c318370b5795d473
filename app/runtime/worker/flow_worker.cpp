#include "app/runtime/worker/flow_worker.h"

#include <algorithm>

#include "app/runtime/discrepancy.h"
#include "app/runtime/guidance.h"
#include "app/runtime/keys.h"
#include "app/runtime/lane_movies.h"
#include "app/runtime/lane_problem.h"
#include "app/runtime/layers.h"
#include "app/runtime/worker/priority.h"

namespace pf {
namespace {

using Milliseconds = std::chrono::duration<double, std::milli>;
// While training, new weights are taken when pictures by the last ones took no more than half of the time, and one number is measured
// anew when the last one has had a seventh; within these, so that no slow piece leaves an old network on screen.
constexpr auto shortest_refresh = std::chrono::milliseconds(70), longest_rest = std::chrono::milliseconds(400);
constexpr int picture_rests = 1, number_rests = 6;
constexpr auto look_again = std::chrono::milliseconds(50);

// Equal as far as results go: what is drawn how does not count.
bool same_results(const Scene& a, const Scene& b) {
    return a.seed == b.seed && a.data == b.data && a.source == b.source && a.models == b.models && a.lanes == b.lanes;
}

}  // namespace

FlowWorker::FlowWorker(Shared& shared) : shared_(shared), thread_([this](std::stop_token stop) { work(stop); }) {}

FlowWorker::~FlowWorker() {
    thread_.request_stop();
    const std::lock_guard lock(mutex_);
    job_stop_.request_stop();
}

void FlowWorker::want(std::shared_ptr<const Scene> scene, bool held) {
    busy_ = true;
    {
        const std::lock_guard lock(mutex_);
        if (wanted_.scene && !same_results(*wanted_.scene, *scene)) job_stop_.request_stop();
        wanted_.scene = std::move(scene), wanted_.held = held;
        dirty_ = true;
    }
    ready_.notify_one();
}

void FlowWorker::measure(const Measurements& wanted) {
    {
        const std::lock_guard lock(mutex_);
        if (wanted_.measurements == wanted) return;
        wanted_.measurements = wanted;
        dirty_ = true;
    }
    ready_.notify_one();
}

void FlowWorker::follow(std::vector<int> particles) {
    {
        const std::lock_guard lock(mutex_);
        if (wanted_.followed == particles) return;
        wanted_.followed = std::move(particles);
        dirty_ = true;
        busy_ = true;
    }
    ready_.notify_one();
}

void FlowWorker::poke() {
    {
        const std::lock_guard lock(mutex_);
        dirty_ = true;
    }
    ready_.notify_one();
}

FlowResults FlowWorker::results() const {
    const std::lock_guard lock(mutex_);
    return results_;
}

LayerResults FlowWorker::layers() const {
    const std::lock_guard lock(mutex_);
    return layers_;
}

void FlowWorker::work(std::stop_token stop) {
    give_way(12);
    while (!stop.stop_requested()) {
        bool more = false;
        try {
            more = look(stop) && (picture_piece(stop) || number_piece());
            if (more) busy_ = true;
        } catch (const std::exception& error) {
            shared_.tell(Notice::Level::error, error.what());
        }
        sweep();
        if (more) continue;
        std::unique_lock lock(mutex_);
        if (!dirty_ && busy_.exchange(false)) {
            lock.unlock();
            shared_.news();
            lock.lock();
        }
        const auto news = [&] { return dirty_; };
        if (shared_.runs > 0 || !retired_.empty()) ready_.wait_until(lock, stop, next_look(), news);
        else ready_.wait(lock, stop, news);
    }
}

FlowWorker::Clock::time_point FlowWorker::next_look() const {
    const auto now = Clock::now();
    auto next = now + look_again;
    for (const auto due : {next_refresh_, next_number_})
        if (due > now) next = std::min(next, due);
    return next;
}

bool FlowWorker::look(std::stop_token stop) {
    {
        const std::lock_guard lock(mutex_);
        if (job_stop_.stop_requested() && !stop.stop_requested()) job_stop_ = std::stop_source();
        job_ = job_stop_.get_token();
        dirty_ = false;
        now_ = wanted_;
    }
    if (!now_.scene) return false;
    take_weights();
    return true;
}

void FlowWorker::take_weights() {
    const Scene& scene = *now_.scene;
    // Every lane is shown by the old weights first, unless the scene changes under it all the time.
    const bool refresh = shared_.runs == 0 || Clock::now() >= next_refresh_ + (all_shown_ ? Clock::duration{} : longest_rest);
    bool changed = false;
    weights_.assign(scene.models.size(), nullptr);
    for (std::size_t i = 0; i < scene.models.size(); ++i) {
        if (scene.models[i].field != "network") continue;
        const Key key = training_key(scene, static_cast<int>(i));
        const auto state = shared_.training.get(key);
        const auto newest = state ? state->weights : nullptr;
        auto& held = snapshot_[key];
        if (newest != held && (refresh || !held || !newest)) {
            held = newest;
            changed = true;
        }
        weights_[i] = held;
    }
    if (!changed) return;
    next_refresh_ = Clock::now() + std::clamp<Clock::duration>(picture_rests * spent_, shortest_refresh, longest_rest);
    spent_ = {};
    all_shown_ = false;
    if (snapshot_.size() > 16) {
        const auto used = [&](const auto& entry) { return std::find(weights_.begin(), weights_.end(), entry.second) != weights_.end(); };
        std::erase_if(snapshot_, [&](const auto& entry) { return !used(entry); });
    }
    {
        const std::lock_guard lock(mutex_);
        results_.weights = snapshot_;
        ++results_.weights_revision;
    }
    shared_.news();
}

bool FlowWorker::picture_piece(std::stop_token stop) {
    const auto began = Clock::now();
    bool done = quick_picture(stop);
    all_shown_ = all_shown_ || !done;
    done = done || (!now_.held && fine_picture());
    if (done) spent_ += Clock::now() - began;
    return done;
}

bool FlowWorker::quick_picture(std::stop_token stop) {
    const int lanes = static_cast<int>(now_.scene->lanes.size());
    for (int i = 0; i < lanes; ++i)
        if (lane_piece(i, false, stop)) return true;
    for (int i = 0; i < lanes; ++i)
        if (density_piece(i, false)) return true;
    for (const bool likelihood : {false, true})
        for (int i = 0; i < lanes; ++i)
            if (fokker_planck_piece(i, 0, likelihood)) return true;
    for (int i = 0; i < lanes; ++i)
        if (lane_density_piece(i, false)) return true;
    if (!now_.held)
        for (int i = 0; i < lanes; ++i)
            if (lane_piece(i, true, stop)) return true;
    for (int i = 0; i < lanes; ++i)
        if (field_piece(i) || particles_piece(i) || layer_piece(i, false)) return true;
    return false;
}

bool FlowWorker::fine_picture() {
    const int lanes = static_cast<int>(now_.scene->lanes.size());
    for (int i = 0; i < lanes; ++i)
        if (density_piece(i, true)) return true;
    for (int i = 0; i < lanes; ++i)
        if (layer_piece(i, true)) return true;
    for (const int level : {1, 2})
        for (const bool likelihood : {false, true})
            for (int i = 0; i < lanes; ++i)
                if (fokker_planck_piece(i, level, likelihood)) return true;
    for (int i = 0; i < lanes; ++i)
        if (lane_density_piece(i, true)) return true;
    return false;
}

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

bool FlowWorker::trains(const std::string& model) const {
    const int i = model_index(*now_.scene, model);
    if (now_.scene->models[static_cast<std::size_t>(i)].field != "network") return false;
    const auto state = shared_.training.get(training_key(*now_.scene, i));
    return state && state->status == TrainingStatus::running;
}

bool FlowWorker::trains(const Lane& lane) const { return trains(lane.model) || (!lane.score_model.empty() && trains(lane.score_model)); }

bool FlowWorker::has_fields(int lane) const {
    const WeightSet none(weights_.size());
    return !lacks_weights(*now_.scene, lane, shared_.engine ? weights_ : none);
}

bool FlowWorker::follows_fields(const Lane& lane) const {
    for (const std::string& name : {lane.model, lane.score_model.empty() ? lane.model : lane.score_model, lane.guidance.kind == "autoguidance" ? lane.guidance.weaker_model : lane.model}) {
        const auto i = static_cast<std::size_t>(model_index(*now_.scene, name));
        if (now_.scene->models[i].field == "network" && !(weights_[i] && shared_.engine)) return false;
    }
    return true;
}

const FieldSet& FlowWorker::fields() {
    std::vector<Key> keys;
    for (int i = 0; i < static_cast<int>(now_.scene->models.size()); ++i) keys.push_back(field_key(*now_.scene, i, weights_));
    nn::Engine* engine = shared_.engine;
    keys.push_back(engine != nullptr);
    if (!field_set_ || keys != field_keys_) {
        field_set_.reset();
        field_set_ = make_fields(*now_.scene, weights_, engine, on_gpu() ? nn::Device::cuda : nn::Device::cpu);
        field_keys_ = std::move(keys);
    }
    return *field_set_;
}

bool FlowWorker::on_gpu() const {
    const nn::Engine* engine = shared_.engine;
    return !gpu_failed_ && engine && engine->has_cuda();
}

// Runs the job and turns what it throws into one notice; the same job with the same inputs is not tried again, but once on the CPU where networks were
// on a GPU.
bool FlowWorker::attempt(const std::string& name, Key key, const std::function<void()>& job) {
    try {
        job();
    } catch (const std::exception& error) {
        const bool networks = std::any_of(weights_.begin(), weights_.end(), [](const auto& weights) { return weights != nullptr; });
        if (networks && on_gpu() && !dynamic_cast<const BadInput*>(&error)) {
            gpu_failed_ = true;
            field_set_.reset();
            shared_.tell(Notice::Level::warning, fmt::format("Networks are followed on the CPU from now on: {}", error.what()));
            return true;
        }
        if (failed_.size() > 64) failed_.clear();
        failed_.emplace(name, key);
        shared_.tell(Notice::Level::error, error.what());
    }
    return true;
}

bool FlowWorker::lane_piece(int lane, bool full, std::stop_token stop) {
    const auto i = static_cast<std::size_t>(lane);
    const Lane& l = now_.scene->lanes[i];
    const Key key = lane_key(*now_.scene, lane, weights_);
    const auto& have = results_.lanes[i];
    const bool current = have && have->key == key;
    if (full ? !current || !have->coarse || trains(l) : current) return false;
    const auto name = fmt::format("lane {} {}", lane, full);
    if (failed_.contains({name, key})) return false;
    if (!has_fields(lane)) return false;
    return attempt(name, key, [&] {
        LaneRequest request = full ? LaneRequest{} : LaneRequest{coarse_particles_[i], trains(l) ? 20 : 30};
        request.log_p = wants_log_p(*now_.scene, lane);
        auto result = std::make_shared<LaneResult>(run_lane(*now_.scene, lane, fields(), request, full ? job_ : stop));
        if (result->path.outcome == Outcome::cancelled) return;
        result->key = key;
        if (!full) {
            // Quick answers stay quick on slow machines; while training, ten times a second and for all lanes.
            const double slow = trains(l) ? 70.0 / (static_cast<double>(now_.scene->lanes.size()) + 1) : 100;
            if (result->milliseconds > slow) coarse_particles_[i] = std::max(100, coarse_particles_[i] * 2 / 3);
            else if (result->milliseconds < slow / 4) coarse_particles_[i] = std::min(1000, coarse_particles_[i] * 3 / 2);
        }
        {
            const std::lock_guard lock(mutex_);
            results_.lane_histories[i] = history_key(*now_.scene, lane);
        }
        publish(&FlowResults::lanes, lane, std::shared_ptr<const LaneResult>(std::move(result)));
    });
}

bool FlowWorker::density_piece(int lane, bool fine) {
    if (!exact_label(*now_.scene, now_.scene->lanes[static_cast<std::size_t>(lane)])) return false;
    const Key key = exact_density_key(*now_.scene, lane);
    // Many point masses cost more per cell.
    const auto& data = now_.scene->data;
    const auto parts = data.points ? data.points->x.rows() : static_cast<Eigen::Index>(data.components.size());
    const int level = (fine ? 4 : 2) / (parts > 2000 ? 4 : parts > 100 ? 2 : 1);
    const int cells = 48 * std::max(1, level), slices = 16 * std::max(1, level) + 1;
    const auto good = [&](const std::shared_ptr<const DensityMovie>& movie) {
        return movie && movie->key == key && !movie->p.empty() && movie->p.front().cols() >= cells;
    };
    if (good(results_.densities[static_cast<std::size_t>(lane)])) return false;
    for (const auto& other : results_.densities)
        if (good(other)) {
            publish(&FlowResults::densities, lane, std::shared_ptr<const DensityMovie>(other));
            return true;
        }
    const auto name = fmt::format("density {} {}", lane, fine);
    if (failed_.contains({name, key})) return false;
    return attempt(name, key, [&] {
        auto movie = std::make_shared<const DensityMovie>(exact_density_movie(*now_.scene, lane, cells, slices, job_));
        if (static_cast<int>(movie->t.size()) == slices) publish(&FlowResults::densities, lane, std::move(movie));
    });
}

bool FlowWorker::fokker_planck_piece(int lane, int level, bool likelihood) {
    const auto i = static_cast<std::size_t>(lane);
    const Scene& scene = *now_.scene;
    if (scene.view.density != (likelihood ? "likelihood" : "fokker_planck") && (likelihood || !now_.measurements.discrepancies)) return false;
    if (likelihood && !has_likelihood(scene, lane)) return false;
    // While a network changes under it, only quick answers.
    const Lane& l = scene.lanes[i];
    if (!has_fields(lane) || (level > 0 && trains(l))) return false;
    const Key key = fokker_planck_key(scene, lane, weights_);
    const int cells = 64 << level;
    const auto where = likelihood ? &FlowResults::likelihood : &FlowResults::fokker_planck;
    const auto& have = (results_.*where)[i];
    const auto name = fmt::format("{} {} {}", likelihood ? "likelihood" : "fokker-planck", lane, level);
    if ((have && have->key == key && have->cells >= cells) || failed_.contains({name, key})) return false;
    return attempt(name, key, [&] {
        FokkerPlanckRequest request;
        request.grid = cells;
        if (likelihood) request.scheme = "characteristics", request.without_noise = true;
        auto movie = fokker_planck_movie(run_fokker_planck(scene, lane, fields(), request, job_), results_.lanes[i].get());
        if (movie.p.t.empty() || job_.stop_requested()) return;
        movie.key = key;
        movie.coarse = level < 2;
        publish(where, lane, std::make_shared<const FokkerPlanckMovie>(std::move(movie)));
    });
}

bool FlowWorker::lane_density_piece(int lane, bool fine) {
    const auto i = static_cast<std::size_t>(lane);
    const std::string& shown = now_.scene->view.density;
    if ((shown != "class" && shown != "product") || !why_no_density(*now_.scene, now_.scene->lanes[i]).empty()) return false;
    const Key key = lane_density_key(*now_.scene, lane);
    const int cells = fine ? 144 : 72, slices = fine ? 49 : 17;
    const auto& have = results_.lane_densities[i];
    const auto name = fmt::format("density of lane {} {}", lane, fine);
    if ((have && have->key == key && have->p.front().cols() >= cells) || failed_.contains({name, key})) return false;
    return attempt(name, key, [&] {
        auto movie = std::make_shared<const DensityMovie>(lane_density_movie(*now_.scene, lane, cells, slices, job_));
        if (static_cast<int>(movie->t.size()) == slices) publish(&FlowResults::lane_densities, lane, std::move(movie));
    });
}

bool FlowWorker::floor_piece(int model) {
    const auto i = static_cast<std::size_t>(model);
    if (now_.scene->models[i].field != "network") return false;
    const Key key = floor_key(*now_.scene, model);
    const auto name = fmt::format("floor {}", model);
    if ((results_.floors[i] && results_.floors[i]->key == key) || failed_.contains({name, key})) return false;
    return attempt(name, key, [&] {
        auto floor = std::make_shared<const ModelFloor>(model_floor(*now_.scene, model, job_));
        if (!job_.stop_requested()) publish(&FlowResults::floors, model, std::move(floor));
    });
}

bool FlowWorker::field_piece(int lane) {
    const auto i = static_cast<std::size_t>(lane);
    const Scene& scene = *now_.scene;
    if (!shows(scene.view, "velocity") && !shows(scene.view, "score")) return false;
    const Key key = lane_field_key(scene, lane, weights_);
    const auto name = fmt::format("field {}", lane);
    if ((results_.fields[i] && results_.fields[i]->key == key) || failed_.contains({name, key})) return false;
    for (const auto& other : results_.fields)
        if (other && other->key == key) {
            publish(&FlowResults::fields, lane, std::shared_ptr<const FieldMovie>(other));
            return true;
        }
    if (!lane_fields(scene, lane, fields()).velocity) return false;
    return attempt(name, key, [&] {
        constexpr int cells = 24, slices = 33;
        auto movie = std::make_shared<FieldMovie>(lane_field_movie(scene, lane, fields(), cells, slices, job_));
        if (movie->t.size() != slices) return;
        movie->key = key;
        publish(&FlowResults::fields, lane, std::shared_ptr<const FieldMovie>(std::move(movie)));
    });
}

bool FlowWorker::metrics_piece(int lane) {
    const auto i = static_cast<std::size_t>(lane);
    const auto result = results_.lanes[i];
    if (!result || result == measured_[i]) return false;
    const auto name = fmt::format("metrics {} {}", lane, result->coarse);
    if (result->key != lane_key(*now_.scene, lane, weights_) || failed_.contains({name, result->key})) return false;
    return attempt(name, result->key, [&] {
        auto measured = std::make_shared<const LaneMetrics>(lane_metrics(*now_.scene, *result, job_));
        if (job_.stop_requested()) return;
        measured_[i] = result;
        remember(lane, *measured);
        publish(&FlowResults::metrics, lane, std::move(measured));
    });
}

void FlowWorker::remember(int lane, const LaneMetrics& measured) {
    const Scene& scene = *now_.scene;
    const Key key = history_key(scene, lane);
    const Lane& l = scene.lanes[static_cast<std::size_t>(lane)];
    long step = 0;
    for (const std::string& name : {l.model, l.score_model})
        if (!name.empty())
            if (const auto& weights = weights_[static_cast<std::size_t>(model_index(scene, name))]) step = std::max(step, static_cast<long>(weights->description.steps));
    if (key == 0 || measured.values.empty()) return;
    if (histories_.size() > 16 && !histories_.contains(key)) histories_.clear();
    auto& kept = histories_[key];
    auto longer = kept ? std::make_shared<MetricsHistory>(*kept) : std::make_shared<MetricsHistory>();
    longer->key = key;
    longer->add(step, measured.values);
    kept = std::move(longer);
    publish(&FlowResults::histories, lane, std::shared_ptr<const MetricsHistory>(kept));
}

bool FlowWorker::discrepancy_piece(int lane) {
    const auto i = static_cast<std::size_t>(lane);
    const auto result = results_.lanes[i];
    if (!now_.measurements.discrepancies || !result || result->coarse || result->key != lane_key(*now_.scene, lane, weights_)) return false;
    const auto& have = results_.discrepancies[i];
    const auto name = fmt::format("discrepancies {}", lane);
    if ((have && have->key == result->key) || failed_.contains({name, result->key}) || trains(now_.scene->lanes[i])) return false;
    return attempt(name, result->key, [&] {
        auto table = std::make_shared<const DiscrepancyTable>(discrepancy_table(*now_.scene, lane, fields(), *result, job_));
        if (!job_.stop_requested()) publish(&FlowResults::discrepancies, lane, std::move(table));
    });
}

bool FlowWorker::loss_over_time_piece(int model) {
    const auto i = static_cast<std::size_t>(model);
    nn::Engine* engine = shared_.engine;
    if (!now_.measurements.losses_over_time || !weights_[i] || !engine || now_.scene->models[i].field != "network") return false;
    const Key key = stream_key(floor_key(*now_.scene, model), fmt::format("{}", weights_hash(weights_[i])));
    const auto name = fmt::format("loss over t {}", model);
    if ((results_.losses_over_time[i] && results_.losses_over_time[i]->key == key) || failed_.contains({name, key})) return false;
    return attempt(name, key, [&] {
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
    const auto name = fmt::format("field error {}", model);
    if ((results_.field_errors[i] && results_.field_errors[i]->key == key) || failed_.contains({name, key})) return false;
    return attempt(name, key, [&] {
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
    const auto name = fmt::format("over t {}", lane);
    const auto& have = results_.metrics_over_time[i];
    if ((have && have->key == key) || failed_.contains({name, key})) return false;
    return attempt(name, key, [&] {
        MetricOverTime measured = metric_over_time(*now_.scene, lane, *result, find_metric(id, "metric").front(), times, job_);
        if (job_.stop_requested()) return;
        measured.key = key;
        publish(&FlowResults::metrics_over_time, lane, std::make_shared<const MetricOverTime>(std::move(measured)));
    });
}

void FlowWorker::sweep() {
    std::erase_if(retired_, [](const auto& result) { return result.use_count() == 1; });
}

}  // namespace pf
