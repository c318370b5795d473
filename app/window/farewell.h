#pragma once
#include <atomic>
#include <functional>
#include <string_view>
#include <thread>

#include "app/window/requests.h"

namespace pf {

// Ctrl+Q, or the window's own button. Quits where nothing would be lost by it, and asks otherwise (panels/farewell.h), about a film first; `answer`: what was chosen, empty: nothing yet.
void quit(Program& program, std::string_view answer);
// The scene was saved, which quitting may have waited for; `whole`: with the weights of all its networks.
void quit_when_saved(Program& program, bool whole);
// What quitting was put off for may be done by now: every turn of the loop.
void go_on_quitting(Program& program);

// While it lives Ctrl+C, SIGTERM and SIGHUP are a wish to end in order; the second one ends the program at once. One object per process.
class EndSignals {
public:
    explicit EndSignals(std::function<void()> wake);  // called on a thread of its own
    ~EndSignals();
    EndSignals(const EndSignals&) = delete;
    EndSignals& operator=(const EndSignals&) = delete;
    int received() const { return received_; }  // its number; 0: none

private:
    std::atomic<int> received_{0};
    int ends_[2] = {-1, -1};
    std::thread thread_;
};

}  // namespace pf
