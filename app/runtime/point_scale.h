#pragma once
#include <array>
#include <optional>
#include <string>

#include "core/math/points.h"

namespace pf {

// Noise is N(0, I), and networks begin with weights for inputs and outputs near 1. Of points far from the origin for their width, or much wider or narrower than the noise, they
// learn little in the usual number of steps.

// x ↦ (x − centre)/scale, one scale for both axes. Its numbers are short, so that what is written of it leads back exactly.
struct PointMap {
    std::array<double, 2> centre{};
    double scale = 1;
    Points operator()(const Points& x) const;
    std::string text() const;  // "(x − 100)/50.5, (y − 101)/50.5"
};
// That which brings points within reach of networks: mean near 0, standard deviation near 1; nothing where they are there.
std::optional<PointMap> map_into_reach(const Points& x);
// What such points are like, and the map, as one sentence; empty where they are in reach. Nothing is mapped by itself.
std::string about_scale(const Points& x);

}  // namespace pf
