#pragma once
#include <string>
#include <string_view>

#include "app/runtime/files/numbers.h"
#include "app/runtime/results.h"
#include "app/runtime/scene.h"

namespace pf {

// lane<number>_t [T] (with LaneResult::unit_of_time), _x [T, N, 2] float32, _nfe, and _log_p [T, N] where the lane carries it.
void add_trajectories(NumbersFile& file, int number, const LaneResult& lane);
// lane<number>_<metric>, _<metric>_floor and _floor_sd of each metric.
void add_metrics(NumbersFile& file, int number, const LaneMetrics& metrics);
// <name>_t [T], _x [W], _y [H], <name> [T, H, W]: averages over cells whose centres are x and y.
void add_density(NumbersFile& file, const std::string& name, const DensityMovie& movie, const std::string& unit_of_time = "1");

// Particles of a lane whose Brownian path can be refined; that of more is drawn step by step.
inline constexpr Eigen::Index most_refinable = 50'000;
inline constexpr std::string_view not_refinable = "the noise is not refinable: other steps take other paths";  // of a lane that has LaneResult::refinable false
// What a lane's trajectories cost and leave out, as a sentence: their memory from 64 MB on, times that were not kept, noise that cannot be refined. Empty: nothing worth a word.
std::string about_size(const Lane& settings, const LaneResult& lane);

// What the window has of one lane (index from 0), by the ending of the path. NPZ: its trajectories, its metrics, its exact density and those of the
// Fokker–Planck equation and the likelihood where they were computed; of Langevin dynamics the exact density at their t alone, and their own time, lane<number>_r [T].
// CSV: its trajectories. Throws BadInput where there are none yet. Any thread.
void save_lane(const std::string& path, const Scene& scene, int lane, const Results& results);

}  // namespace pf
