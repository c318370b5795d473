#include "core/math/schedule/schedules.h"

#include <array>

namespace pf {

#define X(id, label, meaning) std::unique_ptr<Schedule> make_##id##_schedule();
PF_SCHEDULES(X)
#undef X

Table<Schedule> schedules() {
#define X(id, label, meaning) Entry<Schedule>{#id, label, meaning, make_##id##_schedule},
    static constexpr std::array table{PF_SCHEDULES(X)};
#undef X
    return table;
}

}  // namespace pf
