#pragma once
#include <nlohmann/json.hpp>
#include <string>

#include "app/runtime/json/reader.h"
#include "app/runtime/scene.h"

namespace pf {

// Changes to a scene as a flat JSON object: where, in the words of error messages, and what stands there instead.
//   {"lanes[1].sigma.max": 2, "view.layers": ["density"], "lanes[2]": {"model": "truth"}}
// What a place stands in must be there, and a list may only grow by its next entry. The shorter place is changed first; keys left out of what stands there
// take defaults, as in files.

// `base` with the changes. Throws BadInput "<file>: <path of the change>: …" for a place that is not there, or what the scene reader says of the result
// under the name `name`.
Scene changed_scene(const Scene& base, JsonObject changes, const std::string& name);

// The changes that make `scene` of `base`: the smallest places whose values differ. changed_scene() of them is `scene`, if it is completed().
nlohmann::ordered_json changes_between(const Scene& base, const Scene& scene);

}  // namespace pf
