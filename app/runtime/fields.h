#pragma once
#include <string>

#include "app/runtime/compute.h"
#include "core/nn/objective.h"

namespace pf {

// What a model's network is, as its weights describe themselves. data_sd is drawn only where `normalise` needs it.
nn::Description describe(const Scene& scene, int model, const Dataset& data);

// What a model's network is trained on, and with which pairs.
nn::Objective objective(const Model& model);
nn::Coupling coupling(const Scene& scene, const Model& model);

// Why weights cannot stand for a model (another prediction, path or architecture), as a sentence; empty if they can.
std::string mismatch(const Scene& scene, int model, const nn::Description& weights);

}  // namespace pf
