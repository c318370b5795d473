#include "core/nn/fused/kernels.h"

#include <algorithm>
#include <cstdlib>
#include <string_view>

#include "core/math/errors.h"

namespace pf::nn::fused {

extern const Kernels baseline_kernels;
#if defined(__x86_64__)
extern const Kernels avx2_kernels, avx512_kernels;
#endif

Plan plan_for(const Architecture& architecture, int lanes) {
    const auto padded = [lanes](int n) { return (n + lanes - 1) / lanes * lanes; };
    const auto pitch = [&](int n) { return padded(n) >= 64 ? padded(n) + 16 : padded(n); };
    Plan plan;
    plan.activation = architecture.activation;
    plan.lanes = lanes;
    plan.hidden = architecture.depth;
    int in = input_features(architecture);
    long largest = 0;  // matrix between hidden layers
    for (int l = 0; l <= plan.hidden; ++l) {
        Layer& layer = plan.layers[l];
        const bool last = l == plan.hidden;
        layer.in = in;
        layer.out = last ? 2 : architecture.hidden[l];
        layer.pitch = pitch(last ? in : layer.out);
        layer.weight = plan.parameters;
        plan.parameters += static_cast<long>(last ? 2 : in) * layer.pitch;
        layer.bias = plan.parameters;
        plan.parameters += padded(layer.out);
        if (l > 0 && !last) {
            layer.transposed_pitch = pitch(in);
            layer.transposed = plan.transposed;
            plan.transposed += static_cast<long>(layer.out) * layer.transposed_pitch;
            largest = std::max(largest, static_cast<long>(layer.in) * layer.out);
        }
        if (!last) plan.widest = std::max(plan.widest, layer.pitch);
        in = layer.out;
    }
    // A gradient that does not stay in the second-level cache is worth many rows each time it comes.
    plan.rows = plan.widest <= 144 ? 128 : largest <= 320L * 320 ? 64 : 256;
    return plan;
}

bool available(InstructionSet set) {
#if defined(__x86_64__)
    if (set == InstructionSet::avx2) return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
    if (set == InstructionSet::avx512) return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl");
#endif
    return set == InstructionSet::baseline;
}

const Kernels& kernels(InstructionSet set) {
    check(available(set), "instruction set {}", static_cast<int>(set));
#if defined(__x86_64__)
    if (set == InstructionSet::avx2) return avx2_kernels;
    if (set == InstructionSet::avx512) return avx512_kernels;
#endif
    return baseline_kernels;
}

InstructionSet best_instruction_set() {
    const char* asked = std::getenv("PROBFLOW_SIMD");
    const std::string_view limit = asked ? asked : "avx512";
    for (const auto& [set, name] : {std::pair{InstructionSet::avx512, "avx512"}, std::pair{InstructionSet::avx2, "avx2"}}) {
        if (limit == "baseline" || (limit == "avx2" && set == InstructionSet::avx512)) continue;
        if (available(set)) return set;
    }
    return InstructionSet::baseline;
}

}  // namespace pf::nn::fused
