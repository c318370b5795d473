#include <CLI/CLI.hpp>
#include <algorithm>

#include "app/bench/benchmarks.h"
#include "app/command_line/commands.h"

namespace pf::command_line {
std::unique_ptr<Command> make_bench_command();
namespace {

class Bench final : public Command {
    void declare(CLI::App& app) override {
        std::string known;
        for (const auto& entry : bench::benchmarks()) known += fmt::format("{}{}: {}", known.empty() ? "" : "; ", entry.id, entry.meaning);
        app.add_option("NAME", name_, known + "; without a name all that need no display");
        app.add_flag("--json", json_, "one JSON array instead of the table");
        app.add_option("--seconds", seconds_, "length of 'window'")->capture_default_str()->check(CLI::Range(1.0, 3600.0));
    }

    int run(std::stop_token stop) override {
        bench::Report report;
        std::replace(name_.begin(), name_.end(), '-', '_');
        bool found = false;
        for (const auto& entry : bench::benchmarks()) {
            if (name_.empty() ? entry.needs_display() : entry.id != name_) continue;
            found = true;
            entry.run(report, {seconds_, stop});
            check_interrupted(stop);
        }
        if (!found) throw BadInput(fmt::format("bench: unknown benchmark '{}' (see probflow bench --help)", name_));
        fmt::print("{}", json_ ? report.json() : report.table());
        return 0;
    }

    std::string name_;
    bool json_ = false;
    double seconds_ = 60;
};

}  // namespace
std::unique_ptr<Command> make_bench_command() { return std::make_unique<Bench>(); }
}  // namespace pf::command_line
