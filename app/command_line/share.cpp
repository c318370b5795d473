#include "app/runtime/share_line.h"

#include <CLI/CLI.hpp>

#include "app/command_line/commands.h"

namespace pf::command_line {
std::unique_ptr<Command> make_share_command();
namespace {

class Share final : public Command {
    void declare(CLI::App& app) override { arguments_.declare(app, false); }
    int run(std::stop_token) override {
        fmt::print("{}\n", share_line(open_scene(arguments_.scene)));
        return 0;
    }
    SceneArguments arguments_;
};

}  // namespace
std::unique_ptr<Command> make_share_command() { return std::make_unique<Share>(); }
}  // namespace pf::command_line
