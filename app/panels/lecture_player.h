#pragma once
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "app/runtime/lecture.h"

namespace pf {
class Session;
}

namespace pf::panels {

struct Context;
struct UiState;

// A lecture while it is given. Which stop is shown is told by the scene's title, so that undo and redo lead to the words that belong to a scene.
struct LecturePlayer {
    std::shared_ptr<const Lecture> lecture;
    int stop = 0;                            // the one shown last
    std::vector<std::optional<Scene>> kept;  // as the lecturer left a stop, where that is not as the file has it
    std::vector<Scene> saved;                // all stops as they were saved last; empty: as the file has them
    double began = -1, stop_began = -1;      // Context::now; below 0: not yet
    bool speaks = false;                     // a stop is on screen that has something to watch
    // On the way from the stop before (blend.h). It ends when the lecturer touches anything.
    struct Transition {
        Scene from, shown;
        double from_t = 0, t = 0, began = 0;
    };
    std::optional<Transition> transition;
};

// A lecture whose first stop is shown already; follow_lecture() does the rest.
LecturePlayer begin_lecture(std::shared_ptr<const Lecture> lecture);
// At its first stop; undoable.
void open_lecture(Session& session, UiState& ui, std::shared_ptr<const Lecture> lecture);
void close_lecture(Context& context);

// The next stop (1) or the one before (−1); nothing at the ends. What was changed at the stop that is left is kept for coming back. With another scene on
// screen, the stop shown last counts as left behind: −1 returns to it.
void step_lecture(Context& context, int direction);
// As the file has it; undoable.
void reset_stop(Context& context);

// Once a frame, before it is drawn: moves what is in transition, starts clocks, and what belongs to a stop that was just entered.
void follow_lecture(Context& context);
// Needs a frame now.
bool in_transition(const UiState& ui);

// The stop on screen; null without a lecture, or while another scene is shown.
const Stop* shown_stop(const UiState& ui, const Scene& scene);
// The scene that the sentence on screen was written for: the stop's, or that of runtime/scene_sentence.h.
const Scene& written_for(const UiState& ui, const Session& session);
// With what was changed at its stops, captions that no longer fit marked.
Lecture lecture_as_given(const Session& session, const UiState& ui);
// Stops were changed since the lecture was opened or saved.
bool lecture_changed(const Session& session, const UiState& ui);
void lecture_saved(const Session& session, UiState& ui);

}  // namespace pf::panels
