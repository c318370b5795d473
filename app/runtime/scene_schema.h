#pragma once
#include <string>

namespace pf {

// The JSON Schema (draft 2020-12) of scene files of this version, for editors and other programs: keys and defaults are those that scene_to_json() writes, ranges
// and words those of limits.h, ids and options those of the tables. What only together makes sense, such as a model that a lane names, it cannot say:
// scene_from_json() refuses more. assets/scene.schema.json is this text ('probflow schema').
std::string scene_schema();

}  // namespace pf
