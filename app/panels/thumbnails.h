#pragma once
#include "app/panels/panels.h"

namespace pf::panels {

// A tile of the grid of data sets: the picture is the points it is drawn with, or a sign where there are none.
struct Tile {
    std::string id, label, meaning, why_not;
    const Points* dots = nullptr;  // filling ±1
    const char* sign = "";
};
// Draws of a data set, scaled so that nearly all of them fill ±1. Kept, and where they are, while among the `most_thumbnails` data sets asked for last; UI thread only.
inline constexpr std::size_t most_thumbnails = 64;
const Points& thumbnail(const DataSpec& data);
// As many tiles in a row as there is room for, the name of the one called `current` above, which is marked; names of the others in tooltips. Those with a
// why_not are pale and say it. The id clicked.
std::optional<std::string> tile_grid(const char* id, const std::vector<Tile>& tiles, std::string_view current, Theme theme);

}  // namespace pf::panels
