#pragma once
#include "core/math/simd/instruction_set.h"

// Everything a kernel calls must be inlined into its versions, or it would be compiled for the baseline.
#define PF_INLINE inline __attribute__((always_inline))
#ifdef __clang__
#define PF_INDEPENDENT
#else
#define PF_INDEPENDENT _Pragma("GCC ivdep")
#endif

namespace pf::simd {

#if defined(__x86_64__)
template <class Kernel, class... A>
__attribute__((target("avx512f,avx512bw,avx512dq,avx512vl,avx2,fma"))) auto run_avx512(A&... a) {
    return Kernel::template run<64>(a...);
}
template <class Kernel, class... A>
__attribute__((target("avx2,fma"))) auto run_avx2(A&... a) {
    return Kernel::template run<32>(a...);
}
#endif
template <class Kernel, class... A>
auto run_baseline(A&... a) {
    return Kernel::template run<16>(a...);
}

// Kernel::run<bytes>(a...) in the version for the instruction set in use.
template <class Kernel, class... A>
auto dispatch(A&&... a) {
#if defined(__x86_64__)
    if (current() == InstructionSet::avx512) return run_avx512<Kernel>(a...);
    if (current() == InstructionSet::avx2) return run_avx2<Kernel>(a...);
#endif
    return run_baseline<Kernel>(a...);
}

}  // namespace pf::simd
