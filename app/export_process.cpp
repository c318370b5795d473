#include "app/export_process.h"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>

#include "app/runtime/files/folder.h"
#include "app/runtime/scene_file.h"

extern char** environ;

namespace pf {

ExportProcess::ExportProcess(const Scene& scene, const Results& results, panels::Convention convention, std::string target) : target_(std::move(target)) {
    std::string pattern = (std::filesystem::temp_directory_path() / "probflow-export-XXXXXX").string();
    if (!mkdtemp(pattern.data())) throw std::runtime_error("cannot make a temporary folder for the export");
    folder_ = pattern;
    save_scene(folder_ + "/scene.json", scene);
    std::vector<std::string> words{"probflow", "render", folder_ + "/scene.json", "--out", target_, "--convention", convention == panels::Convention::diffusion ? "diffusion" : "flow"};
    // The first network's weights under the plain name, further ones beside it, as `probflow train` writes them.
    bool first = true;
    for (std::size_t i = 0; i < scene.models.size(); ++i) {
        if (scene.models[i].field != "network") continue;
        const auto& state = results.training[i];
        if (!state || !state->weights) throw std::runtime_error(fmt::format("'{}' is not trained yet: train it, then export", scene.models[i].name));
        nn::save_safetensors(folder_ + (first ? "/weights" : "/weights-" + scene.models[i].name) + ".safetensors", *state->weights);
        if (first) words.insert(words.end(), {"--weights", folder_ + "/weights.safetensors"});
        first = false;
    }
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
}

ExportProcess::~ExportProcess() {
    if (pid_ > 0) {
        kill(pid_, SIGTERM);
        waitpid(pid_, nullptr, 0);
    }
    if (output_ >= 0) close(output_);
    std::error_code ignored;
    if (!folder_.empty()) std::filesystem::remove_all(folder_, ignored);
}

std::optional<ExportProcess::Outcome> ExportProcess::poll() {
    char buffer[512];
    for (ssize_t n = 0; (n = ::read(output_, buffer, sizeof buffer)) > 0;) said_.append(buffer, static_cast<std::size_t>(n));
    if (said_.size() > 4096) said_.erase(0, said_.size() - 2048);
    int status = 0;
    if (waitpid(pid_, &status, WNOHANG) != pid_) return std::nullopt;
    pid_ = -1;
    const bool ok = WIFEXITED(status) && WEXITSTATUS(status) == 0;
    return Outcome{ok, ok ? "film saved: " + target_ : "the export failed: " + progress()};
}

std::string ExportProcess::progress() const {
    const auto end = said_.find_last_not_of('\n');
    if (end == std::string::npos) return "exporting " + target_;
    const auto start = said_.rfind('\n', end);
    return said_.substr(start == std::string::npos ? 0 : start + 1, end - (start == std::string::npos ? 0 : start + 1) + 1);
}

std::string unused_name(const std::string& title, const std::string& extension) {
    const std::string stem = file_stem(title);
    std::string name = stem + extension;
    for (int k = 2; std::filesystem::exists(name); ++k) name = fmt::format("{}-{}{}", stem, k, extension);
    return std::filesystem::absolute(name).string();
}

}  // namespace pf
