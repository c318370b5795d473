#include <algorithm>

#include "app/panels/context.h"

namespace pf::panels {
namespace {
constexpr double hold_seconds = 1;
}

void advance(Playback& playback, double seconds) {
    if (!playback.playing) return;
    seconds = seconds > 0 ? std::min(seconds, 0.1) : 0;  // NaN counts as 0
    const double end = playback.reversed ? 0 : 1;
    if (playback.t == end) {
        if (playback.hold <= 0) playback.hold = hold_seconds;
        playback.hold -= seconds;
        if (playback.hold <= 0) {
            playback.hold = 0;
            playback.t = 1 - end;
        }
        return;
    }
    const double direction = playback.reversed ? -1 : 1;
    playback.t = std::clamp(playback.t + direction * seconds * playback.speed / seconds_per_run, 0.0, 1.0);
    playback.hold = playback.t == end ? hold_seconds : 0;
}

}  // namespace pf::panels
