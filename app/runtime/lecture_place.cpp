#include "app/runtime/lecture_place.h"

#include <algorithm>
#include <utility>

#include "app/runtime/limits.h"
#include "app/runtime/scene_sentence.h"
#include "core/math/errors.h"

namespace pf {
namespace {

// A lecture and what goes with each of its stops.
struct Parts {
    std::vector<Stop>& stops;
    std::vector<Scene>&presets, &told;
};

// A copy of the place's, changed, which becomes the place's.
template <class Change>
LecturePlace changed(LecturePlace place, Change&& change) {
    auto lecture = std::make_shared<Lecture>(*place.lecture);
    auto presets = std::make_shared<std::vector<Scene>>(*place.presets), told = std::make_shared<std::vector<Scene>>(*place.told);
    change(Parts{lecture->stops, *presets, *told});
    place.lecture = std::move(lecture);
    place.presets = std::move(presets);
    place.told = std::move(told);
    return place;
}

std::vector<Scene> scenes_of(const Lecture& lecture) {
    std::vector<Scene> out;
    for (const Stop& stop : lecture.stops) out.push_back(stop.scene);
    return out;
}

// As many bytes of it as are whole letters.
std::string cut(std::string text, std::size_t most) {
    if (text.size() <= most) return text;
    while (most > 0 && (static_cast<unsigned char>(text[most]) & 0xc0) == 0x80) --most;
    text.resize(most);
    return text;
}

// With what is on screen, as it is.
Lecture now(const LecturePlace& place, const Scene& scene) {
    Lecture out = *place.lecture;
    if (place.there) out.stops[static_cast<std::size_t>(place.stop)].scene = scene;
    return out;
}

LecturePlace place_of(Lecture lecture, std::shared_ptr<LectureFile> file) {
    LecturePlace out;
    out.presets = out.told = std::make_shared<const std::vector<Scene>>(scenes_of(lecture));
    out.lecture = std::make_shared<const Lecture>(std::move(lecture));
    out.file = std::move(file);
    out.there = true;
    return out;
}

}  // namespace

LecturePlace opened(Lecture lecture, std::string path) {
    auto file = std::make_shared<LectureFile>(LectureFile{lecture, std::move(path)});
    return place_of(std::move(lecture), std::move(file));
}

LecturePlace unsaved(Lecture lecture) { return place_of(std::move(lecture), std::make_shared<LectureFile>()); }

bool may_add(const LecturePlace& place) { return place.last() + 1 < limits::stops.max; }
bool may_remove(const LecturePlace& place) { return place.there && place.last() > 0; }

LecturePlace taken_up(LecturePlace place, const Scene& scene) {
    if (!place.there || place.shown().scene == scene) return place;
    auto lecture = std::make_shared<Lecture>(now(place, scene));
    place.lecture = std::move(lecture);
    return place;
}

LecturePlace told_anew(LecturePlace place, const Scene& scene) {
    const auto at = static_cast<std::size_t>(place.stop);
    return changed(std::move(place), [&](Parts all) { all.told[at] = scene; });
}

std::string unused_title(const Lecture& lecture, std::string title, int except) {
    const auto used = [&](const std::string& wanted) {
        for (int i = 0; i < static_cast<int>(lecture.stops.size()); ++i)
            if (i != except && lecture.stops[static_cast<std::size_t>(i)].scene.title == wanted) return true;
        return false;
    };
    if (!used(title)) return title;
    for (int k = 2;; ++k) {
        const std::string number = fmt::format(" {}", k);
        const std::string numbered = cut(title, limits::title - number.size()) + number;
        if (!used(numbered)) return numbered;
    }
}

LecturePlace with_stop(LecturePlace place, Stop stop) {
    check(may_add(place), "a lecture has at most {} stops", limits::stops.max);
    stop.scene.title = unused_title(*place.lecture, std::move(stop.scene.title));
    const int at = place.stop + 1;
    LecturePlace out = changed(std::move(place), [&](Parts all) {
        all.presets.insert(all.presets.begin() + at, stop.scene);
        all.told.insert(all.told.begin() + at, stop.scene);
        all.stops.insert(all.stops.begin() + at, std::move(stop));
    });
    out.stop = at;
    out.there = true;
    return out;
}

LecturePlace without_stop(LecturePlace place) {
    check(may_remove(place), "no stop is on screen, or it is the only one");
    LecturePlace out = changed(std::move(place), [at = place.stop](Parts all) {
        all.stops.erase(all.stops.begin() + at);
        all.presets.erase(all.presets.begin() + at);
        all.told.erase(all.told.begin() + at);
    });
    out.stop = std::min(out.stop, out.last());
    out.there = false;
    return out;
}

LecturePlace moved(LecturePlace place, int direction) {
    const int to = std::clamp(place.stop + direction, 0, place.last());
    if (to == place.stop) return place;
    const auto a = static_cast<std::size_t>(place.stop), b = static_cast<std::size_t>(to);
    LecturePlace out = changed(std::move(place), [&](Parts all) {
        std::swap(all.stops[a], all.stops[b]);
        std::swap(all.presets[a], all.presets[b]);
        std::swap(all.told[a], all.told[b]);
    });
    out.stop = to;
    return out;
}

LecturePlace described(LecturePlace place, Stop stop) {
    stop.scene = place.shown().scene;
    if (stop == place.shown()) return place;
    const auto at = static_cast<std::size_t>(place.stop);
    return changed(std::move(place), [&](Parts all) { all.stops[at] = std::move(stop); });
}

LecturePlace titled(LecturePlace place, std::string title) {
    auto lecture = std::make_shared<Lecture>(*place.lecture);
    lecture->title = std::move(title);
    place.lecture = std::move(lecture);
    return place;
}

Lecture as_given(const LecturePlace& place, const Scene& scene) {
    Lecture out = now(place, scene);
    for (std::size_t i = 0; i < out.stops.size(); ++i) {
        Scene& stop = out.stops[i].scene;
        stop = truly_told(std::move(stop), (*place.told)[i]);
        stop.title = unused_title(out, stop.title, static_cast<int>(i));  // a reset may have brought one back that is another stop's by now
    }
    return out;
}

bool is_changed(const LecturePlace& place, const Scene& scene) { return now(place, scene) != place.file->saved; }
void now_saved(const LecturePlace& place, const Scene& scene, std::string path) { *place.file = {now(place, scene), std::move(path)}; }

}  // namespace pf
