#pragma once
#include "core/math/dataset/dataset.h"

// One line per data set. The id is also the file name (core/math/dataset/<id>.cpp) and its factory, make_<id>_dataset().
#define PF_DATASETS(X)                                                                  \
    X(gaussian, "Gaussian", "one Gaussian, stretched and turned")                       \
    X(eight_gaussians, "8 Gaussians", "eight equal modes on a circle")                  \
    X(ring_of_11, "ring of 11", "eleven equal modes, radius 10, standard deviation 1")  \
    X(moons, "two moons", "two interleaved half circles")                               \
    X(rings, "rings", "concentric circles")                                             \
    X(checkerboard, "checkerboard", "uniform on the black squares")                     \
    X(swiss_roll, "Swiss roll", "a spiral band")                                        \
    X(spirals, "two spirals", "two arms turned against each other")                     \
    X(pinwheel, "pinwheel", "five twisted blades")                                      \
    X(s_curve, "S-curve", "an S with Gaussian noise")

namespace pf {
Table<Dataset> datasets();
}
