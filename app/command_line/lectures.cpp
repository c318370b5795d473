#include <CLI/CLI.hpp>

#include "app/command_line/commands.h"
#include "app/runtime/lecture.h"

namespace pf::command_line {
std::unique_ptr<Command> make_lectures_command();
namespace {

class Lectures final : public Command {
    void declare(CLI::App&) override {}
    int run(std::stop_token) override {
        for (const auto& builtin : builtin_lectures()) fmt::print("{:<24} {} · {}\n", builtin.id, builtin.lecture.title, builtin.lecture.sentence);
        return 0;
    }
};

}  // namespace
std::unique_ptr<Command> make_lectures_command() { return std::make_unique<Lectures>(); }
}  // namespace pf::command_line
