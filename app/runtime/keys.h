#pragma once
#include "app/runtime/compute.h"

namespace pf {

// Content hash of a set of weights. The newest are remembered by identity, so that asking again costs nothing.
Key weights_hash(const std::shared_ptr<const nn::Weights>& weights);

// p_data and the path of a model: what densities depend on.
Key density_key(const Scene& scene, int model);
// Data and source: what samples are measured against.
Key truth_key(const Scene& scene);
// What view.density "class" or "product" shows in a lane, and the loss floor of a model.
Key lane_density_key(const Scene& scene, int lane);
Key floor_key(const Scene& scene, int model);
// What the field of a model depends on.
Key field_key(const Scene& scene, int model, const WeightSet& weights);

// What the exact density of a lane, and the fields it follows, depend on.
Key exact_density_key(const Scene& scene, int lane);
Key lane_field_key(const Scene& scene, int lane, const WeightSet& weights);

// What a lane's density depends on: its fields, σ_t and times, not its particles, solver and steps.
Key fokker_planck_key(const Scene& scene, int lane, const WeightSet& weights);

// The index of a model by name; scenes are validated.
int model_index(const Scene& scene, const std::string& name);

}  // namespace pf
