#pragma once
#include <optional>

#include "core/math/parameters.h"

namespace pf::panels {

// The log-SNR λ = 2 log(α/β) of a drawn path (schedule "custom") as a curve to be drawn itself: where α or β has a control point, kept within ±most_log_snr, which stands for
// an end at which one of the two is 0.
inline constexpr double most_log_snr = 12;
inline constexpr CurveRule log_snr_rule{{-most_log_snr, most_log_snr}, CurveRule::Trend::rising};
// Empty where the two have more control points together than a curve may have.
CurvePoints log_snr_points(const Choice& drawn);
// α and β through these points: √(α² + β²) stays what it is at their times, but at t = 1, where α is 1. Nothing where that is no path.
std::optional<Choice> with_log_snr(const Choice& drawn, const CurvePoints& points);

}  // namespace pf::panels
