#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "core/math/table.h"

namespace pf {

// The options of a table entry as a list: what kind each is, and its default; a curve has points instead of a value, and the domain is theirs.
struct Option {
    enum class Kind { real, integer, boolean, curve } kind = Kind::real;
    std::string id;
    double value = 0;
    Domain domain{};
    CurvePoints points{};  // curves: the default
    std::string meaning{};  // one line
};
std::vector<Option> options(Configurable& object);

// Tables of every place a Choice stands in.
enum class ChoiceTable { data, schedule, weighting, times, sigma, solver, grid };
// Ids of a table's entries, with those that a scene may name besides ("mixture", "points", "formula").
std::vector<std::string_view> ids(ChoiceTable table);
// Options of the entry `id`; empty for ids without a table entry ("mixture", "formula"). Throws BadInput for an unknown id.
std::vector<Option> options(ChoiceTable table, const std::string& id, const std::string& where);

}  // namespace pf
