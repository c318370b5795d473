#pragma once
#include <optional>
#include <string>

#include "app/runtime/lecture_place.h"

namespace pf {
class Session;
}

namespace pf::panels {

struct Context;
struct UiState;

// A lecture while it is given: what is not undone. Which stop is shown is told by Session::place(), so that undo and redo lead to the words that belong to a scene.
struct LecturePlayer {
    LecturePlace place;                  // as of this frame
    double began = -1, stop_began = -1;  // Context::now; below 0: not yet
    // On the way from the stop before (blend.h). It ends when the lecturer touches anything.
    struct Transition {
        Scene from, shown;
        double from_t = 0, t = 0, began = 0;
    };
    std::optional<Transition> transition;

};

// Undoable. A program that starts so does session.begin_at(place): its scene is the first stop's already.
void open_lecture(Session& session, LecturePlace place);
// The scene stays; undoable.
void close_lecture(Context& context);

// The next stop (1) or the one before (−1); nothing at the ends. What was changed at the stop that is left is kept for coming back. With another scene on
// screen, the stop shown last counts as left behind: −1 returns to it.
void step_lecture(Context& context, int direction);
void go_to_stop(Context& context, int index);
// As it was opened, or added; undoable.
void reset_stop(Context& context);

// Making one; each is one step to undo. A scene becomes a stop that starts as time stands now; the stop it was made at stays as one came to it, and its words have to be written: the dialog opens.
void new_lecture(Context& context);
void add_stop(Context& context);
void remove_stop(Context& context);
void move_stop(Context& context, int direction);

// Once a frame, before it is drawn: moves what is in transition, starts clocks, and what belongs to a stop that was just entered.
void follow_lecture(Context& context);
// Needs a frame now.
bool in_transition(const UiState& ui);

// The stop on screen; null without a lecture, or while another scene is shown.
const Stop* shown_stop(const Session& session);

}  // namespace pf::panels
