#include "app/runtime/session.h"

#include <algorithm>

#include "app/runtime/history.h"
#include "app/runtime/keys.h"
#include "app/runtime/lane_problem.h"
#include "app/runtime/scene_file.h"
#include "app/runtime/scene_sentence.h"
#include "app/runtime/worker/flow_worker.h"
#include "app/runtime/worker/probe_worker.h"
#include "app/runtime/worker/study_worker.h"
#include "app/runtime/worker/train_worker.h"

namespace pf {
namespace {

Scene checked(Scene scene) {
    validate(scene, "scene");
    return completed(std::move(scene));
}

// Where a scene comes from, shared by all that was made of it: undo leads back to it too.
struct Origin {
    Scene preset;
    std::string file;
};
struct Step {
    Scene scene;
    std::shared_ptr<Origin> origin;
    LecturePlace place;
    std::shared_ptr<const Scene> told = {};  // the scene for which its sentence was written since; null: it came with it
    bool operator==(const Step& other) const { return scene == other.scene && place == other.place; }
};
Step loaded(Scene scene, std::string file, LecturePlace place = {}) {
    auto origin = std::make_shared<Origin>(Origin{scene, std::move(file)});
    return {std::move(scene), std::move(origin), std::move(place)};
}
// Where one stands once another scene is on screen.
LecturePlace left(const Step& step) {
    LecturePlace place = taken_up(step.place, step.scene);
    place.there = false;
    return place;
}

}  // namespace

struct Session::Impl {
    Impl(Scene first, bool networks, std::function<void()> news)
        : history(loaded(checked(std::move(first)), {})), shared(std::move(news)), flow(shared), probe(shared), studies(shared), train(shared, networks, [this] { flow.poke(), probe.poke(); }) {
        changed(true);
    }

    const Scene& scene() const { return held ? *held : history.current().scene; }
    void load(Scene scene, std::string_view what, std::string file, LecturePlace place) {
        try {
            scene = checked(std::move(scene));
        } catch (const BadInput& error) {
            return refuse(error);
        }
        held.reset();
        const Step step = loaded(std::move(scene), std::move(file), std::move(place));
        if (!history.commit(what, step)) history.amend(step);
        changed(true);
    }
    std::shared_ptr<const Scene> committed() const { return std::make_shared<const Scene>(history.current().scene); }
    // After every change of scene(); `for_training`: of the committed one too.
    void changed(bool for_training) {
        ++revision;
        training_keys.clear();
        for (int i = 0; i < static_cast<int>(scene().models.size()); ++i)
            training_keys.push_back(scene().models[static_cast<std::size_t>(i)].field == "network" ? training_key(scene(), i) : 0);
        if (for_training) train.scene_changed(committed());
        const auto wanted = std::make_shared<const Scene>(scene());
        flow.want(wanted, held.has_value());
        probe.want(wanted, held.has_value());
        studies.hold(held.has_value());
    }
    void refuse(const std::exception& error) { shared.notices.push({Notice::Level::error, error.what()}); }
    WeightSet weights_of(const FlowResults& flow_results) const {
        WeightSet weights(scene().models.size());
        for (std::size_t i = 0; i < weights.size(); ++i)
            if (const auto it = flow_results.weights.find(training_keys[i]); training_keys[i] != 0 && it != flow_results.weights.end()) weights[i] = it->second;
        return weights;
    }
    bool same_lanes(const StudyRequest& request) const {
        return std::all_of(request.lanes.begin(), request.lanes.end(), [&](int lane) { return lane < static_cast<int>(scene().lanes.size()); });
    }
    // The keys that lanes should have, given the weights the flow worker uses.
    const std::vector<Key>& lane_keys(const FlowResults& flow_results) {
        if (keys_revision == revision && keys_weights == flow_results.weights_revision) return keys;
        const WeightSet weights = weights_of(flow_results);
        keys.clear();
        unmade.clear();
        for (int i = 0; i < static_cast<int>(scene().lanes.size()); ++i) {
            keys.push_back(lane_key(scene(), i, weights));
            unmade.push_back(lacks_weights(scene(), i, weights));
        }
        history_keys.clear();
        for (int i = 0; i < static_cast<int>(scene().lanes.size()); ++i) history_keys.push_back(history_key(scene(), i));
        truth = truth_key(scene());
        if (studied) wanted_study = same_lanes(*studied) ? study_key(scene(), *studied, weights) : 0;
        keys_revision = revision;
        keys_weights = flow_results.weights_revision;
        return keys;
    }
    std::shared_ptr<const TrainingState> training(std::size_t model) const {
        if (training_keys[model] == 0) return nullptr;
        if (auto state = shared.training.get(training_keys[model])) return state;
        auto idle = std::make_shared<TrainingState>();
        idle->model = scene().models[model].name;
        idle->steps = scene().models[model].training.steps;
        return idle;
    }

    History<Step> history;
    std::optional<Scene> held;
    std::uint64_t revision = 0, keys_revision = 0, keys_weights = 0;
    std::vector<Key> training_keys, keys, history_keys;
    std::vector<bool> unmade;             // lanes that need weights first
    std::optional<StudyRequest> studied;  // the last one asked for
    Key wanted_study = 0, truth = 0;
    Shared shared;
    // Workers last: they end before what they use. Training pokes the others, so it ends first.
    FlowWorker flow;
    ProbeWorker probe;
    StudyWorker studies;
    TrainWorker train;
};

Session::Session(Scene scene, bool networks, std::function<void()> news) : impl_(std::make_unique<Impl>(std::move(scene), networks, std::move(news))) {}
Session::~Session() { impl_->train.request_stop(); }

const Scene& Session::scene() const { return impl_->scene(); }
const Scene& Session::committed() const { return impl_->history.current().scene; }

void Session::preview(Scene scene) {
    try {
        scene = checked(std::move(scene));
    } catch (const BadInput& error) {
        return impl_->refuse(error);
    }
    if (scene == impl_->scene()) return;
    impl_->held = std::move(scene);
    impl_->changed(false);
}

void Session::commit(std::string_view what, Scene scene) { commit(what, std::move(scene), place()); }

void Session::commit(std::string_view what, Scene scene, LecturePlace place) {
    impl_->held.reset();
    try {
        const Step& now = impl_->history.current();
        Step next{checked(std::move(scene)), now.origin, std::move(place), now.told};
        if (next.scene.sentence != now.scene.sentence) {
            if (next.place.there) next.place = told_anew(std::move(next.place), next.scene);
            else next.told = std::make_shared<const Scene>(next.scene);
        }
        impl_->history.commit(what, std::move(next));
    } catch (const BadInput& error) {
        impl_->refuse(error);
    }
    impl_->changed(true);
}

void Session::cancel_preview() {
    if (!impl_->held) return;
    impl_->held.reset();
    impl_->changed(false);
}

bool Session::undo() {
    cancel_preview();
    if (!impl_->history.undo()) return false;
    impl_->changed(true);
    return true;
}

bool Session::redo() {
    cancel_preview();
    if (!impl_->history.redo()) return false;
    impl_->changed(true);
    return true;
}

std::string Session::undo_label() const { return impl_->history.undo_label(); }
std::string Session::redo_label() const { return impl_->history.redo_label(); }

void Session::load(Scene scene, std::string_view what, std::string file) { impl_->load(std::move(scene), what, std::move(file), left(impl_->history.current())); }
void Session::load(Scene scene, std::string_view what, LecturePlace place) { impl_->load(std::move(scene), what, {}, std::move(place)); }
void Session::begin_at(LecturePlace place) {
    Step step = impl_->history.current();
    step.place = std::move(place);
    impl_->history.amend(std::move(step));
}
const LecturePlace& Session::place() const { return impl_->history.current().place; }

const Scene& Session::preset() const { return impl_->history.current().origin->preset; }
const std::string& Session::file() const { return impl_->history.current().origin->file; }
std::shared_ptr<const void> Session::origin() const { return impl_->history.current().origin; }
void Session::set_file(std::string path) { impl_->history.current().origin->file = std::move(path); }

Results Session::results() const {
    const FlowResults flow = impl_->flow.results();
    const auto& keys = impl_->lane_keys(flow);
    const Scene& scene = impl_->scene();
    Results out;
    for (std::size_t i = 0; i < scene.lanes.size(); ++i) {
        out.densities[i] = flow.densities[i];
        // What an earlier scene left would never be replaced.
        if (impl_->unmade[i]) continue;
        out.lanes[i] = flow.lanes[i];
        // Of other data they would be no earlier numbers but wrong ones.
        if (flow.metrics[i] && flow.metrics[i]->data == impl_->truth) out.metrics[i] = flow.metrics[i];
        out.metrics_current[i] = impl_->shared.runs > 0 || (flow.metrics[i] && flow.metrics[i]->key == keys[i]);
        out.fields[i] = flow.fields[i];
        out.fokker_planck[i] = flow.fokker_planck[i];
        out.likelihood[i] = flow.likelihood[i];
        out.discrepancies[i] = flow.discrepancies[i];
        out.lane_densities[i] = flow.lane_densities[i];
        out.metrics_over_time[i] = flow.metrics_over_time[i];
        if (flow.histories[i] && flow.histories[i]->key == impl_->history_keys[i]) out.histories[i] = flow.histories[i];
        // While a network learns, the picture by its last weights but one is no old picture.
        const bool follows = impl_->shared.runs > 0 && impl_->history_keys[i] != 0 && flow.lane_histories[i] == impl_->history_keys[i];
        out.lane_current[i] = flow.lanes[i] && (follows || flow.lanes[i]->key == keys[i]);
    }
    for (std::size_t i = 0; i < scene.models.size(); ++i) {
        out.floors[i] = flow.floors[i];
        out.losses_over_time[i] = flow.losses_over_time[i];
        out.field_errors[i] = flow.field_errors[i];
        out.training[i] = impl_->training(i);
    }
    out.study = impl_->studies.state();
    out.study_current = out.study && out.study->key == impl_->wanted_study;
    return out;
}

LayerResults Session::layers() const { return impl_->flow.layers(); }
void Session::measure(const Measurements& wanted) { impl_->flow.measure(wanted); }

void Session::study(const StudyRequest& request) {
    const WeightSet weights = impl_->weights_of(impl_->flow.results());
    try {
        check_study(impl_->scene(), request);
        impl_->wanted_study = study_key(impl_->scene(), request, weights);
        impl_->studied = request;
        impl_->studies.start(std::make_shared<const Scene>(impl_->scene()), weights, request, impl_->wanted_study);
    } catch (const BadInput& error) {
        impl_->refuse(error);
    }
}
void Session::cancel_study() { impl_->studies.cancel(); }

void Session::probe(std::optional<ProbeRequest> pinned, std::optional<ProbeRequest> hovered) {
    impl_->probe.ask(ProbeSlot::pinned, std::move(pinned));
    impl_->probe.ask(ProbeSlot::hovered, std::move(hovered));
}
Probes Session::probes() const { return {impl_->probe.result(ProbeSlot::pinned), impl_->probe.result(ProbeSlot::hovered)}; }
void Session::follow(std::vector<int> particles) { impl_->flow.follow(std::move(particles)); }

void Session::say(Notice notice) { impl_->shared.notices.push(std::move(notice)); }
std::vector<Notice> Session::take_notices() { return impl_->shared.notices.drain(); }
std::string Session::network_status() const { return *impl_->shared.network_status.get(); }
bool Session::networks_available() const { return impl_->shared.engine != nullptr; }

void Session::train(int model) { impl_->train.train(impl_->committed(), model); }
void Session::pause(int model) { impl_->train.pause(impl_->committed(), model); }
void Session::restart(int model) { impl_->train.restart(impl_->committed(), model); }
void Session::set_weights(int model, std::shared_ptr<const nn::Weights> weights) { impl_->train.set_weights(impl_->committed(), model, std::move(weights)); }
void Session::set_weights(const WeightSet& weights) {
    for (std::size_t i = 0; i < weights.size(); ++i)
        if (weights[i]) set_weights(static_cast<int>(i), weights[i]);
}

bool Session::busy() const { return impl_->flow.busy() || impl_->probe.busy() || impl_->studies.busy() || impl_->shared.runs > 0; }

const Scene* Session::told() const { return impl_->history.current().told.get(); }

const Scene& written_for(const Session& session) {
    if (session.place().there) return session.place().written_for();
    return session.told() ? *session.told() : written_for(session.scene(), session.preset());
}
Scene told_scene(const Session& session) { return truly_told(session.scene(), written_for(session)); }

}  // namespace pf
