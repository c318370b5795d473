#include "core/math/solver/solvers.h"

#include <array>
#include <string>

#include "core/math/errors.h"

namespace pf {

std::span<const SolverInfo> solvers() {
#define X(id, Solver, label, meaning) SolverInfo{ \
    #id, label, meaning, Solver::order, Solver::strong_order, Solver::evaluations, Solver::stochastic, Solver::own_noise, Solver::evaluates_end, Solver::uses_denoiser, \
    Solver::uses_score, Solver::adaptive, pf::on_device<Solver>(), pf::carries_log_p<Solver>()},
    static constexpr std::array table{PF_SOLVERS(X)};
#undef X
    return table;
}

const SolverInfo& find_solver(std::string_view id, std::string_view where) {
    std::string known;
    for (const auto& solver : solvers()) {
        if (solver.id == id) return solver;
        known += (known.empty() ? "" : ", ") + std::string(solver.id);
    }
    throw BadInput(fmt::format("{}: unknown solver '{}' (known: {})", where, id, known));
}

std::unique_ptr<Configurable> solver_options(std::string_view id, std::string_view where) {
    find_solver(id, where);
#define X(name, Solver, label, meaning) \
    if (id == #name) return std::make_unique<Solver>();
    PF_SOLVERS(X)
#undef X
    return nullptr;
}

}  // namespace pf
