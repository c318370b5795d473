#include "app/runtime/scene_sentence.h"

#include <algorithm>
#include <cstddef>
#include <utility>

#include "app/runtime/limits.h"
#include "app/runtime/scene_file.h"

namespace pf {

bool outdated(const Scene& now, const Scene& was) {
    const bool told = now.data.choice.id == "points" && now.sentence != was.sentence;  // it says what became of the points
    if ((!told && !(now.data == was.data)) || !(now.source == was.source) || now.models.size() != was.models.size()) return true;
    for (std::size_t i = 0; i < now.models.size(); ++i) {
        const Model &a = now.models[i], &b = was.models[i];
        if (a.field != b.field || !(a.schedule == b.schedule) || a.objective.prediction != b.objective.prediction) return true;
    }
    for (std::size_t i = 0; i < std::min(now.lanes.size(), was.lanes.size()); ++i) {
        const Lane &a = now.lanes[i], &b = was.lanes[i];
        if (has_noise(a) != has_noise(b) || a.process != b.process || a.variant != b.variant) return true;
    }
    return false;
}

const Scene& written_for(const Scene& now, const Scene& preset) {
    for (const BuiltinScene& builtin : builtin_scenes())
        if (builtin.scene.sentence == now.sentence) return builtin.scene;
    return preset;
}

std::string true_sentence(const Scene& now, const Scene& was) {
    const bool anew = now.sentence != was.sentence;  // it was written for what is shown
    if (now.sentence.empty() || now.sentence.starts_with(outdated_mark) || anew || !outdated(now, was)) return now.sentence;
    return std::string(outdated_mark) + now.sentence;
}

Scene truly_told(Scene now, const Scene& was) {
    std::string sentence = true_sentence(now, was);
    now.sentence = sentence.size() <= limits::sentence ? std::move(sentence) : "";
    return now;
}

}  // namespace pf
