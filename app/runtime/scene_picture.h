#pragma once
#include <string>

namespace pf {

// The text in a PNG that holds the scene it shows, as one line of JSON.
inline constexpr char scene_keyword[] = "probflow scene";

bool is_png(const std::string& path);  // by its first bytes
// Whether that text is there; false for what is no readable PNG.
bool holds_scene(const std::string& path);
// That text. Throws BadInput for a damaged PNG and for one that holds no scene.
std::string scene_in_picture(const std::string& path);
// Where a scene opened from `path` is saved from then on: there, or, where that is a picture or a file of data, nowhere yet (empty).
std::string saved_from_then_on(const std::string& path);

}  // namespace pf
