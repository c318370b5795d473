#include "app/runtime/script/torch_script.h"

#include <CLI/CLI.hpp>

#include "app/command_line/commands.h"
#include "app/runtime/files/atomic_file.h"

namespace pf::command_line {
std::unique_ptr<Command> make_script_command();
namespace {

class ScriptCommand final : public Command {
    void declare(CLI::App& app) override {
        arguments_.declare(app, false);
        app.add_option("--out", out_, "the script, scene.py: data, paths, networks, training and samplers; it needs PyTorch alone")->required();
    }
    int run(std::stop_token) override {
        expect_place("--out", out_, arguments_.scene);
        const Scene scene = open_scene(arguments_.scene);
        atomic_write(out_, torch_script(scene));
        fmt::print("{}: python3 {} --help\n", out_, out_);
        return 0;
    }
    SceneArguments arguments_;
    std::string out_;
};

}  // namespace
std::unique_ptr<Command> make_script_command() { return std::make_unique<ScriptCommand>(); }
}  // namespace pf::command_line
