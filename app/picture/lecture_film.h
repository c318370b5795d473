#pragma once
#include <vector>

#include "app/runtime/lecture.h"

namespace pf {

// How long a stop is shown in a film, transition apart, seconds: what it says itself, or long enough to read its words and to see time run once.
double film_seconds(const Stop& stop);
// Where time stands so many seconds after the transition: a moment at the stop's own t, then on to the end at its speed, then still.
double film_time(const Stop& stop, double seconds);

// Which stop, and what of it, each frame of a lecture's film shows: functions of the frame's index alone.
class LecturePlan {
public:
    // `seconds` for every stop, transitions apart; 0: film_seconds() of each.
    LecturePlan(const Lecture& lecture, int frames_per_second, double seconds = 0);

    struct Frame {
        int stop = 0;
        double share = 1;  // of the way from the stop before (blend.h)
        double t = 0;
    };
    int frames() const { return begins_.back(); }
    Frame at(int frame) const;

private:
    std::vector<Stop> stops_;   // without their scenes
    std::vector<int> begins_;   // first frame of each stop, and the end
    std::vector<double> ends_;  // t that each stop ends at
    double frames_per_second_;
};

}  // namespace pf
