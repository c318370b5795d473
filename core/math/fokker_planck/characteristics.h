#pragma once
#include <vector>

#include "core/math/fokker_planck/problem.h"

namespace pf::fokker_planck {

// σ = 0: from every cell's centre back along dx/dt = u to the start, log p_t(x_t) = log p_0(x_0) − ∫ ∇·u dt (instantaneous change of
// variables: Chen et al. 2018, arXiv:1806.07366, theorem 1), Runge–Kutta 4, then averages over the cells. Needs the start's log-density and
// the velocity's divergence. Positive; mass is as good as the density; no box holds anything back.
template <class S>
class Characteristics {
public:
    static constexpr int order = 4;
    static constexpr bool needs_noise = false, refuses_noise = true, conservative = false;

    // `times` go from the start to the time wanted.
    static Cells density(const Problem& problem, const Grid& grid, const std::vector<double>& times);
};

}  // namespace pf::fokker_planck
