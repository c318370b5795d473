#pragma once
#include "app/runtime/media/film_settings.h"

namespace pf {

// How the way from 0 to 1 is walked: increasing, 0 at 0 and 1 at 1.
std::span<const FilmWord> easings();
double eased(std::string_view easing, double share);

// What one frame of a film shows.
struct FilmMoment {
    double t;               // 0 noise … 1 data
    bool backward = false;  // t falls: trails lie behind what moves
    bool turned = false;    // it came from the end that lies behind it, and its trails still show how
    double training = 0;    // share of the steps of training that are done
    double dissolve = 0;    // weight of the first frame, laid over this one: 0, and above at the end of a loop

    FilmMoment(double at = 0) : t(at) {}  // t rises
};

// The frames of a film: what each shows is a function of its index and the settings alone, so a film does not depend on the speed of anything.
// Holds, the way between them (eased), and the dissolve of a loop are whole numbers of frames; there and back is symmetric about its turn.
class FilmPlan {
public:
    // check_settings() must have passed.
    explicit FilmPlan(const FilmSettings& settings);
    int frames() const { return frames_; }
    FilmMoment at(int frame) const;

private:
    double way(int frame) const;  // 0 … 1
    FilmSettings settings_;
    int frames_, dissolve_;
};

}  // namespace pf
