#include <CLI/CLI.hpp>

#include "app/command_line/commands.h"

namespace pf::command_line {
std::unique_ptr<Command> make_scenes_command();
namespace {

class Scenes final : public Command {
    void declare(CLI::App&) override {}
    int run(std::stop_token) override {
        for (const auto& builtin : builtin_scenes()) fmt::print("{:<24} {}\n", builtin.id, builtin.scene.sentence);
        return 0;
    }
};

}  // namespace
std::unique_ptr<Command> make_scenes_command() { return std::make_unique<Scenes>(); }
}  // namespace pf::command_line
