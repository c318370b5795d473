#pragma once
#include <memory>
#include <string>
#include <vector>

#include "app/runtime/lecture.h"

namespace pf {

// The file of an open lecture and what it holds; shared by all that is made of the lecture, as saving it is not undone.
struct LectureFile {
    Lecture saved;     // as it was opened or saved last; without stops: never
    std::string path;  // where to save it; empty: nowhere yet
};

// A lecture that is open, and the stop that the scene on screen belongs to: a value that undo and redo lead back to with the scene (Session::place()). What was changed at a stop is
// taken up when it is left.
struct LecturePlace {
    std::shared_ptr<const Lecture> lecture = {};             // null: none is open. The stop on screen is in it as it was when one came to it
    std::shared_ptr<const std::vector<Scene>> presets = {};  // its stops as they were opened or added: what a reset returns to
    std::shared_ptr<const std::vector<Scene>> told = {};     // the scenes that their captions were written for
    std::shared_ptr<LectureFile> file = {};
    int stop = 0;        // the one on screen, or shown last
    bool there = false;  // it is on screen; false: another scene
    explicit operator bool() const { return lecture != nullptr; }
    bool operator==(const LecturePlace&) const = default;  // by identity

    const Stop& shown() const { return lecture->stops[static_cast<std::size_t>(stop)]; }
    const Scene& preset() const { return (*presets)[static_cast<std::size_t>(stop)]; }
    const Scene& written_for() const { return (*told)[static_cast<std::size_t>(stop)]; }
    int last() const { return static_cast<int>(lecture->stops.size()) - 1; }
};

// At its first stop. `path`: where it is saved; empty: nowhere yet.
LecturePlace opened(Lecture lecture, std::string path = {});
// The same where no file has it: it is new, or its file will go.
LecturePlace unsaved(Lecture lecture);

// With what is on screen in its stop, as everything that leads away from it needs it.
LecturePlace taken_up(LecturePlace place, const Scene& scene);
// Its caption was written for this scene.
LecturePlace told_anew(LecturePlace place, const Scene& scene);
// Titles of stops differ: this one, with a number where another stop has it. `except`: a stop that may have it; −1: none.
std::string unused_title(const Lecture& lecture, std::string title, int except = -1);
// After the stop shown last, and on screen.
LecturePlace with_stop(LecturePlace place, Stop stop);
bool may_add(const LecturePlace& place);  // there is room for one more
// Without the stop on screen, whose scene stays there as another scene.
LecturePlace without_stop(LecturePlace place);
bool may_remove(const LecturePlace& place);
// Towards the end (1) or the beginning (−1); at the ends nothing changes.
LecturePlace moved(LecturePlace place, int direction);
// All of the stop but its scene.
LecturePlace described(LecturePlace place, Stop stop);
LecturePlace titled(LecturePlace place, std::string title);

// With `scene` on screen. As it is now, captions that no longer fit marked (scene_sentence.h): what a file gets.
Lecture as_given(const LecturePlace& place, const Scene& scene);
// Since it was opened or saved.
bool is_changed(const LecturePlace& place, const Scene& scene);
void now_saved(const LecturePlace& place, const Scene& scene, std::string path);

}  // namespace pf
