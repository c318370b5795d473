#include "core/math/grid/grids.h"

#include <array>

namespace pf {

#define X(id, label, meaning) std::unique_ptr<Grid> make_##id##_grid();
PF_GRIDS(X)
#undef X

Table<Grid> grids() {
#define X(id, label, meaning) Entry<Grid>{#id, label, meaning, make_##id##_grid},
    static constexpr std::array table{PF_GRIDS(X)};
#undef X
    return table;
}

}  // namespace pf
