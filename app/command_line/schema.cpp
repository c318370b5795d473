#include <CLI/CLI.hpp>

#include "app/command_line/commands.h"
#include "app/runtime/scene_schema.h"

namespace pf::command_line {
std::unique_ptr<Command> make_schema_command();
namespace {

class Schema final : public Command {
    void declare(CLI::App&) override {}
    int run(std::stop_token) override {
        fmt::print("{}", scene_schema());
        return 0;
    }
};

}  // namespace
std::unique_ptr<Command> make_schema_command() { return std::make_unique<Schema>(); }
}  // namespace pf::command_line
