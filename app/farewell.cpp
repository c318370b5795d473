#include "app/farewell.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <array>
#include <csignal>

#include "app/panels/lecture_player.h"
#include "core/math/errors.h"

namespace pf {
namespace {

using State = panels::Farewell::State;

std::string said_of(const SceneKeeper::Unsaved& unsaved, const std::string& title) {
    if (!unsaved.networks) return fmt::format("“{}” has changes that are not saved.", title);
    if (!unsaved.scene) return fmt::format("The networks trained for “{}” are not saved.", title);
    return fmt::format("“{}” has changes that are not saved, nor are the networks trained for it.", title);
}

// All that a signal handler may do is a write.
volatile std::sig_atomic_t signal_pipe = -1;
void on_signal(int signal) {
    const auto byte = static_cast<unsigned char>(signal);
    if (::write(signal_pipe, &byte, 1) != 1) ::_exit(128 + signal);
    std::signal(signal, SIG_DFL);
}
constexpr std::array end_signals{SIGINT, SIGTERM, SIGHUP};

}  // namespace

void quit(Program& p, std::string_view answer) {
    panels::Farewell& farewell = p.ui.farewell;
    if (answer.empty() && farewell.asks()) return;  // the key repeats
    farewell.state = State::none;
    if (answer == "film") return void(farewell.state = p.film ? State::when_filmed : State::none);
    if (answer == "stop") p.film.reset();
    if (answer == "keep") p.keeper.keep_last(p.session);
    if (answer == "discard") p.keeper.discard();
    if (answer == "keep" || answer == "discard") return void(p.quit = true);
    if (answer == "save") {
        perform(p, "save");
        if (p.ui.files.open) return void(farewell.state = State::when_saved);
        if (p.keeper.unsaved(p.session)) return;  // it was refused, and says why
    }
    p.ui.blanked = false;
    if (p.film) return void(farewell.state = State::film);
    auto unsaved = p.keeper.unsaved(p.session);
    // A lecture trains its networks by itself, and will again.
    if (panels::shown_stop(p.ui, p.session.scene())) unsaved.networks = false;
    if (!unsaved) {
        p.keeper.discard();  // what was kept a moment ago may be saved, or undone, by now
        return void(p.quit = true);
    }
    farewell = {State::unsaved, said_of(unsaved, p.session.scene().title), p.keeper.keeps()};
}

// A file dialog that was left without saving leads back to the question.
void go_on_quitting(Program& p) {
    panels::Farewell& farewell = p.ui.farewell;
    const bool done = (farewell.state == State::when_saved && !p.ui.files.open) || ((farewell.state == State::when_filmed || farewell.state == State::film) && !p.film);
    if (!done) return;
    farewell.state = State::none;
    quit(p, {});
}

EndSignals::EndSignals(std::function<void()> wake) {
    check(::pipe2(ends_, O_CLOEXEC) == 0, "cannot make a pipe for signals");
    signal_pipe = ends_[1];
    thread_ = std::thread([this, wake = std::move(wake)] {
        for (unsigned char byte = 0; ::read(ends_[0], &byte, 1) == 1 && byte != 0;) {
            received_ = byte;
            wake();
        }
    });
    for (const int signal : end_signals)
        if (std::signal(signal, on_signal) == SIG_IGN) std::signal(signal, SIG_IGN);  // as under nohup
}

EndSignals::~EndSignals() {
    for (const int signal : end_signals)
        if (std::signal(signal, SIG_DFL) == SIG_IGN) std::signal(signal, SIG_IGN);
    const unsigned char end = 0;
    if (::write(ends_[1], &end, 1) == 1) thread_.join();
    else thread_.detach();
    ::close(ends_[0]);
    ::close(ends_[1]);
}

}  // namespace pf
