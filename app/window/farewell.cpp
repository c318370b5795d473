#include "app/window/farewell.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <utility>

#include "core/math/errors.h"

namespace pf {
namespace {

using State = panels::Farewell::State;

std::string said_of(const SceneKeeper::Unsaved& unsaved, const std::string& title) {
    if (!unsaved.networks) return fmt::format("“{}” has changes that are not saved.", title);
    if (!unsaved.scene) return fmt::format("The networks trained for “{}” are not saved.", title);
    return fmt::format("“{}” has changes that are not saved, and networks trained for it.", title);
}

std::string said_of(const LecturePlace& place) {
    if (place.file->saved.stops.empty()) return fmt::format("The lecture “{}” is not saved.", place.lecture->title);
    return fmt::format("The lecture “{}” has changes that are not saved.", place.lecture->title);
}

// All that a signal handler may do is a write.
volatile std::sig_atomic_t signal_pipe = -1;
void on_signal(int signal) {
    const auto byte = static_cast<unsigned char>(signal);
    if (::write(signal_pipe, &byte, 1) != 1) ::_exit(128 + signal);
    std::signal(signal, SIG_DFL);
}
constexpr std::array end_signals{SIGINT, SIGTERM, SIGHUP};

void ask_for_scene(Program& p) {
    auto unsaved = p.keeper.unsaved(p.session);
    // A stop belongs to its lecture, which trains its networks by itself, and will again.
    if (p.session.place().there) unsaved = {};
    if (unsaved) return void(p.ui.farewell = {State::unsaved, said_of(unsaved, p.session.scene().title), p.keeper.keeps()});
    p.keeper.discard();  // what was kept a moment ago may be saved, or undone, by now
    p.quit = true;
}

void ask(Program& p) {
    p.ui.words.open = false;
    if (!p.ui.audience) p.ui.blanked = false;  // theirs stays black
    if (p.film) p.ui.farewell.state = State::film;
    else if (const LecturePlace& place = p.session.place(); place && is_changed(place, p.session.committed())) p.ui.farewell = {State::lecture, said_of(place), false};
    else ask_for_scene(p);
    p.ui.farewell.origin = p.session.origin();
}

}  // namespace

void quit(Program& p, std::string_view answer) {
    p.ui.farewell.state = State::none;
    if (answer == "film") p.ui.farewell.state = p.film ? State::when_filmed : State::none;
    else if (answer == "stop") p.film.reset(), ask(p);
    else if (answer == "lecture") {
        perform(p, "save-lecture");
        ask(p);  // again, where it could not be saved
    } else if (answer == "leave") {
        p.lectures.forget(p.session);
        ask_for_scene(p);
    } else if (answer == "save") {
        panels::close_file_dialog(p.ui.files);  // one for something else
        p.ui.farewell.state = State::when_saved;
        perform(p, "save");  // at once, or by the dialog: it comes back by quit_when_saved()
    } else if (answer == "keep") {
        p.quit = p.keeper.keep_last(p.session);
        if (p.quit) return;
        const bool written = p.autosave && !p.autosave->failing();
        p.say(Notice::Level::error, written ? "its networks are too large to be kept: Ctrl+P writes them beside a script" : "it could not be kept: save it under a name");
        ask(p);
    } else if (answer == "discard") {
        p.keeper.discard();
        p.quit = true;
    } else {
        ask(p);
    }
}

void quit_when_saved(Program& p, bool whole) {
    if (std::exchange(p.ui.farewell.state, State::none) != State::when_saved) return;
    if (!whole) return ask(p);
    p.keeper.discard();
    p.quit = true;
}

// A file dialog that was left without saving leads back to the question.
void go_on_quitting(Program& p) {
    if (p.ui.farewell.origin != p.session.origin()) p.ui.farewell.state = State::none;  // who goes on to something else stays
    const State state = p.ui.farewell.state;
    const bool left = state == State::when_saved && !p.ui.files.open, filmed = state == State::when_filmed && !p.film;
    if (state == State::film && !p.film) p.ui.farewell.state = State::none;  // what was asked about is done
    if (!left && !filmed) return;
    p.ui.farewell.state = State::none;
    ask(p);
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
