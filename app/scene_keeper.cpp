#include "app/scene_keeper.h"

#include <algorithm>

namespace pf {

bool SceneKeeper::wanting(const Session& session) const {
    const bool opened = !(session.preset() == preset_);
    const bool unsaved = opened ? !(session.scene() == session.preset()) : !saved_ || !(session.scene() == *saved_);
    return unsaved ? !kept_ || !(session.scene() == *kept_) || autosave_.failing() : kept_.has_value();
}

void SceneKeeper::look(const Session& session, Clock::time_point now) {
    if (now < next_ || !wanting(session)) return;
    if (!(session.preset() == preset_)) preset_ = session.preset(), saved_ = preset_;
    const Scene& scene = session.scene();
    if (saved_ && scene == *saved_) autosave_.forget(), kept_.reset();
    else autosave_.keep(scene), kept_ = scene;
    next_ = now + std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(autosave_.failing() ? rest_after_failure : rest));
}

std::optional<double> SceneKeeper::due(const Session& session, Clock::time_point now) const {
    if (!wanting(session)) return std::nullopt;
    return std::max(0.0, std::chrono::duration<double>(next_ - now).count()) + 1e-3;
}

void SceneKeeper::saved(const Session& session) {
    preset_ = session.preset();
    saved_ = session.scene();
}

void SceneKeeper::nowhere(const Session& session) {
    preset_ = session.preset();
    saved_.reset();
}

void SceneKeeper::recovered(const Session& session, const std::string& path) {
    nowhere(session);
    kept_ = session.scene();
    autosave_.take_over(session.scene(), path);
}

}  // namespace pf
