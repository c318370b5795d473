#include <CLI/CLI.hpp>

#include "app/command_line/commands.h"
#include "app/runtime/lane_stability.h"
#include "app/runtime/lecture.h"

namespace pf::command_line {
std::unique_ptr<Command> make_check_command();
namespace {

class Check final : public Command {
    void declare(CLI::App& app) override { arguments_.declare(app, false); }
    int run(std::stop_token) override {
        if (is_lecture(arguments_.scene)) {
            const Lecture lecture = load_lecture(arguments_.scene);
            fmt::print("{}: a valid lecture, '{}', {} stop{}, {:g} minutes\n", arguments_.scene, lecture.title, lecture.stops.size(), lecture.stops.size() == 1 ? "" : "s", planned_minutes(lecture));
            for (std::size_t i = 0; i < lecture.stops.size(); ++i) warn(lecture.stops[i].scene, fmt::format("stop {}, ", i + 1));
            return 0;
        }
        const Scene scene = open_scene(arguments_.scene);
        fmt::print("{}: a valid scene, '{}', {} model{}, {} lane{}\n", arguments_.scene, scene.title, scene.models.size(), scene.models.size() == 1 ? "" : "s",
                   scene.lanes.size(), scene.lanes.size() == 1 ? "" : "s");
        warn(scene, "");
        return 0;
    }
    static void warn(const Scene& scene, const std::string& where) {
        for (int i = 0; i < static_cast<int>(scene.lanes.size()); ++i)
            if (const auto stability = lane_stability(scene, i); stability && !stability->stable()) fmt::print("  {}lane {}: {}\n", where, i + 1, warning(*stability));
    }
    SceneArguments arguments_;
};

}  // namespace
std::unique_ptr<Command> make_check_command() { return std::make_unique<Check>(); }
}  // namespace pf::command_line
