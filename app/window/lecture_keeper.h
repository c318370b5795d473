#pragma once
#include <chrono>
#include <memory>
#include <optional>
#include <set>

#include "app/runtime/left_scenes.h"
#include "app/runtime/session.h"

namespace pf {

// Has the lecture that is open kept among what was left (left_scenes.h) while it is not saved: at most every two seconds while it changes, and at once when another takes its
// place. UI thread; the clock comes from outside.
class LectureKeeper {
public:
    using Clock = std::chrono::steady_clock;

    explicit LectureKeeper(LeftScenes* left) : left_(left) {}  // null: nothing is kept

    void look(const Session& session, Clock::time_point now);  // every turn of the loop
    // Seconds until look() has something to do; none: nothing is pending.
    std::optional<double> due(const Session& session, Clock::time_point now) const;
    void keep_last(const Session& session);  // the end: what look() would write later
    void forget(const Session& session);     // it is saved, or given up
    void left_behind(const Session& session, const std::string& path);  // what was just opened is one of those: its file goes once it is saved

private:
    bool news(const Session& session) const;  // since the last look
    void take(const Session& session);
    void write();
    LeftScenes* left_;
    // At the last look.
    LecturePlace place_;
    Scene scene_;
    bool unwritten_ = false;  // that may not be in left_ yet
    Clock::time_point next_{};
    std::set<std::shared_ptr<const void>> in_left_;  // by LecturePlace::file
};

}  // namespace pf
