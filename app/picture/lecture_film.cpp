#include "app/picture/lecture_film.h"

#include <algorithm>
#include <cmath>

#include "app/panels/context.h"
#include "app/runtime/letters.h"
#include "core/math/errors.h"

namespace pf {
namespace {

constexpr double before_run = 1, after_run = 1.5, letters_a_second = 16, before_reading = 1.5;

double end_of(const Stop& stop) { return stop.reversed ? 0 : 1; }
double run_seconds(const Stop& stop) { return stop.playing ? std::abs(end_of(stop) - stop.t) * panels::seconds_per_run / stop.speed : 0; }
// From rest to rest.
double eased(double share) { return share * share * (3 - 2 * share); }

}  // namespace

double film_seconds(const Stop& stop) {
    if (stop.film_seconds > 0) return stop.film_seconds;
    const double reading = before_reading + static_cast<double>(letter_count(stop.scene.title + stop.scene.sentence + stop.watch)) / letters_a_second;
    return std::max(reading, before_run + run_seconds(stop) + after_run);
}

double film_time(const Stop& stop, double seconds) {
    const double run = run_seconds(stop);
    if (run <= 0) return stop.t;
    return stop.t + std::clamp((seconds - before_run) / run, 0.0, 1.0) * (end_of(stop) - stop.t);
}

LecturePlan::LecturePlan(const Lecture& lecture, int frames_per_second, double seconds) : begins_{0}, frames_per_second_(frames_per_second) {
    check(!lecture.stops.empty() && frames_per_second > 0, "a film needs stops and frames");
    for (const Stop& stop : lecture.stops) {
        const double shown = seconds > 0 ? seconds : film_seconds(stop), moves = stops_.empty() ? 0 : stop.transition;
        begins_.push_back(begins_.back() + std::max(1, static_cast<int>(std::lround((moves + shown) * frames_per_second_))));
        ends_.push_back(film_time(stop, shown));
        stops_.push_back(stop);
        stops_.back().scene = {};
        stops_.back().transition = moves;
    }
}

LecturePlan::Frame LecturePlan::at(int frame) const {
    const auto after = std::upper_bound(begins_.begin(), begins_.end() - 1, frame);
    const auto index = static_cast<std::size_t>(std::max<std::ptrdiff_t>(0, after - begins_.begin() - 1));
    const Stop& stop = stops_[index];
    const double seconds = (frame - begins_[index]) / frames_per_second_;
    if (seconds >= stop.transition) return {static_cast<int>(index), 1, film_time(stop, seconds - stop.transition)};
    const double share = eased(seconds / stop.transition);
    return {static_cast<int>(index), share, ends_[index - 1] + share * (stop.t - ends_[index - 1])};
}

}  // namespace pf
