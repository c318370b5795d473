#pragma once
#include <chrono>
#include <optional>
#include <string>

#include "app/panels/context.h"
#include "app/runtime/results.h"
#include "app/runtime/scene_document.h"

namespace pf {

// A film rendered by a second process of this program ('probflow render') while the window goes on: same scene, same seeds, same weights, so the same
// pictures; window, its size and its speed have no part in it. Destroying it cancels, in at most 2 s; nothing is left under the final name then.
class ExportProcess {
public:
    // Of `seen` the film shows what was pinned. A film of training needs no weights. Throws BadInput for settings that cannot be, std::runtime_error when a network is not trained or the process
    // cannot be started.
    ExportProcess(const Scene& scene, const Results& results, const Viewpoint& seen, const FilmSettings& settings, std::string target);
    ~ExportProcess();
    ExportProcess(const ExportProcess&) = delete;
    ExportProcess& operator=(const ExportProcess&) = delete;

    struct Outcome {
        bool ok;
        std::string sentence;
    };
    // Never blocks; something once it has ended.
    std::optional<Outcome> poll();
    // Asks it to end, and makes it after 2 s; poll() says when it has.
    void cancel();
    const panels::ExportProgress& progress() const { return progress_; }

private:
    using Clock = std::chrono::steady_clock;
    void add_weights(const Scene& scene, const Results& results, std::vector<std::string>& words) const;
    void start(std::vector<std::string>& words);
    void take_lines();
    // Scene and weights for the process; goes away with it.
    struct Folder {
        Folder();
        ~Folder();
        Folder(const Folder&) = delete;
        Folder& operator=(const Folder&) = delete;
        std::string path;
    };
    Folder folder_;
    panels::ExportProgress progress_;
    std::string target_, said_, last_words_;  // said_: the line that is not whole yet
    int pid_ = -1, output_ = -1, first_frame_ = -1;
    Clock::time_point rendering_since_{};
    std::optional<Clock::time_point> cancelled_;
};

// "film.mp4: frame 120 of 400, 23 s left".
std::string progress_text(const panels::ExportProgress& progress);

// "moons.png", "moons-2.png", …: a name in the current folder, from a title, that no file has yet.
std::string unused_name(const std::string& title, const std::string& extension);

}  // namespace pf
