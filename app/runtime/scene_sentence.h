#pragma once
#include <string>
#include <string_view>

#include "app/runtime/scene.h"

namespace pf {

// Whether a scene's sentence still speaks of what is shown. It is written for one scene, and the scene goes on.

// What the sentence speaks of is no longer what is shown: other data, models of another kind, or a lane with noise where there was none.
bool outdated(const Scene& now, const Scene& written_for);

// The scene that the sentence of `now` was written for: the built-in one that has it, else `preset`, which the program was given.
const Scene& written_for(const Scene& now, const Scene& preset);

// The sentence as it is true, with this before one that is outdated.
inline constexpr std::string_view outdated_mark = "Changed since. It was: ";
std::string true_sentence(const Scene& now, const Scene& written_for);

// The scene with that sentence: what leaves the window, as a file, picture, film, script or line of text, does so with it.
Scene truly_told(Scene now, const Scene& written_for);

}  // namespace pf
