#include "core/math/dataset/datasets.h"

#include <array>

namespace pf {

#define X(id, label, meaning) std::unique_ptr<Dataset> make_##id##_dataset();
PF_DATASETS(X)
#undef X

Table<Dataset> datasets() {
#define X(id, label, meaning) Entry<Dataset>{#id, label, meaning, make_##id##_dataset},
    static constexpr std::array table{PF_DATASETS(X)};
#undef X
    return table;
}

}  // namespace pf
