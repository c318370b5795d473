#include "app/window/lecture_keeper.h"

#include <algorithm>

namespace pf {
namespace {

constexpr std::chrono::seconds rest{2};

}  // namespace

bool LectureKeeper::news(const Session& session) const { return session.place() != place_ || (place_.there && session.committed() != scene_); }

void LectureKeeper::take(const Session& session) {
    if (!news(session)) return;
    if (unwritten_ && session.place().file != place_.file) write();
    place_ = session.place();
    scene_ = session.committed();
    unwritten_ = static_cast<bool>(place_);
}

void LectureKeeper::write() {
    unwritten_ = false;
    if (!left_ || !place_) return;
    if (is_changed(place_, scene_)) {
        in_left_.insert(place_.file);
        left_->keep(place_.file, as_given(place_, scene_));
    } else if (in_left_.erase(place_.file) > 0) {
        left_->forget(place_.file);
    }
}

void LectureKeeper::look(const Session& session, Clock::time_point now) {
    take(session);
    if (!unwritten_ || now < next_) return;
    write();
    next_ = now + rest;
}

std::optional<double> LectureKeeper::due(const Session& session, Clock::time_point now) const {
    if (!left_ || !(unwritten_ || news(session))) return std::nullopt;
    return std::max(0.0, std::chrono::duration<double>(next_ - now).count()) + 1e-3;
}

void LectureKeeper::keep_last(const Session& session) {
    take(session);
    if (unwritten_) write();
}

void LectureKeeper::left_behind(const Session& session, const std::string& path) {
    in_left_.insert(session.place().file);
    left_->adopt(session.place().file, path);
}

void LectureKeeper::forget(const Session& session) {
    take(session);
    unwritten_ = false;
    if (left_ && in_left_.erase(session.place().file) > 0) left_->forget(session.place().file);
}

}  // namespace pf
