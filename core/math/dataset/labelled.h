#pragma once
#include "core/math/dataset/dataset.h"

namespace pf {

// p(x|label): the parts of a mixture with that label. Throws BadInput where there is none.
std::shared_ptr<const Mixture> with_label(const Mixture& mixture, int label);

// p(x|label) as a data set: the draws of `data` with that label, and its mixture where there is one.
std::shared_ptr<const Dataset> with_label(std::shared_ptr<const Dataset> data, int label);

}  // namespace pf
