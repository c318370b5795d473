#pragma once
#include "app/runtime/compute.h"

namespace pf {

// The field of model `model` as a lane follows it: with the lane's guidance, or itself. Null where a network has no weights.
std::shared_ptr<const Field> guided_field(const Scene& scene, const Lane& lane, int model, const FieldSet& fields);

}  // namespace pf
