#include "core/math/solver/order.h"

#include <CLI/CLI.hpp>

#include "app/command_line/commands.h"
#include "core/math/solver/solvers.h"

namespace pf::command_line {
std::unique_ptr<Command> make_order_command();
namespace {

class Order final : public Command {
    void declare(CLI::App& app) override {
        app.add_option("SOLVER", solver_, "id of a solver, or all")->required();
    }

    int run(std::stop_token stop) override {
        if (solver_ != "all") find_solver(solver_, "order");
        bool all_met = true;
        fmt::print("{:<20} {:<7} {:>8} {:>8}   errors\n", "solver", "order", "declared", "measured");
        for (const auto& solver : solvers()) {
            if (solver_ != "all" && solver_ != solver.id) continue;
            check_interrupted(stop);
            const auto orders = measure_orders(solver.id);
            if (orders.empty()) fmt::print("{:<20} promises none: its Langevin steps have a bias that does not fall with the step\n", solver.id);
            for (const auto& order : orders) {
                fmt::print("{:<20} {:<7} {:>8.2g} {:>8.2f}   {:.1e} at {} steps … {:.1e} at {}{}\n", solver.id, id(order.kind), order.declared, order.measured,
                           order.errors.front(), order.steps.front(), order.errors.back(), order.steps.back(), order.met() ? "" : "   NOT MET");
                all_met = all_met && order.met();
            }
        }
        return all_met ? 0 : 1;
    }

    std::string solver_;
};

}  // namespace
std::unique_ptr<Command> make_order_command() { return std::make_unique<Order>(); }
}  // namespace pf::command_line
