#pragma once
#include <string_view>

namespace pf::simd {

// The versions kernels are compiled in. avx2 includes FMA; avx512 stands for F, BW, DQ and VL.
enum class InstructionSet { baseline, avx2, avx512 };

// The best the processor at hand can run.
InstructionSet best();
// The one dispatch() takes: best(), unless forced. Any thread.
InstructionSet current();
std::string_view name(InstructionSet set);  // "AVX2"

// While it lives, dispatch() takes `set` in every thread: to compare the versions. `set` must not be above best().
class Forced {
public:
    explicit Forced(InstructionSet set);
    ~Forced();
    Forced(const Forced&) = delete;
    Forced& operator=(const Forced&) = delete;

private:
    InstructionSet before_;
};

}  // namespace pf::simd
