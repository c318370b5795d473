#include "app/runtime/sigma_shape.h"

#include "app/runtime/formula/formula_field.h"

namespace pf {

std::unique_ptr<Sigma> make_sigma(const Lane& lane, const std::string& where) {
    if (lane.sigma.id == "formula") return std::make_unique<FormulaSigma>(lane.sigma_expression, where + ".expression");
    return build(sigmas(), lane.sigma, where);
}

}  // namespace pf
