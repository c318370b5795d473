#pragma once
#include <deque>
#include <string>
#include <string_view>
#include <utility>

namespace pf {

// Undo over whole values: cheap because the scene is a few hundred bytes of choices, never particles or weights.
template <class Value>
class History {
public:
    static constexpr std::size_t depth = 1000;  // older states are forgotten

    explicit History(Value initial) { states_.emplace_back("", std::move(initial)); }

    const Value& current() const { return states_[at_].second; }
    // One entry; what could be redone is dropped. A value equal to the current one makes no entry: returns false.
    bool commit(std::string_view what, Value next) {
        if (next == current()) return false;
        states_.erase(states_.begin() + static_cast<std::ptrdiff_t>(at_) + 1, states_.end());
        states_.emplace_back(std::string(what), std::move(next));
        if (states_.size() > depth + 1) states_.pop_front();
        at_ = states_.size() - 1;
        return true;
    }
    // The current state becomes another one that is equal to it in what counts: no entry.
    void amend(Value equal) { states_[at_].second = std::move(equal); }
    bool undo() { return at_ > 0 && (--at_, true); }
    bool redo() { return at_ + 1 < states_.size() && (++at_, true); }
    // What undo() would take back and redo() bring again; empty when nothing.
    std::string undo_label() const { return at_ > 0 ? states_[at_].first : std::string(); }
    std::string redo_label() const { return at_ + 1 < states_.size() ? states_[at_ + 1].first : std::string(); }

private:
    std::deque<std::pair<std::string, Value>> states_;  // each with the name of the step that led to it
    std::size_t at_ = 0;
};

}  // namespace pf
