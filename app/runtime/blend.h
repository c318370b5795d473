#pragma once
#include "app/runtime/scene.h"

namespace pf {

// On the way from one scene to another: `to`, but with real options between those of both, linearly, where the same entry stands in both: σ_t of lanes, and
// schedules of models that are no networks (a network's belong to what it learned). `share` runs from 0 (options of `from`) to 1 (`to` itself).
// Everything else is that of `to`. Where the scene between would not be legal, it is `to`.
Scene blend(const Scene& from, const Scene& to, double share);

// Whether any option moves on that way.
bool blends(const Scene& from, const Scene& to);

}  // namespace pf
