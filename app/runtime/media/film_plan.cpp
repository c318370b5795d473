#include "app/runtime/media/film_plan.h"

#include <algorithm>
#include <cmath>

#include "core/math/errors.h"

namespace pf {
namespace {

struct Easing {
    FilmWord word;
    double (*way)(double);
};
constexpr Easing table[] = {
    {{"linear", "even", "the same speed everywhere"}, [](double s) { return s; }},
    {{"smooth", "smooth", "slow at both ends"}, [](double s) { return s * s * (3 - 2 * s); }},
    {{"slow_start", "slow start", "slow at first: what happens early is seen longer"}, [](double s) { return s * s; }},
    {{"slow_end", "slow end", "slow at last: what happens late is seen longer"}, [](double s) { return 1 - (1 - s) * (1 - s); }},
};

int share_of(int frames, double percent) { return static_cast<int>(std::lround(frames * percent / 100)); }

}  // namespace

std::span<const FilmWord> easings() {
    static const auto words = [] {
        std::vector<FilmWord> out;
        for (const Easing& easing : table) out.push_back(easing.word);
        return out;
    }();
    return words;
}

double eased(std::string_view easing, double share) {
    const auto* entry = std::find_if(std::begin(table), std::end(table), [&](const Easing& e) { return e.word.id == easing; });
    check(entry != std::end(table), "no easing '{}'", easing);
    return entry->way(std::clamp(share, 0.0, 1.0));
}

FilmPlan::FilmPlan(const FilmSettings& settings)
    : settings_(settings), frames_(std::max(1, static_cast<int>(std::lround(settings.seconds * settings.fps)))), dissolve_(settings.loop && settings.motion != "there_and_back" ? std::max(1, frames_ / 10) : 0) {}

double FilmPlan::way(int frame) const {
    if (settings_.motion == "there_and_back") {
        // Frames from the start or, beyond the turn, from the end; a loop's end is its start.
        const int end = settings_.loop ? frames_ : frames_ - 1, from = std::min(frame, end - frame);
        const double half = 0.5 * end, hold_start = 0.005 * settings_.hold_start * end, hold_end = 0.005 * settings_.hold_end * end;
        const double moving = half - hold_start - hold_end;
        return eased(settings_.easing, moving > 0 ? (from - hold_start) / moving : 0);
    }
    const int hold_start = share_of(frames_, settings_.hold_start), hold_end = share_of(frames_, settings_.hold_end);
    const int moving = std::max(2, frames_ - dissolve_ - hold_start - hold_end);
    return eased(settings_.easing, static_cast<double>(frame - hold_start) / (moving - 1));
}

FilmMoment FilmPlan::at(int frame) const {
    check(frame >= 0 && frame < frames_, "frame {} of {}", frame, frames_);
    FilmMoment out;
    const double walked = way(frame);
    // The first frame of the loop would be the next to have weight 1.
    if (const int into = frame - (frames_ - dissolve_) + 1; into > 0) out.dissolve = static_cast<double>(into) / (dissolve_ + 1);
    if (!settings_.training) {
        out.t = settings_.motion == "backward" ? 1 - walked : walked;
        out.backward = settings_.motion == "backward" || (settings_.motion == "there_and_back" && 2 * frame > frames_ - 1 && walked < 1);
        out.turned = settings_.motion == "there_and_back" && (out.backward || settings_.loop);
        return out;
    }
    out.training = walked;
    // Each sweep as a film of its own: 0 → 1, then the data stays.
    constexpr double moving = 0.85;
    const double sweep = static_cast<double>(settings_.sweeps) * frame / frames_;
    out.t = settings_.sweeps == 0 ? settings_.t : std::min(1.0, (sweep - std::floor(sweep)) / moving);
    return out;
}

}  // namespace pf
