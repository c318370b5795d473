#pragma once
#include <string>

#include "core/nn/description.h"

namespace pf::nn {

// The description as the JSON text inside a weight file, and back. Throws BadInput naming `where`.
std::string to_json(const Description& description);
Description description_from_json(const std::string& text, const std::string& where);

}  // namespace pf::nn
