#pragma once
#include <string_view>

#include "core/math/field/field.h"
#include "core/math/schedule/schedule.h"

namespace pf {

// What a network is trained to output.
enum class Prediction { velocity, score, noise, data, v, edm_f };

// "velocity", "score", ...; both directions. from_id throws BadInput, naming `where`.
std::string_view id(Prediction prediction);
Prediction prediction_from_id(std::string_view id, std::string_view where);
inline constexpr Prediction all_predictions[] = {Prediction::velocity, Prediction::score, Prediction::noise,
                                                  Prediction::data,     Prediction::v,     Prediction::edm_f};

// quantity = x_factor · x + prediction_factor · prediction.
struct Affine {
    double x = 0, prediction = 0;
};

// Everything is affine in the denoiser (math.md, "One optimum, six names"); this is the table of conversions.
// `to` is one of want_velocity, want_score, want_denoiser, want_noise. Factors are infinite or NaN where the conversion has a pole.
// `data_sd` > 0 is σ_d of EDM's F alone (Karras 2022, with σ = β/α): D = (α σ_d²/S) x + (β σ_d/√S) F, S = β² + α² σ_d².
Affine conversion(Prediction from, Want to, const Coefficients& c, double data_sd = 1);

// target = z_factor · z + noise_factor · ε: what the network is regressed on, given the draw (z, ε).
struct Target {
    double z = 0, noise = 0;
};
Target conditional_target(Prediction prediction, const Coefficients& c, double data_sd = 1);

// The times at which conversion(from, to) is finite: [0, 1] less end_margin at a pole. `to` may be several bits.
TimeRange conversion_domain(Prediction from, unsigned to, const Schedule& schedule);

}  // namespace pf
