#pragma once
#include <vector>

#include "app/runtime/scene.h"
#include "core/nn/description.h"

namespace pf {

// What of a model may change while it trains, as it is from `step` on: numbers, then words and choices. A choice is its word, "weighting=min_snr", and its options, "weighting.gamma".
std::vector<nn::HyperparameterChange> live_parameters(const Model& model, long step);
// Those of `now` that `before` has not, of a choice with another word all.
std::vector<nn::HyperparameterChange> live_changes(const Model& before, const Model& now, long step);
// Throws BadInput for a key that is none of these. Whether it may be had is for validate() to say.
void set_live_parameter(Model& model, const nn::HyperparameterChange& change);

// What became of a run stands among its changes.
inline constexpr std::string_view resumed_key = "resumed";             // from weights alone: moments of Adam and batches anew
inline constexpr std::string_view diverged_key = "diverged, loss";
// Why these weights of a model cannot be trained again with what was changed meanwhile (TrainingRun::replay), as a sentence; empty if they can.
std::string why_no_replay(const Scene& scene, int model, const nn::Description& seen);

}  // namespace pf
