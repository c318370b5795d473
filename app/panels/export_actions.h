#pragma once
#include "app/panels/context.h"

namespace pf::panels {

// What the export dialog's button does: asks whether a file may be replaced, then for the film. Nothing while the film cannot be made.
void confirm_export(Context& context);

}  // namespace pf::panels
