#pragma once
#include <string>
#include <string_view>

namespace pf::panels {

// What the rules of a scene say is in the words of its file: "scene: models[0].schedule.beta: …", "choose sigma zero", 'stochastic_heun'. The same in the words
// of the window: "Path: …", "choose ODE", Stochastic Heun. Anything else is kept as it is.
std::string spoken(std::string_view sentence);

}  // namespace pf::panels
