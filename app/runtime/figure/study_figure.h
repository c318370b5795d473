#pragma once
#include "app/runtime/figure/figure.h"
#include "app/runtime/study.h"

namespace pf {

// One metric of a study: a curve per lane with its 95 % intervals, over the evaluations of the field per particle where the steps were varied,
// otherwise over the number varied; both axes logarithmic where the values allow it (that of "nll" never). The band is the noise floor ± one
// standard deviation. No curves where no row has a value to draw.
Figure study_figure(const Scene& scene, const Study& study, const Measure& measure);

}  // namespace pf
