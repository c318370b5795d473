#pragma once
#include <string>

#include "app/runtime/study.h"

namespace pf {

// An SVG of one metric of a study: a line per lane with its 95 % intervals, over the evaluations of the field per particle where the steps were
// varied, otherwise over the number varied; both axes logarithmic where the values allow it (that of "nll" never). The grey band is the noise floor ± one
// standard deviation. Throws BadInput where no row has a value to draw.
std::string study_plot(const Scene& scene, const Study& study, const Measure& measure);

}  // namespace pf
