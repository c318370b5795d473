#pragma once
#include <functional>
#include <stop_token>

#include "app/runtime/evaluation.h"
#include "app/runtime/study.h"

namespace pf {

// What the inspector shows beyond the newest numbers. Results like any other: complete, immutable, with the key of what they answer.

// Loss and floor of one model over the trained times, for one set of weights.
struct LossOverTime {
    Key key = 0;
    long step = 0;                   // that the weights were trained
    std::vector<LossBin> bins;
};

// The metrics of one lane for every set of weights it was measured with.
struct MetricsHistory {
    static constexpr std::size_t most = 2000;  // entries; beyond them every second one goes
    struct Series {
        std::string id;
        std::vector<double> value, floor, floor_sd;  // one per entry
    };
    Key key = 0;                     // lane and training, not weights
    std::vector<double> step;        // that the weights were trained; increases
    std::vector<int> points;         // compared
    std::vector<Series> metrics;
    // Another measurement. Entries of the same or a later step go first: training was begun anew, or a better answer came.
    void add(long at, const std::vector<MetricValue>& values);
};

// The distance of a lane's particles to the exact p_t, at several t. Its floor: what exact draws of p_t differ among themselves.
struct MetricOverTime {
    Key key = 0;
    std::string metric;
    int points = 0;                  // compared at each t
    std::vector<double> t, value;
    std::vector<NoiseFloor> floor;
    std::string why_not;             // why p_t is not known; empty: it is
};
// At `times` equally spaced t of the lane's range, on at most 1,000 particles and six pairs of draws. Fewer when stopped.
MetricOverTime metric_over_time(const Scene& scene, int lane, const LaneResult& result, const Metric& metric, int times, std::stop_token stop = {});

// evaluate_field() of a model, kept with its key; nothing where there is none to compare with.
struct FieldErrorOverTime {
    Key key = 0;
    std::optional<FieldErrorEstimate> estimate;
};

// A study in the background.
struct StudyState {
    enum class Status { running, finished, cancelled, failed } status = Status::running;
    Key key = 0;
    std::shared_ptr<const Scene> scene;  // studied
    StudyRequest request;
    Study study;                         // rows so far
    double progress = 0;                 // 0 … 1
    std::string sentence;                // why it failed
};
// What a study depends on: its lanes without the number varied, and the request.
Key study_key(const Scene& scene, const StudyRequest& request, const WeightSet& weights);
// What a lane's history belongs to: the lane and how its networks are trained. 0 where no network is involved.
Key history_key(const Scene& scene, int lane);

}  // namespace pf
