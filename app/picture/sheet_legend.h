#pragma once
#include <span>
#include <string>
#include <vector>

#include "app/panels/context.h"

namespace pf {

// Whether particles have colours of a scale: shown, not in one colour, in some lane that has such a colour.
bool has_hues(const Scene& scene);

// What the colours and lines of a page at these times are, a sentence each, in the notation that is written in; what follows from results is left out where there are none.
std::vector<std::string> sheet_legend(const Scene& scene, const panels::UiState& ui, const Results& results, std::span<const double> times);

// At spaces, into lines of at most so many letters; a longer word has a line of its own.
std::vector<std::string> wrapped(const std::string& text, std::size_t letters);

}  // namespace pf
