#pragma once
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace pf {

// Frames first, then training, then the flow (design.md): the calling thread gives way to threads with a smaller number, from 0 to 19, when
// cores are scarce. It cannot be taken back.
inline void give_way(int nice) { setpriority(PRIO_PROCESS, static_cast<id_t>(syscall(SYS_gettid)), nice); }

}  // namespace pf
