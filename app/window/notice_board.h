#pragma once
#include <chrono>
#include <optional>
#include <vector>

#include "app/runtime/session.h"

namespace pf {

// The notices on screen: information for 5 s, warnings and errors for 12 s. The clock comes from outside.
class NoticeBoard {
public:
    using Clock = std::chrono::steady_clock;

    // What is said again is shown once, anew.
    void add(Notice notice, Clock::time_point now) {
        std::erase_if(shown_, [&](const Entry& entry) { return entry.notice.level == notice.level && entry.notice.text == notice.text; });
        shown_.push_back({std::move(notice), now});
    }
    void expire(Clock::time_point now) {
        std::erase_if(shown_, [&](const Entry& entry) { return now >= entry.end(); });
    }
    std::vector<Notice> notices() const {
        std::vector<Notice> out;
        for (const Entry& entry : shown_) out.push_back(entry.notice);
        return out;
    }
    // When the next one goes; none: nothing is shown.
    std::optional<Clock::time_point> next_end() const {
        std::optional<Clock::time_point> out;
        for (const Entry& entry : shown_)
            if (!out || entry.end() < *out) out = entry.end();
        return out;
    }

private:
    struct Entry {
        Notice notice;
        Clock::time_point since;
        Clock::time_point end() const { return since + std::chrono::seconds(notice.level == Notice::Level::info ? 5 : 12); }
    };
    std::vector<Entry> shown_;
};

}  // namespace pf
