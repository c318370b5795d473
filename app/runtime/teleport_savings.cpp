#include "app/runtime/teleport_savings.h"

#include <limits>

#include "core/math/format.h"

namespace pf {
namespace {

constexpr double good = 1.4;

std::optional<int> fewest(const TeleportSavings& savings, int which) {
    std::optional<int> out;
    for (auto rung = savings.ladder.rbegin(); rung != savings.ladder.rend() && rung->ratio[which] <= good; ++rung) out = rung->evaluations[which];
    return out;
}

std::string reached(const std::optional<int>& evaluations) { return evaluations ? fmt::format("from {} evaluations on", *evaluations) : "not within 64 steps"; }

}  // namespace

std::optional<TeleportSavings> teleport_savings(const Scene& scene, int lane, const FieldSet& fields, std::stop_token stop) {
    if (scene.lanes.at(static_cast<std::size_t>(lane)).start != "teleport") return {};
    Scene varied = scene;
    Lane& l = varied.lanes[static_cast<std::size_t>(lane)];
    TeleportSavings out;
    for (const int steps : {1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64}) {
        TeleportSavings::Rung rung{steps};
        for (const int which : {0, 1}) {
            l.steps = steps;
            l.start = which == 0 ? "teleport" : "noise";
            const LaneResult result = run_lane(varied, lane, fields, {}, stop);
            const LaneMetrics metrics = lane_metrics(varied, result, stop, find_metric("sliced_w2", "metric"));
            if (stop.stop_requested()) return out;
            rung.evaluations[which] = result.path.evaluations;
            rung.ratio[which] = metrics.values.empty() ? std::numeric_limits<double>::infinity() : metrics.values.front().ratio();
        }
        out.ladder.push_back(rung);
    }
    out.teleported = fewest(out, 0);
    out.whole = fewest(out, 1);
    return out;
}

std::string sentence(const TeleportSavings& savings) {
    const auto saved = savings.teleported && savings.whole ? fmt::format(": {} saved", *savings.whole - *savings.teleported) : "";
    return fmt::format("sliced W₂ is within the noise floor {} with the teleport, {} without{}", reached(savings.teleported), reached(savings.whole), saved);
}

}  // namespace pf
