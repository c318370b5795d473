#pragma once
#include "core/nn/front.h"

namespace pf::nn::fused {

// Where the numbers of one network lie. Activations are [row][unit]; a hidden layer's weights are [in][out], so that a row of them is a row
// of vectors, the last layer's [2][in]; all rows are padded with zeros to whole vectors, and by one vector more from 64 on, so that rows do not
// fall on the same cache lines. Transposed copies of the hidden weights [out][in] serve the backward pass.
struct Layer {
    int in = 0, out = 0;
    int pitch = 0;              // of a row of weights, and of activations of a hidden layer
    long weight = 0, bias = 0;  // offsets into the parameters
    int transposed_pitch = 0;   // hidden layers after the first only
    long transposed = 0;        // offset into the transposed copies
};
struct Plan {
    Activation activation = Activation::silu;
    int lanes = 0, hidden = 0;  // floats per vector; hidden layers
    int rows = 0;               // of a tile: what goes through all layers at a time, in the cache
    int widest = 0;             // longest row of activations
    Layer layers[max_depth + 1];
    long parameters = 0, transposed = 0;  // floats
};
Plan plan_for(const Architecture& architecture, int lanes);

// Scratch for one tile, per hidden layer: h, h', dL/dz, [rows][pitch]. Plain pointers here and below, because what works on them is
// compiled for processors that the rest of the program is not.
struct Tile {
    float *value[max_depth], *slope[max_depth], *gradient[max_depth];
    float* tangent[2];  // ∂h/∂x above ∂h/∂y, [2 rows][widest], of this layer and the next
    float* output;      // dL/dout, [rows][2]
};

// One network's weights.
struct Net {
    const Plan* plan;
    const float *parameters, *transposed;
};

// The loops of one instruction set; all do the same arithmetic, up to rounding.
struct Kernels {
    const char* name;
    int lanes;
    // Forward and backward for `rows` ≤ plan.rows rows: adds Σ w |out − target|² to the loss, and `scale` times its gradient's half to `gradient`.
    void (*train)(const Net&, const Tile&, const float* features, const float* target, const float* weight, int rows, float scale, float* gradient, double* loss);
    // out [rows, 2]; x [rows, 2] are the first two features, `bias` is the first layer's with the other features' share in it.
    // divergence [rows] where it is not null: two directional derivatives that share the forward pass.
    void (*evaluate)(const Net&, const Tile&, const float* x, const float* bias, int rows, float* out, float* divergence);
    // Adds up the gradients of `count` parts in order, into the first; returns the sum of the squares.
    double (*add_up)(float* const* parts, int count, long n);
    // Adam (Kingma & Ba 2014) on flat arrays, then average ← average + (1 − decay)(parameters − average).
    struct AdamStep {
        float learning_rate;  // over 1 − β₁ᵏ
        float root_scale;     // 1/√(1 − β₂ᵏ)
        float gradient_scale, average_rate;
    };
    void (*adam)(const AdamStep&, const float* gradient, float* m, float* v, float* parameters, float* average, long n);
    void (*transpose)(const Plan&, const float* parameters, float* transposed);
    // Multiplies and adds so many vectors in registers `times` times over, as fast as the processor can: what shares of its peak are measured against.
    static constexpr int fma_vectors = 12;
    float (*multiply_add)(long times);
};

enum class InstructionSet { baseline, avx2, avx512 };

// Whether this processor has it and this program was built with it.
bool available(InstructionSet set);
// Throws std::logic_error where it is not available.
const Kernels& kernels(InstructionSet set);
// The widest available; PROBFLOW_SIMD = baseline | avx2 | avx512 asks for less (tests, comparisons).
InstructionSet best_instruction_set();

}  // namespace pf::nn::fused
