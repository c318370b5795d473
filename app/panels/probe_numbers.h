#pragma once
#include <string>
#include <vector>

#include "app/runtime/probe_result.h"

namespace pf::panels {

// The numbers of a probed point as text. Data units throughout: u and ∇·u are per unit of t, s is per data unit, log p in nats.
struct ProbeRow {
    std::string_view symbol, unit, meaning;
    std::string field, exact, difference, size;  // empty: not known, or nothing to compare with
};
// u, s, D, ε, ∇·u and log p: those that are known, with so many decimals.
std::vector<ProbeRow> probe_rows(const ProbeLane& lane, int decimals);

// One line of text that holds all of it, for the clipboard (with hyphens, which programs read): "lane 1: x = (…), t = …, u = (…), …; exact u = (…), …".
std::string probe_line(const ProbeLane& lane);

// "mean of 48 conditional velocities (…) ± (…), u (…)".
std::string posterior_line(const ProbePosterior& posterior);

// Whether two lanes show the same numbers.
bool same_numbers(const ProbeLane& a, const ProbeLane& b);

}  // namespace pf::panels
