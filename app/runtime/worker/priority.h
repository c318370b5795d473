#pragma once
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cstdint>

namespace pf {
namespace detail {

// Linux's sched_setattr(2), which the C library of Debian 12 does not know. `thread`: 0 is the calling one. `runtime`: the slice of time it asks for, in
// ns, 0 the usual one; kernels before 6.12 overlook it.
inline void schedule(id_t thread, int nice, std::uint64_t runtime) {
    struct {
        std::uint32_t size = 48, policy = 0;
        std::uint64_t flags = 0;
        std::int32_t nice = 0;
        std::uint32_t priority = 0;
        std::uint64_t runtime = 0, deadline = 0, period = 0;
    } wanted;
    wanted.nice = nice;
    wanted.runtime = runtime;
    if (syscall(SYS_sched_setattr, thread, &wanted, 0) != 0) setpriority(PRIO_PROCESS, thread, nice);
}

}  // namespace detail

// Frames first, then training, then the flow (design.md): a thread, the calling one if none is named, gives way to threads with a smaller number, from
// 0 to 19, when cores are scarce. It cannot be taken back.
inline void give_way(int nice, id_t thread = 0) { detail::schedule(thread, nice, 0); }

// The calling thread, and those it starts that do not give way, work often and shortly, and run as soon as there is something to do: with the usual
// slice Linux lets a thread that computes go on for some milliseconds first, and frames come late.
inline void come_at_once() {
    constexpr std::uint64_t shortest = 100'000;
    detail::schedule(0, getpriority(PRIO_PROCESS, 0), shortest);
}

}  // namespace pf
