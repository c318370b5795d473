#pragma once
#include <memory>

#include "app/runtime/scene.h"
#include "core/nn/description.h"

namespace pf {

// The weights that ship with the program (assets/weights, made by its script) for the network `model` of any scene with the same training inputs
// (training_key()): nobody needs to train before a built-in scene shows something. Null where there are none. Any thread; the same weights are the same object.
std::shared_ptr<const nn::Weights> shipped_weights(const Scene& scene, int model);
// Whether these are such weights.
bool is_shipped(const std::shared_ptr<const nn::Weights>& weights);

}  // namespace pf
