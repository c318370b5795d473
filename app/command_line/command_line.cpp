#include "app/command_line/command_line.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <filesystem>
#include <span>
#include <thread>
#include <vector>

#include "app/command_line/commands.h"
#include "app/runtime/lecture.h"
#include "app/runtime/scene_picture.h"
#include "app/runtime/share_line.h"
#include "app/runtime/words.h"
#include "app/window/settings.h"
#include "app/window/window.h"

namespace pf::command_line {
namespace {

// Set by Ctrl-C; a second one ends the program the ordinary way.
volatile std::sig_atomic_t interrupted = 0;

void on_interrupt(int signal) {
    interrupted = 1;
    std::signal(signal, SIG_DFL);
}

// Turns the signal into a stop request: request_stop() itself is not allowed in a signal handler.
class InterruptWatch {
public:
    InterruptWatch() : thread_([this](std::stop_token quit) {
        while (!quit.stop_requested()) {
            if (interrupted) source_.request_stop();
            std::this_thread::sleep_for(std::chrono::milliseconds(50));
        }
    }) {}
    std::stop_token token() const { return source_.get_token(); }

private:
    std::stop_source source_;
    std::jthread thread_;
};

void print_help() {
    fmt::print("probflow: a playground that makes probability flows visible\n\n"
               "  probflow [SCENE]          opens the window, on a scene file or a built-in scene\n"
               "  probflow LECTURE          opens the window on a lecture: PageDown and PageUp step, F5 presents, Shift+F5 opens a window for the audience\n");
    for (const auto& entry : commands()) fmt::print("  probflow {:<16} {}\n", entry.word, entry.meaning);
    fmt::print("\n'probflow COMMAND --help' lists the options of a command. SCENE is a file, the id of a built-in scene, or a file of data: CSV, NPY, PNG, JPEG.\n"
               "Networks without --weights, and without weights in the scene file, are trained first. Times are t: noise at t = 0, data at t = 1, in every option and data file (NPZ, CSV, JSON),\n"
               "also with 'render --convention diffusion', which writes the other notation on its pictures. Exit codes: 0 done, 2 bad input, 3 something is missing\n"
               "(OpenGL, LibTorch, ffmpeg: the message says what to install), 1 anything else.\n");
}

std::string one_line(std::string text) {
    std::replace(text.begin(), text.end(), '\n', ' ');
    return text;
}

std::string is_meant(std::string_view word, std::span<const std::string_view> known, std::string_view otherwise) {
    const auto meant = probably_meant(word, known);
    return meant.empty() ? std::string(otherwise) : fmt::format("; is '{}' meant?", meant);
}

std::string unknown_option(const CLI::App& app, const std::string& word) {
    std::vector<std::string> names;
    for (const CLI::Option* option : app.get_options())
        for (const std::string& name : option->get_lnames()) names.push_back("--" + name);
    const std::vector<std::string_view> known(names.begin(), names.end());
    return fmt::format("unknown option '{}'{}", word, is_meant(word.substr(0, word.find('=')), known, ""));
}

// Where a GPU fails that was not asked for by name, everything is done again without it.
int run_command(const CommandEntry& entry, std::vector<const char*> words, std::stop_token stop) {
    CLI::App app(std::string(entry.meaning), "probflow " + std::string(entry.word));
    const auto command = entry.make();
    command->declare(app);
    try {
        app.parse(static_cast<int>(words.size()), words.data());
    } catch (const CLI::CallForHelp&) {
        fmt::print("{}", app.help());
        return 0;
    } catch (const CLI::ParseError& error) {
        // A misspelled option leaves another one missing; the first is what went wrong.
        for (const std::string& extra : app.remaining())
            if (extra.starts_with("-")) throw BadInput(fmt::format("probflow {}: {} (see probflow {} --help)", entry.word, unknown_option(app, extra), entry.word));
        throw BadInput(fmt::format("probflow {}: {} (see probflow {} --help)", entry.word, one_line(error.what()), entry.word));
    }
    try {
        return command->run(stop);
    } catch (const nn::GpuFailure& error) {
        const CLI::Option* device = app.get_option_no_throw("--device");
        if (!device || (device->count() > 0 && device->as<std::string>() != "auto")) throw;
        fmt::print(stderr, "the GPU failed ({}); from the start on the CPU\n", one_line(error.what()));
    }
    words.insert(words.end(), {"--device", "cpu"});
    return run_command(entry, std::move(words), stop);
}

int run_command(const CommandEntry& entry, int argc, char** argv) {
    std::signal(SIGINT, on_interrupt);
    std::signal(SIGTERM, on_interrupt);
    const InterruptWatch watch;
    return run_command(entry, {argv, argv + argc}, watch.token());
}

[[noreturn]] void refuse_command(std::string_view word) {
    std::vector<std::string_view> known;
    for (const auto& entry : commands()) known.push_back(entry.word);
    throw BadInput(fmt::format("unknown command '{}'{}", word, is_meant(word, known, " (see probflow --help); a scene by itself opens the window, and takes no options there")));
}

// A single word without a dot may be a misspelled command as well as a scene.
void refuse_unknown(const std::string& word) {
    std::error_code error;
    if (word.find_first_of("./") != std::string::npos || is_share_line(word) || std::filesystem::exists(word, error)) return;
    std::vector<std::string_view> known;
    for (const auto& scene : builtin_scenes()) known.push_back(scene.id);
    if (std::find(known.begin(), known.end(), word) != known.end()) return;
    for (const auto& entry : commands()) known.push_back(entry.word);
    for (const auto& lecture : builtin_lectures()) known.push_back(lecture.id);
    throw BadInput(fmt::format("'{}' is neither a command nor a scene, a lecture or a file{}", word, is_meant(word, known, " ('probflow --help' lists the commands, 'probflow scenes' and 'probflow lectures' what is built in)")));
}

int dispatch(int argc, char** argv) {
    const std::string_view first = argc > 1 ? argv[1] : "";
    if (first == "--help" || first == "-h" || first == "help") {
        print_help();
        return 0;
    }
    if (first == "--version") {
        fmt::print("probflow {}\n", PROBFLOW_VERSION);
        return 0;
    }
    for (const auto& entry : commands())
        if (first == entry.word) return run_command(entry, argc - 1, argv + 1);
    if (first.starts_with("-")) throw BadInput(fmt::format("unknown option '{}' (see probflow --help)", first));
    if (argc > 2) refuse_command(first);
    WindowOptions options;
    options.settings = settings_path();
    options.autosave = autosave_folder();
    if (first.empty()) return run_window({builtin_scenes().front().scene}, options);
    const std::string word(first);
    if (is_lecture(word)) {
        options.lecture = std::make_shared<const Lecture>(load_lecture(word));
        const auto& known = builtin_lectures();
        if (std::none_of(known.begin(), known.end(), [&](const BuiltinLecture& b) { return b.id == word; })) options.file = std::filesystem::absolute(word).string();
        return run_window({options.lecture->stops.front().scene}, options);
    }
    refuse_unknown(word);
    const auto& builtin = builtin_scenes();
    const Document document = load_document(word);
    const bool from_file = std::none_of(builtin.begin(), builtin.end(), [&](const BuiltinScene& b) { return b.id == word; });
    if (from_file && !is_share_line(word) && !saved_from_then_on(word).empty()) options.file = std::filesystem::absolute(word).string();
    return run_window(document, options);
}

}  // namespace

int run(int argc, char** argv) {
    try {
        return dispatch(argc, argv);
    } catch (const BadInput& error) {
        fmt::print(stderr, "{}\n", one_line(error.what()));
        return 2;
    } catch (const MissingCapability& error) {
        fmt::print(stderr, "{}\n", one_line(error.what()));
        return 3;
    } catch (const Interrupted&) {
        fmt::print(stderr, "interrupted; nothing was written\n");
        return 1;
    } catch (const std::exception& error) {
        fmt::print(stderr, "probflow: {}\n", one_line(error.what()));
        return 1;
    }
}

}  // namespace pf::command_line
