#pragma once
#include <memory>
#include <string>

namespace pf::panels {

// Quitting, where something stands against it: asked about on screen (`unsaved`, `film`, `lecture`), or put off until it is done (`when_saved`, `when_filmed`). The answers go
// to the window as "quit ANSWER": save, keep, discard; film, stop; lecture, leave.
struct Farewell {
    enum class State { none, unsaved, film, lecture, when_saved, when_filmed } state = State::none;
    std::string sentence;  // of State::unsaved and lecture: what is unsaved
    bool keepable = true;  // it can be kept for the next start without a name (runtime/autosave.h)
    std::shared_ptr<const void> origin = {};  // Session::origin() when it was asked: who goes on to something else stays
    bool asks() const { return state == State::unsaved || state == State::film || state == State::lecture; }
};

}  // namespace pf::panels
