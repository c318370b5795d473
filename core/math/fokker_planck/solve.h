#pragma once
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "core/math/fokker_planck/discrepancy.h"
#include "core/math/fokker_planck/problem.h"
#include "core/math/fokker_planck/schemes.h"
#include "core/math/solver/integrate.h"

namespace pf::fokker_planck {

struct Options {
    int steps = 50;                // over all times, shared out among the intervals between them; every one gets at least one
    double clock = 1;              // steps are uniform in (1 − t)^(1/clock): 2 where β_t is √(1 − t) near the data
    bool single_precision = true;
    Relaxation relaxation = Relaxation::automatic;  // backward Euler where the problem's score is exact, otherwise SDIRK2
    int slices = 0;                // > 0: evaluate the fields at this many times only and interpolate (networks)
};

// Averages over cells at the requested times, and what can be said of them without knowing the truth.
struct Solution {
    std::string scheme;
    Grid grid;
    std::vector<double> t;
    std::vector<DensityGrid> p;
    std::vector<double> mass;      // per t, in the scheme's precision
    double mass_drift = 0;         // largest |mass − mass at the first time|
    double minimum = 0, maximum = 0;  // over all requested times after the first
    double left = 0;               // mass that would have crossed the edge of the box if anything could
    double edge = 0;               // largest share of mass in the outermost ring of cells
    int steps = 0;                 // from the first time to the last
    Outcome outcome = Outcome::done;
    std::string sentence;          // a warning; empty if there is nothing to say
};

// Solves the problem at `times` (monotone, the first is the start's; decreasing only without noise). Throws BadInput, with a sentence, for
// a grid below 8 or above 2048 cells a side, an unknown scheme or one that does not fit σ, σ < 0, times outside the fields' domains, fields
// that are not finite on the grid. Cancelled, it keeps the times it reached.
Solution solve(const Problem& problem, std::string_view scheme, const Grid& grid, const std::vector<double>& times, const Options& options = {}, std::stop_token stop = {});

// equilibrium_splitting with noise, ppm_remap without.
std::string_view default_scheme(const Problem& problem, const std::vector<double>& times);

}  // namespace pf::fokker_planck
