#include "core/math/sigma/sigmas.h"

#include <array>

namespace pf {

#define X(id, label, meaning) std::unique_ptr<Sigma> make_##id##_sigma();
PF_SIGMAS(X)
#undef X

Table<Sigma> sigmas() {
#define X(id, label, meaning) Entry<Sigma>{#id, label, meaning, make_##id##_sigma},
    static constexpr std::array table{PF_SIGMAS(X)};
#undef X
    return table;
}

}  // namespace pf
