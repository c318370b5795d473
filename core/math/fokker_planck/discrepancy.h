#pragma once
#include "core/math/fokker_planck/grid.h"

namespace pf::fokker_planck {

// ∫|p − q|, (∫(p − q)²)^½ and ∫ p log(p/q) of cell averages; q is floored at 1e-12 of its maximum.
struct Discrepancy {
    double l1 = 0, l2 = 0, kl = 0;
};
Discrepancy discrepancy(const DensityGrid& p, const Cells& q, const Grid& grid);

}  // namespace pf::fokker_planck
