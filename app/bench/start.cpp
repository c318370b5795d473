#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <fstream>
#include <string>
#include <vector>

#include "app/bench/benchmarks.h"
#include "app/runtime/scene_file.h"
#include "app/window/window.h"
#include "core/math/errors.h"

extern char** environ;

namespace pf::bench {
void run_start(Report&, const Options&);
namespace {

// Set for the process that is started, to the descriptor on which it answers.
constexpr const char* answer_to = "PROBFLOW_BENCH_START";
constexpr double megabyte = 1e6;

double now() { return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count(); }

// Bytes of this process that are in memory.
double resident() {
    std::ifstream file("/proc/self/statm");
    double pages = 0, in_memory = 0;
    file >> pages >> in_memory;
    return in_memory * static_cast<double>(sysconf(_SC_PAGESIZE));
}

struct Start {
    double seconds, bytes;
};

// As `probflow` alone opens it; after the first swap it says when that was and how much memory it has, then it closes.
void open_once(int descriptor) {
    bool told = false;
    WindowOptions window;
    window.script = [&](panels::Context&, double) { return !told; };
    window.on_frame = [&](double) {
        if (std::exchange(told, true)) return;
        const std::string answer = fmt::format("{} {}\n", now(), resident());
        if (::write(descriptor, answer.data(), answer.size()) < 0) return;  // nobody listens any more
    };
    pf::run_window({builtin_scenes().front().scene}, window);
}

Start start_once() {
    int ends[2];
    if (pipe(ends) != 0) throw MissingCapability("bench start: no pipe to the window");
    std::vector<std::string> words{fmt::format("{}={}", answer_to, ends[1])};
    for (char** each = environ; *each; ++each) words.emplace_back(*each);
    std::vector<char*> environment;
    for (auto& word : words) environment.push_back(word.data());
    environment.push_back(nullptr);
    std::string path = "/proc/self/exe", command = "bench", what = "start";
    char* arguments[] = {path.data(), command.data(), what.data(), nullptr};
    pid_t child = 0;
    fcntl(ends[0], F_SETFD, FD_CLOEXEC);
    const double began = now();
    posix_spawn_file_actions_t quiet;
    posix_spawn_file_actions_init(&quiet);
    posix_spawn_file_actions_addopen(&quiet, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);  // it would print a table of its own
    const int failed = posix_spawn(&child, path.c_str(), &quiet, nullptr, arguments, environment.data());
    posix_spawn_file_actions_destroy(&quiet);
    close(ends[1]);
    std::string answer;
    if (failed == 0) {
        char buffer[128];
        for (ssize_t n; (n = ::read(ends[0], buffer, sizeof buffer)) > 0;) answer.append(buffer, static_cast<std::size_t>(n));
        int status = 0;
        waitpid(child, &status, 0);
    }
    close(ends[0]);
    char* rest = nullptr;
    const double shown = std::strtod(answer.c_str(), &rest), bytes = std::strtod(rest, nullptr);
    if (!(shown > began) || !(bytes > 0)) throw MissingCapability("bench start: the window did not open; it needs a display (Xvfb will do)");
    return {shown - began, bytes};
}

template <class Get>
double median(std::vector<Start> all, Get get) {
    std::nth_element(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(all.size() / 2), all.end(), [&](const Start& a, const Start& b) { return get(a) < get(b); });
    return get(all[all.size() / 2]);
}

}  // namespace

void run_start(Report& report, const Options& options) {
    if (const char* descriptor = std::getenv(answer_to)) return open_once(std::atoi(descriptor));
    std::vector<Start> all;
    start_once();  // warms the caches
    for (int i = 0; i < 5 && !options.stop.stop_requested(); ++i) all.push_back(start_once());
    if (all.empty()) return;
    report.add({"start", "from exec to the first frame, median of 5", "s", median(all, [](const Start& s) { return s.seconds; }), 0, "", 0.3});
    report.add({"start", "memory then", "MB", median(all, [](const Start& s) { return s.bytes; }) / megabyte, 0, "", 150});
}

}  // namespace pf::bench
