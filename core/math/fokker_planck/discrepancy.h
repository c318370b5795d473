#pragma once
#include "core/math/fokker_planck/grid.h"

namespace pf::fokker_planck {

// ∫|p − q|, (∫(p − q)²)^½ and ∫ p log(p/q) − p + q of cell averages: KL(p ‖ q), also where the box holds different masses of p and q, and never below 0 (Csiszár 1991).
// For it both are floored at 1e-12 of the maximum of q.
struct Discrepancy {
    double l1 = 0, l2 = 0, kl = 0;
};
Discrepancy discrepancy(const DensityGrid& p, const Cells& q, const Grid& grid);

}  // namespace pf::fokker_planck
