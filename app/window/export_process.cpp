#include "app/window/export_process.h"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <thread>

#include "app/runtime/files/folder.h"
#include "app/runtime/media/film_estimate.h"
#include "app/runtime/scene_document.h"
#include "app/runtime/worker/priority.h"

extern char** environ;

namespace pf {
namespace {

constexpr std::chrono::seconds patience{2};

constexpr std::string_view folder_prefix = "probflow-export-";

// Folders name the window they belong to; those of windows that are no longer there were left behind.
void clear_leftovers(const std::filesystem::path& folder) {
    std::error_code error;
    for (std::filesystem::directory_iterator it(folder, error), end; !error && it != end; it.increment(error)) {
        const std::string name = it->path().filename().string();
        if (!name.starts_with(folder_prefix)) continue;
        char* rest = nullptr;
        const long pid = std::strtol(name.c_str() + folder_prefix.size(), &rest, 10);
        std::error_code ignored;
        if (pid > 0 && *rest == '-' && kill(static_cast<pid_t>(pid), 0) != 0 && errno == ESRCH) std::filesystem::remove_all(it->path(), ignored);
    }
}

std::string temporary_folder() {
    clear_leftovers(std::filesystem::temp_directory_path());
    std::string pattern = (std::filesystem::temp_directory_path() / fmt::format("{}{}-XXXXXX", folder_prefix, getpid())).string();
    if (!mkdtemp(pattern.data())) throw std::runtime_error("cannot make a temporary folder for the export");
    return pattern;
}

bool all_trained(const Scene& scene, const Results& results) {
    for (std::size_t i = 0; i < scene.models.size(); ++i)
        if (scene.models[i].field == "network" && !(results.training[i] && results.training[i]->weights)) return false;
    return true;
}

}  // namespace

ExportProcess::ExportProcess(const Scene& scene, const Results& results, const Viewpoint& seen, const FilmSettings& settings, std::string target) : target_(std::move(target)) {
    check_settings(settings);
    progress_.path = target_;
    progress_.doing = "starting";
    // A film of training does again what was done to the networks that are there (TrainingRun::replay).
    save_document(folder_.path + "/scene.json", settings.training ? document(scene, results, seen) : Document{scene, {}, seen});
    std::vector<std::string> words{"probflow", "render", folder_.path + "/scene.json", "--out", target_, "--report"};
    const auto chosen = film_arguments(settings);
    words.insert(words.end(), chosen.begin(), chosen.end());
    if (!settings.training || all_trained(scene, results)) add_weights(scene, results, words);
    start(words);
}

void ExportProcess::add_weights(const Scene& scene, const Results& results, std::vector<std::string>& words) const {
    // The first network's weights under the plain name, further ones beside it, as `probflow train` writes them.
    bool first = true;
    for (std::size_t i = 0; i < scene.models.size(); ++i) {
        if (scene.models[i].field != "network") continue;
        const auto& state = results.training[i];
        if (!state || !state->weights) throw std::runtime_error(fmt::format("'{}' is not trained yet: train it, then export", scene.models[i].name));
        nn::save_safetensors(folder_.path + (first ? "/weights" : "/weights-" + scene.models[i].name) + ".safetensors", *state->weights);
        if (first) words.insert(words.end(), {"--weights", folder_.path + "/weights.safetensors"});
        first = false;
    }
}

void ExportProcess::start(std::vector<std::string>& words) {
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0) throw std::runtime_error("cannot make a pipe for the export");
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, ends[1], STDERR_FILENO);
    posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
    std::vector<char*> arguments;
    for (auto& word : words) arguments.push_back(word.data());
    arguments.push_back(nullptr);
    const int error = posix_spawn(&pid_, "/proc/self/exe", &actions, nullptr, arguments.data(), environ);
    posix_spawn_file_actions_destroy(&actions);
    close(ends[1]);
    output_ = ends[0];
    fcntl(output_, F_SETFL, O_NONBLOCK);
    if (error != 0) {
        pid_ = -1;
        throw std::runtime_error("cannot start the export process");
    }
    give_way(3, static_cast<id_t>(pid_));  // the window comes first, ffmpeg inherits it; much more would starve the film beside a window that moves
}

ExportProcess::~ExportProcess() {
    cancel();
    while (pid_ > 0) {
        poll();
        if (pid_ > 0) std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    if (output_ >= 0) close(output_);
}

ExportProcess::Folder::Folder() : path(temporary_folder()) {}
ExportProcess::Folder::~Folder() {
    std::error_code ignored;
    std::filesystem::remove_all(path, ignored);
}

void ExportProcess::cancel() {
    if (pid_ <= 0 || cancelled_) return;
    kill(pid_, SIGTERM);
    cancelled_ = Clock::now();
    progress_.doing = "cancelling";
}

std::optional<ExportProcess::Outcome> ExportProcess::poll() {
    if (pid_ <= 0) return std::nullopt;
    take_lines();
    if (cancelled_ && Clock::now() - *cancelled_ > patience) kill(pid_, SIGKILL);
    int status = 0;
    if (waitpid(pid_, &status, WNOHANG) != pid_) return std::nullopt;
    pid_ = -1;
    take_lines();
    const bool ok = WIFEXITED(status) && WEXITSTATUS(status) == 0;
    // Drivers have their last words too.
    if (ok) return Outcome{true, "film saved: " + target_ + (last_words_.starts_with("the GPU failed") ? "; " + last_words_ : "")};
    if (!cancelled_) return Outcome{false, "the export failed: " + (last_words_.empty() ? "no reason given" : last_words_)};
    std::error_code ignored;
    std::filesystem::remove(target_ + ".part", ignored);  // it may have had no time to
    return Outcome{true, "export cancelled"};
}

// "DOING DONE OF BYTES", as 'render --report' says; anything else is what went wrong, or what the user should know.
void ExportProcess::take_lines() {
    char buffer[512];
    for (ssize_t n = 0; (n = ::read(output_, buffer, sizeof buffer)) > 0;) said_.append(buffer, static_cast<std::size_t>(n));
    for (std::size_t end = 0; (end = said_.find('\n')) != std::string::npos; said_.erase(0, end + 1)) {
        const std::string line = said_.substr(0, end);
        char doing[32];
        double done = 0, of = 0;
        unsigned long long bytes = 0;
        if (std::sscanf(line.c_str(), "%31[a-z] %lf %lf %llu", doing, &done, &of, &bytes) != 4 || !(of > 0)) {
            if (!line.empty()) last_words_ = line;
            continue;
        }
        if (!cancelled_) progress_.doing = doing;
        progress_.share = done / of;
        progress_.bytes = bytes;
        if (std::string_view(doing) != "rendering") continue;
        progress_.frame = static_cast<int>(done), progress_.frames = static_cast<int>(of);
        if (first_frame_ < 0) first_frame_ = progress_.frame, rendering_since_ = Clock::now();
        const double seconds = std::chrono::duration<double>(Clock::now() - rendering_since_).count();
        if (progress_.frame > first_frame_ && seconds > 1) progress_.seconds_left = seconds * (of - done) / (progress_.frame - first_frame_);
    }
    if (said_.size() > 4096) said_.erase(0, said_.size() - 2048);
}

std::string progress_text(const panels::ExportProgress& p) {
    const std::string name = std::filesystem::path(p.path).filename().string();
    if (p.frames == 0) return fmt::format("{}: {}{}", name, p.doing, p.share > 0 ? fmt::format(" {:.0f} %", 100 * p.share) : "");
    return fmt::format("{}: frame {} of {}{}", name, p.frame, p.frames, p.doing != "rendering" ? ", " + p.doing : p.frame == p.frames ? ", reading it back" : p.seconds_left >= 0 ? fmt::format(", {} left", duration_text(p.seconds_left)) : "");
}

std::string unused_name(const std::string& title, const std::string& extension) {
    const std::string stem = file_stem(title);
    std::string name = stem + extension;
    for (int k = 2; std::filesystem::exists(name); ++k) name = fmt::format("{}-{}{}", stem, k, extension);
    return std::filesystem::absolute(name).string();
}

}  // namespace pf
