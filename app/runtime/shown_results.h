#pragma once
#include <functional>
#include <stop_token>

#include "app/runtime/lane_movies.h"
#include "app/runtime/layer_results.h"

namespace pf {

// Everything that a scene's picture shows, at full resolution.
struct ShownResults {
    Results results;
    LayerResults layers;
};

// Computes it, fields as far as `reach`, which stays the same where `before` is given; what `before` holds of the same inputs (by key) is taken from there. `progress` is told the share done. Incomplete when stopped.
// Throws BadInput where a field is missing.
ShownResults shown_results(const Scene& scene, const WeightSet& weights, const FieldSet& fields, const ShownResults& before = {}, const std::function<void(double)>& progress = {}, std::stop_token stop = {}, Reach reach = {});

// The same of what the window shows, which may be coarse while networks train, by the weights they have. As it is where one has none yet.
ShownResults full_results(const Scene& scene, const ShownResults& shown, Reach reach = {}, std::stop_token stop = {});

}  // namespace pf
