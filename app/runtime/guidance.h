#pragma once
#include <optional>

#include "app/runtime/compute.h"

namespace pf {

// The field of model `model` as a lane follows it: with the lane's guidance, or itself. Null where a network has no weights.
std::shared_ptr<const Field> guided_field(const Scene& scene, const Lane& lane, int model, const FieldSet& fields);

// The marginal fields that a lane follows, as functions of x and t, guided where it is: what arrows and a probe show. The lane's own clock, and what its
// process and variant make of these fields, are in lane_problem.h. Each is null where a network has no weights.
struct LaneFields {
    std::shared_ptr<const Field> velocity;  // also D, ε and ∇·u as knows() says
    std::shared_ptr<const Field> score;     // of the lane's score model; the same object where that is its model
};
LaneFields lane_fields(const Scene& scene, int lane, const FieldSet& fields);

// The data whose p_t a lane with exact fields and the right equation has: all of it, or that of one label (w = 1, or w = 0 throughout). Null where no
// closed form is known: for any other w the density of guided sampling has none (math.md), for a label of data that is no mixture, and on a coupled path.
std::shared_ptr<const Dataset> exact_data(const Scene& scene, const Lane& lane);
// The same as a label, −1: all data.
std::optional<int> exact_label(const Scene& scene, const Lane& lane);
// Why nothing exact is known to compare a lane's density with; empty if it is.
std::string why_no_exact(const Scene& scene, const Lane& lane);

// Whether the data of a table entry are a Gaussian mixture, exactly or by quadrature. Kept, so that panels may ask every frame.
bool has_mixture(const std::string& id);

}  // namespace pf
