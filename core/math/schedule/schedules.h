#pragma once
#include "core/math/schedule/schedule.h"

// One line per schedule. The id is also the file name (core/math/schedule/<id>.cpp) and its factory, make_<id>_schedule().
#define PF_SCHEDULES(X)                                                                       \
    X(linear, "linear", "straight conditional paths: optimal transport, rectified flow")     \
    X(square_root, "square root", "α = t, β = √(1−t): variance of the noise falls linearly") \
    X(trigonometric, "trigonometric", "a quarter turn from noise to data, α² + β² = 1")       \
    X(vp, "variance preserving", "the path of DDPM and score SDEs, linear b(τ)")              \
    X(ddpm, "DDPM", "the variance preserving path cut into T noise levels")                  \
    X(sub_vp, "sub-VP", "as variance preserving, with less noise on the way")                \
    X(ve, "variance exploding", "the data stays, ever more noise is put on top")             \
    X(edm, "EDM", "variance exploding, in the noise levels of Karras et al.")                  \
    X(custom, "custom", "α and β as you draw them")

namespace pf {
Table<Schedule> schedules();
}
