#pragma once
#include "core/math/sigma/sigma.h"

// One line per shape of σ_t. The id is also the file name (core/math/sigma/<id>.cpp) and its factory, make_<id>_sigma().
#define PF_SIGMAS(X)                                                                      \
    X(zero, "zero", "no noise: the probability flow ODE")                                 \
    X(constant, "constant", "the same noise at all times")                                \
    X(beta, "∝ βₜ", "fades with the noise of the path; never stiff near the data")       \
    X(reverse, "reverse SDE gₜ", "the exact reverse of the noising process (Anderson)")  \
    X(decreasing, "decreasing", "strong at the noise end, none at the data")              \
    X(bump, "bump", "noise only in the middle: sin(πt)")                               \
    X(drawn, "drawn", "as you draw it over t")

namespace pf {
Table<Sigma> sigmas();
}
