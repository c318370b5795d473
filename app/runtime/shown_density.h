#pragma once
#include <string>

#include "app/runtime/layer_results.h"

namespace pf {

// The density that a scene's panes show (view.density), in results.

// The source for a lane: view.density, or "histogram" where why_no_density() speaks.
std::string shown_source(const Scene& scene, int lane);
// Its movie for a lane; null while there is none, and for the source "histogram", which is counted from particles.
std::shared_ptr<const DensityMovie> shown_movie(const Scene& scene, const Results& results, int lane);
// The exact density that a lane should have: on the shown one's own cells where there is one, otherwise p_t of the path of its model, at
// exact_time(); null while there is none, and where it is not known.
std::shared_ptr<const DensityMovie> exact_movie(const Scene& scene, const Results& results, int lane);
// Where in exact_movie(), and in shown_movie() of the source "exact", a lane stands at its time t: elsewhere only for Langevin lanes, which hold one t.
double exact_time(const Scene& scene, const Results& results, int lane, double t);
// Whether the cells on which a lane's exact density is shown at t are wider than it is somewhere: than √(α² v + β²), v the smallest variance of a component of the data, 0 for points. False for
// other sources, and where no components are known.
bool cells_too_wide(const Scene& scene, const Results& results, int lane, double t);
// The greatest p_t of a lane's exact density, where it lies between the cells that are shown, by more than a twentieth above theirs; 0: nowhere, or not known.
double missed_maximum(const Scene& scene, const Results& results, int lane, double t);
// What solved for the shown density, of the sources "fokker_planck" and "likelihood"; null otherwise.
std::shared_ptr<const FokkerPlanckMovie> shown_solution(const Scene& scene, const Results& results, int lane);

// Cells of a side of it when particles are counted, and moments of space–time.
inline constexpr int histogram_cells = 64, time_columns = 129;

// The particles' own density on cells × cells of `box`: counts over N and the cell's area, each particle shared among its four nearest cells.
void particle_density(const Points& x, const Box& box, int cells, DensityGrid& out);
// A density through the same sharing, so that it can be compared with that of particles without bias.
void shared_density(const DensityGrid& p, const Box& p_box, const Box& box, int cells, DensityGrid& out);
// ∫|p̂ − p| that N exact draws would leave between particle_density() and shared_density() `p`, in the mean.
double sampling_l1(const DensityGrid& p, const Box& box, Eigen::Index particles);

// p on the grid of another density: bilinear between cell centres, 0 outside.
void resampled(const DensityGrid& p, const Box& p_box, const Box& box, Eigen::Index rows, Eigen::Index columns, DensityGrid& out);

// Of space–time, with `columns` moments.
Marginals marginals(const DensityMovie& movie, int columns);
// Of the lane's particles, each shared among its two nearest cells; fewer columns are filled when stopped.
Marginals marginals(const LaneResult& lane, double low, double high, int cells, int columns, std::stop_token stop = {});

}  // namespace pf
