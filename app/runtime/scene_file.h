#pragma once
#include <string>
#include <vector>

#include "app/runtime/scene.h"

namespace pf {

inline constexpr int scene_version = 1;

// Files of older versions are brought to this one first (scene_versions.h). Strict: unknown or duplicate keys, wrong types, non-finite or non-integral numbers, a future version, depth over 64, size over 1 MB are
// refused with BadInput "<name>: <path of the key>: what was expected". Missing keys take defaults. The result is validated.
Scene scene_from_json(const std::string& text, const std::string& name);
// Every key, stable order, numbers that read back to the same bits. One line when `compact`.
std::string scene_to_json(const Scene& scene, bool compact = false);

// The same scene with every option of every table entry present, defaults filled in: what reading a written scene gives.
// Ids must be known.
Scene completed(Scene scene);

// A path, the id of a built-in scene, or a scene as one line (share_line.h). A file of data (files/data_file.h) becomes a scene with a network to train on it. Throws BadInput.
Scene load_scene(const std::string& file_or_id);
// Written beside the target, synced, renamed.
void save_scene(const std::string& path, const Scene& scene);

struct BuiltinScene {
    std::string id;     // file name without .json
    std::string group;  // headline it stands under
    Scene scene;
};
// assets/scenes, embedded at build, in teaching order (assets/scenes/order.txt: ids, each group after a line "# headline").
const std::vector<BuiltinScene>& builtin_scenes();
// Index of the built-in scene with this scene's title; −1 if there is none.
int builtin_index(const Scene& scene);

// Where the weights of each network of a scene are kept, index = model: the first in `weights`, the others in <weights>-<name>.safetensors. Empty for what is no
// network.
std::vector<std::string> weight_files(const Scene& scene, const std::string& weights);

}  // namespace pf
