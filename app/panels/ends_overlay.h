#pragma once
#include "app/panels/sheet.h"
#include "app/runtime/scene.h"

namespace pf::panels {

// What a lane without a field has to connect: draws of the noise, or of the source, and of the data, with their legend.
void draw_ends(const Sheet& sheet, const Scene& scene);

}  // namespace pf::panels
