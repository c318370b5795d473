#pragma once
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "app/panels/context.h"
#include "app/panels/typeset/box.h"

namespace pf::panels {

// An equation of a lane, in the notation of math.md or of the literature.
struct LaneEquation {
    std::string name;    // "the lane follows"
    std::string source;  // typeset/source.h
    bool first_sight;    // shown without asking for more
};

// What holds for a lane: the equation it follows (with what is wrong in it marked), its path, how its field comes out of what its model knows or predicts, guidance, the
// Fokker–Planck equation, the loss, one step of its solver. Validated scenes only.
std::vector<LaneEquation> lane_equations(const Scene& scene, int lane, Convention convention);

// The numbers of a lane's terms at t (of Langevin dynamics: at the t that stands still), as they stand beneath them, by term: alpha, beta, d_alpha and d_beta (in the time
// of the convention), sigma, half (½σ_t²), g (of the noising process), w, lambda (the weight of the loss; none where it needs the data's deviation).
struct TermNumber {
    std::string_view id;
    double value;
};
std::vector<TermNumber> lane_numbers(const Scene& scene, int lane, double t, Convention convention);
// As it is written: three decimals, four digits where it is large; ∞ and — where it is not finite.
std::string number_text(double value);

// Controls ("Sampling/max") that enter a term; empty for an unknown one.
std::span<const std::string_view> controls_of(std::string_view term);
// Every term an equation may have.
std::vector<std::string_view> all_terms();

// The terms of a lane's equations this frame: those that `touched` enters are lit, and "alpha=" is "alpha" with its number.
std::vector<typeset::Term> lane_terms(const Scene& scene, int lane, double t, Convention convention, std::string_view touched);

// Draws an equation at most `width` wide with its top left corner at `at`, in the fonts of the theme (theme.h), body size or smaller; returns its size.
ImVec2 draw_equation(ImDrawList& draw, ImVec2 at, float width, const std::string& source, std::span<const typeset::Term> terms, const UiState& ui);

}  // namespace pf::panels
