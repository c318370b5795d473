#pragma once
#include <optional>
#include <stop_token>
#include <vector>

#include "app/runtime/compute.h"
#include "core/math/fokker_planck/solve.h"

namespace pf {

struct FokkerPlanckRequest {
    int grid = 256;
    int steps = 64;              // as many from one density of the movie to the next
    int slices = 33;             // densities in the movie, the first and the last time included; at most one more than steps
    std::string scheme;          // empty: equilibrium_splitting with noise, ppm_remap without
    bool single_precision = true;
    std::vector<double> times;   // densities wanted in lane time, increasing; empty: `slices` of them
    bool without_noise = false;  // the ODE of the same fields
    bool enlarges = false;       // solves again on a box 1.4 times as large, at most twice, where mass would have left it and no network has to be evaluated
    double box = 1;              // times as wide as fokker_planck_box()
    int resolved_by = 0;         // the movie keeps to times at which this many cells a side resolve p_t; 0: grid
};

// The density that a lane's drift produces, on a grid, beside the exact p_t that it should have (exact_data() in guidance.h): none for formulas, and for guided
// lanes p_t(x|c) with w = 1, none with any other.
struct FokkerPlanckResult {
    fokker_planck::Solution solution;
    double until = 1;                                     // lane time to which its fields are finite; the solution ends before where cells no longer resolve p_t
    bool backwards = false;                               // the lane ends at the first time
    bool exact_field = false;                             // the exact density is what the scheme should find; otherwise the distance is the model's too
    std::vector<fokker_planck::Discrepancy> discrepancy;  // per time, to exact; empty where nothing exact is known (why_no_exact)
    std::vector<DensityGrid> exact;                       // p_t as averages over the same cells; empty likewise
    double milliseconds = 0;
};

// A box that holds the view and 4.5 standard deviations of the noise.
Box fokker_planck_box(const Scene& scene, const Schedule& schedule);

// Solves ∂_t p = −∇·((u + ½σ² s) p) + ½σ² Δp for a lane, in its own clock from its own start (lane_problem.h); times in the result are lane time
// and increase. Networks and formulas are evaluated at 33 times and interpolated. Throws BadInput as solve() and run_lane() do.
FokkerPlanckResult run_fokker_planck(const Scene& scene, int lane, const FieldSet& fields, const FokkerPlanckRequest& request = {}, std::stop_token stop = {});

// The counts of points per cell of the grid over N and the cell's area; points outside count for N only.
fokker_planck::Cells counted(const Points& x, const fokker_planck::Grid& grid);

// A density on bins × bins blocks of its cells, whose number must divide.
fokker_planck::Cells binned(const DensityGrid& p, int bins);

// The same as the window shows it; `key` and `coarse` are the caller's. Where nothing exact is known, distances are to the particles of `lane`
// (may be null), both counted on 32 × 32 bins.
FokkerPlanckMovie fokker_planck_movie(FokkerPlanckResult result, const LaneResult* lane);

}  // namespace pf
