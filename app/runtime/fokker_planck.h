#pragma once
#include <optional>
#include <stop_token>
#include <vector>

#include "app/runtime/compute.h"
#include "core/math/fokker_planck/solve.h"

namespace pf {

struct FokkerPlanckRequest {
    int grid = 256;
    int steps = 50;
    int slices = 33;             // densities in the movie, the first and the last time included
    std::string scheme;          // empty: equilibrium_splitting with noise, ppm_remap without
    bool single_precision = true;
};

// The density that a lane's drift produces, on a grid, beside the exact p_t of its model's path.
struct FokkerPlanckResult {
    fokker_planck::Solution solution;
    bool exact_field = false;                             // truth is what the scheme should find; otherwise the distance is the model's too
    std::vector<fokker_planck::Discrepancy> discrepancy;  // per time, to exact
    std::vector<DensityGrid> exact;                       // p_t as averages over the same cells
    double milliseconds = 0;
};

// A box that holds the view and 4.5 standard deviations of the noise.
Box fokker_planck_box(const Scene& scene, const Schedule& schedule);

// Solves ∂_t p = −∇·((u + ½σ² s) p) + ½σ² Δp for a lane, from N(0, β_0² I) on. Networks are evaluated at 33 times and interpolated. Throws
// BadInput as solve() and run_lane() do.
FokkerPlanckResult run_fokker_planck(const Scene& scene, int lane, const FieldSet& fields, const FokkerPlanckRequest& request = {}, std::stop_token stop = {});

// The same as the window shows it; `key` and `coarse` are the caller's.
FokkerPlanckMovie fokker_planck_movie(FokkerPlanckResult result);

}  // namespace pf
