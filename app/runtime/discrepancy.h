#pragma once
#include "app/runtime/fokker_planck.h"

namespace pf {

// Tells apart what keeps a lane's particles from the exact density at about eight of its slices (results.h says what each column is): the density of
// the lane by Fokker–Planck on 128² cells in 200 steps and on 64², its particles, and 10,000 particles run twice on one noise, with the lane's steps
// and with four times as many (an adaptive solver: with a hundredth of its tolerances). All on 32 × 32 bins of a box `box` times as wide as fokker_planck_box(). Throws BadInput as run_fokker_planck() does.
DiscrepancyTable discrepancy_table(const Scene& scene, int lane, const FieldSet& fields, const LaneResult& particles, std::stop_token stop = {}, double box = 1);

// E Σ |n_k/N − p_k| over cells with n_k ~ Poisson(N p_k), p_k the mass of a cell: E|X − λ| = 2 e^{−λ} λ^{⌊λ⌋+1}/⌊λ⌋! (Crow 1958, √(2λ/π) for large λ).
double expected_l1(const fokker_planck::Cells& p, double area, double n);

// Σ |n_k − m_k|/N over cells between two runs of the same particles, and what it would be on average if those that change cells did so at random.
struct Moved {
    double l1 = 0, noise = 0;
};
Moved moved(const Points& a, const Points& b, const fokker_planck::Grid& grid);

}  // namespace pf
