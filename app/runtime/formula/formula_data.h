#pragma once
#include <memory>
#include <string>

#include "core/math/dataset/dataset.h"

namespace pf {

// p_data ∝ an expression in x and y. The density is taken on a grid of nodes over the rectangle that holds all but about 10⁻⁶ of its mass, found by
// itself within ±128, and is bilinear between them: draws are exact draws of that, by the inverse of its distribution function. The rectangle is
// searched here, the grid is made when it is first needed; both are kept for the last few formulas. Thread-safe.
// Throws BadInput "<where>: column 7: …", or says where the formula is negative, infinite or not a number, or that it has no mass or too much far out.
std::shared_ptr<const Dataset> make_formula_data(const std::string& formula, const std::string& where = "data.formula");

}  // namespace pf
