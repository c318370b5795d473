#pragma once
#include <vector>

#include "core/math/points.h"

namespace pf {

// The permutation p that makes Σ |a_i − b_{p(i)}|² least, exactly; a and b of one size. Successive shortest augmenting paths with potentials
// (Kuhn 1955; Jonker & Volgenant 1987), O(n³): milliseconds for 256 points, about a second for 1024.
std::vector<Eigen::Index> optimal_assignment(const Points& a, const Points& b);

}  // namespace pf
