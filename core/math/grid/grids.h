#pragma once
#include "core/math/grid/grid.h"

// One line per time grid. The id is also the file name (core/math/grid/<id>.cpp) and its factory, make_<id>_grid().
#define PF_GRIDS(X)                                                                          \
    X(uniform, "uniform", "equal steps in t")                                                \
    X(quadratic, "quadratic", "short steps near the noise: equal in √t")                     \
    X(root, "√(1−t)", "short steps near the data: DDIM's quadratic grid")                    \
    X(log_snr, "log-SNR", "equal steps in ℓ = log(α/β), where exponential integrators live") \
    X(edm, "EDM ρ", "equal steps in (β/α)^(1/ρ): Karras et al.")

namespace pf {
Table<Grid> grids();
}
