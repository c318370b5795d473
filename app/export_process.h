#pragma once
#include <optional>
#include <string>

#include "app/panels/context.h"
#include "app/runtime/results.h"

namespace pf {

// A film rendered by a second process of this program ('probflow render') while the window goes on: same scene, same seeds, same
// weights, so the same pictures, in the convention that is on screen. Destroying it cancels; nothing is left under the final name then.
class ExportProcess {
public:
    // Throws std::runtime_error when the process cannot be started.
    ExportProcess(const Scene& scene, const Results& results, panels::Convention convention, std::string target);
    ~ExportProcess();
    ExportProcess(const ExportProcess&) = delete;
    ExportProcess& operator=(const ExportProcess&) = delete;

    struct Outcome {
        bool ok;
        std::string sentence;
    };
    // Never blocks; something once it has ended.
    std::optional<Outcome> poll();
    std::string progress() const;  // "exporting film.mp4: 40 %"

private:
    std::string target_, folder_, said_;
    int pid_ = -1, output_ = -1;
};

// "moons.png", "moons-2.png", …: a name in the current folder, from a title, that no file has yet.
std::string unused_name(const std::string& title, const std::string& extension);

}  // namespace pf
