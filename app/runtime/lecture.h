#pragma once
#include <string>
#include <vector>

#include "app/runtime/scene.h"

namespace pf {

inline constexpr int lecture_version = 1;

// One place where a lecture halts.
struct Stop {
    std::string from;            // what its scene was made of: a built-in scene's id, or a file; empty: the stop before, or nothing
    Scene scene;                 // its title and sentence are the stop's title and caption
    std::string watch;           // what to watch, one sentence; may be empty
    std::string notes;           // for the lecturer alone; may be empty
    double minutes = 1;          // planned
    double transition = 0;       // seconds from the stop before (blend.h); 0: a cut
    double t = 0;                // where time stands at first
    bool playing = true, reversed = false;
    double speed = 1;            // 1/16 … 8, as in the window
    bool train = false;          // its networks train by themselves, unless they are trained
    double film_seconds = 0;     // in a film; 0: long enough to read the words and to see time run once
    bool operator==(const Stop&) const = default;
};

// An ordered talk through scenes: a value, a JSON file. 1–100 stops, whose titles differ.
struct Lecture {
    std::string title = "Untitled", sentence;
    std::vector<Stop> stops;
    bool operator==(const Lecture&) const = default;
};

// Strict, as scenes are (scene_file.h): unknown keys, wrong types, depth and size are refused with BadInput "<name>: <path of the key>: what was expected".
// Scenes that are named, not written out, are built in or files as seen from `folder`.
Lecture lecture_from_json(const std::string& text, const std::string& name, const std::string& folder = {});
// Every key, stable order: scenes as changes to where they came from, or written out where that is a file or much has changed. Reading gives the same
// lecture, apart from `from` where that is a file.
std::string lecture_to_json(const Lecture& lecture);

// Whether a word names a lecture: a built-in one's id, or a file that holds one. What cannot be read is none.
bool is_lecture(const std::string& file_or_id);
// Throws BadInput.
Lecture load_lecture(const std::string& file_or_id);
// Written beside the target, synced, renamed.
void save_lecture(const std::string& path, const Lecture& lecture);

struct BuiltinLecture {
    std::string id;  // file name without .json
    Lecture lecture;
};
// assets/lectures, embedded at build, in the order of assets/lectures/order.txt.
const std::vector<BuiltinLecture>& builtin_lectures();

double planned_minutes(const Lecture& lecture);

}  // namespace pf
