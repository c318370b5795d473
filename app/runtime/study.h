#pragma once
#include <string>
#include <vector>

#include "app/runtime/evaluation.h"

namespace pf {

// One number of a lane and the values it takes: "steps", "particles", "t_min", "t_max", "teleport_to", "frozen_t", "duration", "guidance.scale", "guidance.from",
// "guidance.to", or an option of the lane's tables ("sigma.max", "solver.rtol", "grid.rho").
struct Variation {
    std::string path;
    std::vector<double> values;
};
// "steps=4,8,...,256": "..." goes on from all numbers before it to the one after it, geometrically where that meets them, else arithmetically.
// Throws BadInput "--vary: …".
Variation parse_variation(const std::string& text);

// Sets the number; otherwise says why this lane has none of that name, or not this value. Ranges are for validate().
std::string set_number(Lane& lane, const std::string& path, double value);

// What a study measures: a metric of the tables, or of the flow's likelihood "nll" (mean −log p of fresh data, with that under the data's own density as its
// floor) or "kl" (the difference of the two, where that density is known; 0 for the exact flow).
struct Measure {
    std::string_view id, label, unit;  // unit as in Metric
};
std::span<const Measure> measures();
// The part of the table that holds just this one, or everything for "all". Throws BadInput naming `where` and the known ids.
std::span<const Measure> find_measures(std::string_view id, std::string_view where);

struct StudyRequest {
    Variation vary;
    std::vector<int> lanes;  // indices
    int repeats = 1;
    std::span<const Measure> measures = pf::measures();
};
// One lane at one value: what came of it, or why it does not run.
struct StudyRow {
    int lane = 0;
    double value = 0;
    Lane settings;
    LaneEvaluation evaluation;  // its metrics hold everything measured, likelihood too
    std::string reason;
};
struct Study {
    Variation vary;
    std::vector<StudyRow> rows;  // lane by lane, values in the order given
};
// Throws BadInput where no lane of the request has such a number.
void check_study(const Scene& scene, const StudyRequest& request);
// Quality of every lane at every value. A combination that cannot run is a row with its reason; otherwise throws as check_study().
// progress(share of the work done). Incomplete when stopped.
Study run_study(const Scene& scene, const FieldSet& fields, const StudyRequest& request, const std::function<void(double)>& progress = {}, std::stop_token stop = {});

}  // namespace pf
