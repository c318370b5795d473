#pragma once
#include <nlohmann/json.hpp>

#include "app/runtime/options.h"
#include "app/runtime/scene.h"

namespace pf {

// Parts of a scene file, every key in stable order. Used by scene_to_json() and by the keys of results.
// Drawn points are written as base64, or as their hash alone.
nlohmann::ordered_json choice_to_json(const Choice& choice, ChoiceTable table);
nlohmann::ordered_json data_to_json(const DataSpec& data, bool points_by_hash);
nlohmann::ordered_json model_to_json(const Model& model);
nlohmann::ordered_json lane_to_json(const Lane& lane);

}  // namespace pf
