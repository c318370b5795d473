#include <CLI/CLI.hpp>

#include "app/command_line/commands.h"
#include "app/runtime/lane_stability.h"

namespace pf::command_line {
std::unique_ptr<Command> make_check_command();
namespace {

class Check final : public Command {
    void declare(CLI::App& app) override { arguments_.declare(app, false); }
    int run(std::stop_token) override {
        const Scene scene = load_scene(arguments_.scene);
        fmt::print("{}: a valid scene, '{}', {} model{}, {} lane{}\n", arguments_.scene, scene.title, scene.models.size(), scene.models.size() == 1 ? "" : "s",
                   scene.lanes.size(), scene.lanes.size() == 1 ? "" : "s");
        for (int i = 0; i < static_cast<int>(scene.lanes.size()); ++i)
            if (const auto stability = lane_stability(scene, i); stability && !stability->stable()) fmt::print("  lane {}: {}\n", i + 1, warning(*stability));
        return 0;
    }
    SceneArguments arguments_;
};

}  // namespace
std::unique_ptr<Command> make_check_command() { return std::make_unique<Check>(); }
}  // namespace pf::command_line
