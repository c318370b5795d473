#include "core/math/simd/instruction_set.h"

#include <atomic>
#include <stdexcept>

namespace pf::simd {
namespace {

InstructionSet detect() {
#if defined(__x86_64__)
    __builtin_cpu_init();
    if (!__builtin_cpu_supports("avx2") || !__builtin_cpu_supports("fma")) return InstructionSet::baseline;
    const bool wide = __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl");
    return wide ? InstructionSet::avx512 : InstructionSet::avx2;
#else
    return InstructionSet::baseline;
#endif
}

std::atomic<InstructionSet>& in_use() {
    static std::atomic<InstructionSet> set{best()};
    return set;
}

}  // namespace

InstructionSet best() {
    static const InstructionSet set = detect();
    return set;
}

InstructionSet current() { return in_use().load(std::memory_order_relaxed); }

std::string_view name(InstructionSet set) { return set == InstructionSet::avx512 ? "AVX-512" : set == InstructionSet::avx2 ? "AVX2" : "baseline"; }

Forced::Forced(InstructionSet set) : before_(current()) {
    if (set > best()) throw std::logic_error("an instruction set is forced that the processor does not have");
    in_use() = set;
}

Forced::~Forced() { in_use() = before_; }

}  // namespace pf::simd
