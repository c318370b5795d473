#include "app/window/scene_keeper.h"

#include <algorithm>


namespace pf {
namespace {

// What was trained here and would be lost; what came out of a file is there still.
WeightSet trained(const Session& session) {
    const Results results = session.results();
    WeightSet out;
    for (const auto& state : results.training) out.push_back(state && !state->loss.empty() ? state->weights : nullptr);
    return out;
}

// Whether some of it is not among those.
template <class Known>
bool beyond(const WeightSet& trained, const Known& known) {
    return std::any_of(trained.begin(), trained.end(), [&](const auto& weights) { return weights && std::find(known.begin(), known.end(), weights) == known.end(); });
}

Document unsaved_document(const Session& session) { return document(told_scene(session), session.results()); }

bool training(const Session& session) {
    const Results results = session.results();
    return std::any_of(results.training.begin(), results.training.end(), [](const auto& state) { return state && state->status == TrainingStatus::running; });
}

std::chrono::steady_clock::duration seconds(double s) { return std::chrono::duration_cast<std::chrono::steady_clock::duration>(std::chrono::duration<double>(s)); }

}  // namespace

SceneKeeper::Unsaved SceneKeeper::unsaved(const Session& session) const {
    const auto found = saved_.find(session.origin());
    const bool scene = found == saved_.end() ? !(session.scene() == session.preset()) : !found->second || !(session.scene() == *found->second);
    return {scene, beyond(trained(session), saved_weights_)};
}

SceneKeeper::Wish SceneKeeper::wish(const Session& session) const {
    if (!autosave_) return Wish::nothing;
    if (!unsaved(session)) return kept_ ? Wish::scene : Wish::nothing;
    if (!kept_ || !(session.scene() == *kept_) || autosave_->failing()) return Wish::scene;
    return beyond(trained(session), kept_weights_) ? Wish::weights : Wish::nothing;
}

void SceneKeeper::keep(const Session& session) {
    autosave_->keep(unsaved_document(session));
    kept_ = session.scene();
    kept_weights_ = trained(session);
}

void SceneKeeper::not_left(const std::shared_ptr<const void>& origin) {
    if (left_ && in_left_.erase(origin) > 0) left_->forget(origin);
}

std::optional<std::string> SceneKeeper::watch(const Session& session) {
    std::optional<std::string> left;
    if (const auto origin = session.origin(); origin != seen_.origin) {
        if (left_ && seen_.unsaved) {
            left = seen_.unsaved->title;
            in_left_.insert(seen_.origin);
            left_->keep(seen_.origin, std::move(seen_.document));
        }
        seen_ = {origin};
    }
    const bool of_lecture = session.place().there;
    if (of_lecture || !unsaved(session)) {
        seen_.unsaved.reset();
        if (!of_lecture) not_left(seen_.origin);
        return left;
    }
    WeightSet now = trained(session);
    if (seen_.unsaved && session.scene() == *seen_.unsaved && now == seen_.trained) return left;
    seen_.unsaved = session.scene();
    seen_.trained = std::move(now);
    seen_.document = unsaved_document(session);
    return left;
}

std::optional<std::string> SceneKeeper::look(const Session& session, Clock::time_point now) {
    auto left = watch(session);
    const auto wait = due(session, now);
    if (!wait || *wait > soon) return left;
    if (!unsaved(session)) {
        discard();
    } else {
        keep(session);
        next_weights_ = now + seconds(rest_while_training);
    }
    next_ = now + seconds(autosave_->failing() ? rest_after_failure : rest);
    return left;
}

bool SceneKeeper::keep_last(const Session& session) {
    if (!unsaved(session)) return discard(), true;
    if (!autosave_) return false;
    const bool known = !autosave_->whole();  // and chosen all the same
    keep(session);
    if (!autosave_->flush()) return false;
    if (unsaved(session).networks && !autosave_->whole() && !known) return false;
    not_left(session.origin());
    return true;
}

void SceneKeeper::discard() {
    if (autosave_) autosave_->forget();
    kept_.reset();
    not_left(seen_.origin);
}

std::optional<double> SceneKeeper::due(const Session& session, Clock::time_point now) const {
    const Wish wanted = wish(session);
    if (wanted == Wish::nothing) return std::nullopt;
    const auto when = wanted == Wish::weights && training(session) ? std::max(next_, next_weights_) : next_;
    return std::max(0.0, std::chrono::duration<double>(when - now).count()) + soon;
}

void SceneKeeper::saved(const Session& session, const std::vector<std::string>& left_out) {
    saved_.insert_or_assign(session.origin(), session.scene());
    const WeightSet all = trained(session);
    const auto& models = session.scene().models;
    for (std::size_t i = 0; i < std::min(models.size(), all.size()); ++i) {
        if (std::find(left_out.begin(), left_out.end(), models[i].name) == left_out.end()) saved_weights_.insert(all[i]);
        else saved_weights_.erase(all[i]);
    }
}

void SceneKeeper::nowhere(const Session& session) { saved_.insert_or_assign(session.origin(), std::nullopt); }

void SceneKeeper::left_behind(const Session& session, const std::string& path) {
    nowhere(session);
    in_left_.insert(session.origin());
    left_->adopt(session.origin(), path);
}

void SceneKeeper::recovered(const Session& session, Document leftover, const std::string& path) {
    nowhere(session);
    kept_ = session.scene();
    autosave_->take_over(std::move(leftover), path);
}

}  // namespace pf
