#pragma once
#include <string>

#include "core/math/points.h"

namespace pf {

// Noise is N(0, I), and networks begin with weights for inputs and outputs near 1. Of points far from the origin for their width, or much wider or narrower than the noise, they
// learn little in the usual number of steps: what such points are like, and the map that would bring them there, as one sentence; empty where they are in reach.
// Nothing is mapped by itself.
std::string about_scale(const Points& x);

}  // namespace pf
