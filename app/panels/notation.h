#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "app/panels/context.h"

// Whose letters and whose time are on screen. Every text of the program is written in this project's notation and passes through shown() when it
// is drawn; text(), muted(), tooltip(), heading(), the rows, lists and plots of widgets.h and plot.h, and all that is drawn on a Sheet do so by
// themselves. What is drawn past them (ImDrawList::AddText, ImGui::Button) asks for shown(). Ids of widgets, files and what the user typed are
// never rewritten: data files hold this project's t.
//
// Diffusion literature: noise at τ = 1, data at τ = 0, τ = 1 − t; β_t is σ_τ; σ_t, the noise of an SDE, is g_τ; g_t, that of the noising process, is
// g_fwd; b(τ) of VP is β(τ). What is measured does not change: u is dX/dt = −dX/dτ in both.
namespace pf::panels {

// The convention in which everything is drawn from here on. Set by draw_interface() and draw_pane_overlay() from UiState, as the style of Dear ImGui is.
void write_in(Convention convention);
Convention written_in();

// A text in project notation, in the letters of `convention`: αₜ, βₜ, σₜ, gₜ (also α_t …), bare β, σ and g, subscripts ₜ of anything, t itself, "t = 0.25"
// (→ "τ = 0.75"), "t from 0 to 1", t_min and t_max, 1 − t, p₀ and p₁. What stands between `backticks` is kept as it is, without them.
std::string in_convention(Convention convention, std::string_view text);
// With a minus sign for the hyphen of every number below zero, and of exponents; what stands between `backticks` is kept as it is, with them.
std::string with_minus(std::string text);
// Three significant digits, zeros at the end too ("1.40"), or two and an exponent ("2.3e-5"); whole numbers, and those from 100, without a point.
std::string three_digits(double value);
// Two, zeros at the end too ("0.10", "1.0"), or more of a number from 100; an exponent below 1e-4 and from 1e5.
std::string two_digits(double value);
// The same as it is drawn, in the convention of the frame, with minus signs, and tₘᵢₙ for t_min: with a subscript τ, which only our fonts have (theme.h). plain() takes it back to "_τ", for what leaves the program as text.
std::string shown(std::string_view text);
std::string plain(std::string_view shown);

// t itself, or τ = 1 − t; its letter; "t = 0.620" or "τ = 0.380".
double shown_time(double t);
std::string_view time_letter();
std::string time_label(double t, int decimals = 3);

// What runs from one end of the time bar to the other: t, from the noise (or the data set it starts from) to the data. Langevin dynamics have a time r of their own while t
// stands still; where all lanes shown have it, that is what runs: r, or its share r/R where they do not run equally long.
struct Clock {
    std::string start = "noise", end = "data";
    std::optional<double> duration = {};  // of r; 1 where its share runs
    std::string letter = "t";             // in the project's notation
};
Clock clock_of(const Scene& scene);
std::string clock_label(const Clock& clock, double t, int decimals = 3);  // "t = 0.620", "r = 2.480" or "r/R = 0.620"

// "t", "t_min", "t_max", "t*": what an option with this symbol holds is a time, shown and entered as one.
bool is_time_symbol(std::string_view symbol);

}  // namespace pf::panels
