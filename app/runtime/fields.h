#pragma once
#include <string>

#include "app/runtime/compute.h"

namespace pf {

// What a model's network is, as its weights describe themselves. data_sd is drawn only where `normalise` needs it.
nn::Description describe(const Scene& scene, int model, const Dataset& data);

// Why weights cannot stand for a model (another prediction, path or architecture), as a sentence; empty if they can.
std::string mismatch(const Scene& scene, int model, const nn::Description& weights);

}  // namespace pf
