#pragma once
#include <string>

#include "app/runtime/scene.h"

namespace pf {

// A scene as a PyTorch script that runs by itself: its data, paths, networks, training and samplers, with nothing that the scene does not use. Its random
// numbers are PyTorch's, so that it agrees with the program in distribution, and with given weights in the field to rounding.
// What a part is called says where it is: python/<table>_<id>.py, a function of that name whose keywords are the options of the entry. Throws BadInput, one
// sentence with the place in the scene, for what no part is there for.
std::string torch_script(const Scene& scene);

}  // namespace pf
