// The loops of the fused network, compiled once per instruction set by kernels_<set>.cpp, which define PF_SET (the namespace) and PF_LANES
// (floats per vector). Nothing here may call inline functions of the standard library: compiled for a newer processor, the linker could give them
// to the rest of the program.
//
// All layers go over one tile of rows at a time, forward and backward, so that activations stay in the cache. One micro-kernel, a block of
// PF_ROWS × 2 vectors of C in registers, serves the forward pass (bias and activation in the same sweep), dL/dx and dL/dw.
#if PF_LANES > 4
#include <immintrin.h>
#endif
#include <utility>

#include "core/nn/fused/kernels.h"

#define PF_INLINE inline __attribute__((always_inline))
#ifdef __clang__
#define PF_UNROLL _Pragma("clang loop unroll(full)")
#define PF_KEEP _Pragma("clang loop unroll(disable)")
#else
#define PF_UNROLL _Pragma("GCC unroll 16")
#define PF_KEEP _Pragma("GCC unroll 1")
#endif

namespace pf::nn::fused {
namespace {

typedef float Vector __attribute__((vector_size(PF_LANES * 4)));
typedef float Loose __attribute__((vector_size(PF_LANES * 4), aligned(4), may_alias));
typedef int Integers __attribute__((vector_size(PF_LANES * 4)));

constexpr int lanes = PF_LANES;
constexpr int block_rows = PF_LANES == 16 ? 12 : 6;  // × 2 vectors: 24 of 32 registers, or 12 of 16

PF_INLINE Vector load(const float* p) { return *reinterpret_cast<const Loose*>(p); }
PF_INLINE void store(float* p, Vector v) { *reinterpret_cast<Loose*>(p) = v; }
PF_INLINE Vector all(float x) {
#if PF_LANES == 16
    return _mm512_set1_ps(x);
#elif PF_LANES == 8
    return _mm256_set1_ps(x);
#else
    return Vector{x, x, x, x};
#endif
}
PF_INLINE Vector inverse(Vector x) {
#if PF_LANES == 16
    const Vector y = _mm512_maskz_rcp14_ps(0xffff, x);
    return y * (all(2) - x * y);
#else
    return all(1) / x;
#endif
}
PF_INLINE Vector smaller(Vector a, Vector b) { return a < b ? a : b; }
PF_INLINE Vector larger(Vector a, Vector b) { return a > b ? a : b; }
template <int by, int... k>
PF_INLINE Vector turned(Vector v, std::integer_sequence<int, k...>) {
    return __builtin_shufflevector(v, v, ((k + by) % lanes)...);
}
PF_INLINE float sum(Vector v) {
    constexpr std::make_integer_sequence<int, lanes> all_lanes{};
    if constexpr (lanes > 8) v += turned<8>(v, all_lanes);
    if constexpr (lanes > 4) v += turned<4>(v, all_lanes);
    v += turned<2>(v, all_lanes);
    v += turned<1>(v, all_lanes);
    return v[0];
}

// eˣ, relative error at most 2e-7 + 7e-8 |x|, for |x| ≤ 87, beyond which it stays: 2ⁿ 2ʳ with |r| ≤ ½ and 2ʳ by the polynomial of degree 5, exact at 0, of least relative error (9e-8).
PF_INLINE Vector exponential(Vector x) {
    const Vector per_two = all(1.44269504f);
#if PF_LANES == 16
    x = _mm512_maskz_range_ps(0xffff, x, all(87), 2);  // the smaller in size, with the sign of x
    const Vector n = _mm512_maskz_roundscale_ps(0xffff, x * per_two, 8);
#else
    x = smaller(larger(x, all(-87)), all(87));
    const Vector shifted = x * per_two + all(12582912.0f), n = shifted - all(12582912.0f);
#endif
    const Vector r = x * per_two - n;
    Vector e = all(1.326472725e-3f);
    e = e * r + all(9.671512688e-3f);
    e = e * r + all(5.550733744e-2f);
    e = e * r + all(2.402224208e-1f);
    e = e * r + all(6.931469776e-1f);
    e = e * r + all(1);
#if PF_LANES == 16
    return _mm512_maskz_scalef_ps(0xffff, e, n);
#else
    const Integers exponent = (__builtin_bit_cast(Integers, shifted) + 127) << 23;
    return e * __builtin_bit_cast(Vector, exponent);
#endif
}

// h = activation(z), and its slope where it is wanted.
template <Activation A, bool with_slope>
PF_INLINE Vector activate(Vector z, Vector& slope) {
    if constexpr (A == Activation::silu) {
        const Vector s = inverse(all(1) + exponential(-z)), h = z * s;
        if constexpr (with_slope) slope = s + h * (all(1) - s);
        return h;
    } else if constexpr (A == Activation::tanh) {
        const Vector h = all(1) - all(2) * inverse(all(1) + exponential(z + z));
        if constexpr (with_slope) slope = all(1) - h * h;
        return h;
    } else if constexpr (A == Activation::relu) {
        if constexpr (with_slope) slope = z > all(0) ? all(1) : all(0);
        return z > all(0) ? z : all(0);
    } else {
        // z Φ(z), with erf of |z|/√2 by Abramowitz & Stegun 7.1.26, |error| ≤ 1.5e-7.
        const Vector x = larger(z, -z) * all(0.70710678f), gauss = exponential(-x * x), k = inverse(all(1) + all(0.3275911f) * x);
        const Vector tail = k * (all(0.254829592f) + k * (all(-0.284496736f) + k * (all(1.421413741f) + k * (all(-1.453152027f) + k * all(1.061405429f))))) * gauss;
        const Vector upper = all(1) - all(0.5f) * tail, phi = z < all(0) ? all(1) - upper : upper;
        if constexpr (with_slope) slope = phi + z * all(0.39894228f) * gauss;
        return z * phi;
    }
}

// What becomes of C: added to; A·B times the numbers in `other`; activation of bias + A·B, whose slope goes to `other` or is not wanted.
enum class End { add, times, activation, activation_slope };

// A block of M × N vectors: C = end(A [M, K] · B [K, N vectors]), A[m, k] at m·am + k·ak.
template <End end, Activation act, int M, int N>
PF_INLINE void block(int K, const float* A, long am, long ak, const float* B, long ldb, float* C, long ldc, float* other, const float* bias) {
    constexpr bool activated = end == End::activation || end == End::activation_slope;
    Vector c[M][N];
    PF_UNROLL
    for (int m = 0; m < M; ++m)
        PF_UNROLL
        for (int n = 0; n < N; ++n) c[m][n] = end == End::add ? load(C + m * ldc + n * lanes) : activated ? load(bias + n * lanes) : all(0);
    PF_KEEP
    for (int k = 0; k < K; ++k) {
        Vector b[N];
        PF_UNROLL
        for (int n = 0; n < N; ++n) b[n] = load(B + k * ldb + n * lanes);
        PF_UNROLL
        for (int m = 0; m < M; ++m) {
            const Vector a = all(A[m * am + k * ak]);
            PF_UNROLL
            for (int n = 0; n < N; ++n) c[m][n] += a * b[n];
        }
    }
    PF_UNROLL
    for (int m = 0; m < M; ++m)
        PF_UNROLL
        for (int n = 0; n < N; ++n) {
            const long at = m * ldc + n * lanes;
            if constexpr (end == End::add) {
                store(C + at, c[m][n]);
            } else if constexpr (end == End::times) {
                store(C + at, c[m][n] * load(other + at));
            } else {
                Vector slope;
                store(C + at, activate<act, end == End::activation_slope>(c[m][n], slope));
                if constexpr (end == End::activation_slope) store(other + at, slope);
            }
        }
}

template <End end, Activation act, int N>
PF_INLINE void column(int M, int K, const float* A, long am, long ak, const float* B, long ldb, float* C, long ldc, float* other, const float* bias) {
    int m = 0;
    for (; m + block_rows <= M; m += block_rows) block<end, act, block_rows, N>(K, A + m * am, am, ak, B, ldb, C + m * ldc, ldc, other + m * ldc, bias);
    if constexpr (block_rows > 8)
        if (m + 8 <= M) block<end, act, 8, N>(K, A + m * am, am, ak, B, ldb, C + m * ldc, ldc, other + m * ldc, bias), m += 8;
    if (m + 4 <= M) block<end, act, 4, N>(K, A + m * am, am, ak, B, ldb, C + m * ldc, ldc, other + m * ldc, bias), m += 4;
    for (; m + 2 <= M; m += 2) block<end, act, 2, N>(K, A + m * am, am, ak, B, ldb, C + m * ldc, ldc, other + m * ldc, bias);
    if (m < M) block<end, act, 1, N>(K, A + m * am, am, ak, B, ldb, C + m * ldc, ldc, other + m * ldc, bias);
}

// C [M, N] over whole vectors of N; the panel of B that a column of blocks needs stays in the first-level cache.
template <End end, Activation act>
void product(int M, int N, int K, const float* A, long am, long ak, const float* B, long ldb, float* C, long ldc, float* other, const float* bias) {
    int n = 0;
    for (; n + 2 * lanes <= N; n += 2 * lanes) column<end, act, 2>(M, K, A, am, ak, B + n, ldb, C + n, ldc, other + n, bias + n);
    if (n < N) column<end, act, 1>(M, K, A, am, ak, B + n, ldb, C + n, ldc, other + n, bias + n);
}

int padded(int n) { return (n + lanes - 1) / lanes * lanes; }

// The last layer for one row: two dot products over whole vectors.
PF_INLINE void output(const Layer& last, const float* parameters, const float* h, float* out) {
    const float *w0 = parameters + last.weight, *w1 = w0 + last.pitch;
    Vector s0 = all(0), s1 = all(0);
    for (int i = 0; i < last.in; i += lanes) {
        const Vector v = load(h + i);
        s0 += v * load(w0 + i);
        s1 += v * load(w1 + i);
    }
    out[0] = sum(s0) + parameters[last.bias];
    out[1] = sum(s1) + parameters[last.bias + 1];
}

template <Activation act>
void train_tile(const Net& net, const Tile& w, const float* features, const float* target, const float* weight, int rows, float scale, float* gradient, double* loss) {
    const int hidden = net.plan->hidden;
    const Layer* layers = net.plan->layers;
    const float *parameters = net.parameters, *h = features;
    long pitch = layers[0].in;
    for (int l = 0; l < hidden; ++l) {
        const Layer& layer = layers[l];
        float* value = w.value[l];
        product<End::activation_slope, act>(rows, padded(layer.out), layer.in, h, pitch, 1, parameters + layer.weight, layer.pitch, value, layer.pitch, w.slope[l],
                                            parameters + layer.bias);
        h = value;
        pitch = layer.pitch;
    }
    const Layer& last = layers[hidden];
    float* g = w.output;
    float bias0 = 0, bias1 = 0;
    double total = 0;
    for (int r = 0; r < rows; ++r) {
        float out[2];
        output(last, parameters, h + r * pitch, out);
        const float e0 = out[0] - target[2 * r], e1 = out[1] - target[2 * r + 1];
        total += static_cast<double>(weight[r]) * (e0 * e0 + e1 * e1);
        bias0 += g[2 * r] = scale * weight[r] * e0;
        bias1 += g[2 * r + 1] = scale * weight[r] * e1;
    }
    *loss += total;
    gradient[last.bias] += bias0;
    gradient[last.bias + 1] += bias1;
    const int in = padded(last.in);
    float* const unused = g;
    product<End::add, act>(2, in, rows, g, 1, 2, h, pitch, gradient + last.weight, last.pitch, unused, unused);
    product<End::times, act>(rows, in, 2, g, 2, 1, parameters + last.weight, last.pitch, w.gradient[hidden - 1], pitch, w.slope[hidden - 1], unused);
    for (int l = hidden - 1; l >= 0; --l) {
        const Layer& layer = layers[l];
        const float* dz = w.gradient[l];
        const float* input = l ? w.value[l - 1] : features;
        const long input_pitch = l ? layers[l - 1].pitch : layer.in;
        const int out = padded(layer.out);
        product<End::add, act>(layer.in, out, rows, input, 1, input_pitch, dz, layer.pitch, gradient + layer.weight, layer.pitch, unused, unused);
        for (int j = 0; j < out; j += lanes) {
            Vector even = load(gradient + layer.bias + j), odd = all(0);
            int r = 0;
            for (; r + 1 < rows; r += 2) {
                even += load(dz + r * static_cast<long>(layer.pitch) + j);
                odd += load(dz + (r + 1) * static_cast<long>(layer.pitch) + j);
            }
            if (r < rows) even += load(dz + r * static_cast<long>(layer.pitch) + j);
            store(gradient + layer.bias + j, even + odd);
        }
        if (l)
            product<End::times, act>(rows, padded(layer.in), layer.out, dz, layer.pitch, 1, net.transposed + layer.transposed, layer.transposed_pitch,
                                     w.gradient[l - 1], input_pitch, w.slope[l - 1], unused);
    }
}

template <Activation act, bool with_divergence>
void evaluate_tile(const Net& net, const Tile& w, const float* x, const float* bias, int rows, float* out, float* divergence) {
    const int hidden = net.plan->hidden;
    const Layer* layers = net.plan->layers;
    const float *parameters = net.parameters, *h = x;
    float *tangent = w.tangent[0], *next = w.tangent[1];  // ∂h/∂x, then ∂h/∂y
    long pitch = 2;
    for (int l = 0; l < hidden; ++l) {
        const Layer& layer = layers[l];
        const int width = padded(layer.out);
        const float* weights = parameters + layer.weight;
        float *value = w.value[l], *slope = w.slope[l];
        product<with_divergence ? End::activation_slope : End::activation, act>(rows, width, l ? layer.in : 2, h, pitch, 1, weights, layer.pitch, value, layer.pitch, slope,
                                                                                l ? parameters + layer.bias : bias);
        if constexpr (with_divergence) {
            for (int axis = 0; axis < 2; ++axis) {
                float* to = next + static_cast<long>(axis) * rows * layer.pitch;
                if (l)
                    product<End::times, act>(rows, width, layer.in, tangent + axis * rows * pitch, pitch, 1, weights, layer.pitch, to, layer.pitch, slope, slope);
                else
                    for (int r = 0; r < rows; ++r)
                        for (int j = 0; j < width; j += lanes) {
                            const long at = r * static_cast<long>(layer.pitch) + j;
                            store(to + at, load(slope + at) * load(weights + axis * layer.pitch + j));
                        }
            }
            float* done = tangent;
            tangent = next;
            next = done;
        }
        h = value;
        pitch = layer.pitch;
    }
    const Layer& last = layers[hidden];
    for (int r = 0; r < rows; ++r) {
        output(last, parameters, h + r * pitch, out + 2 * r);
        if constexpr (with_divergence) {
            const float *w0 = parameters + last.weight, *w1 = w0 + last.pitch, *dx = tangent + r * pitch, *dy = dx + rows * pitch;
            Vector s = all(0);
            for (int i = 0; i < last.in; i += lanes) s += load(dx + i) * load(w0 + i) + load(dy + i) * load(w1 + i);
            divergence[r] = sum(s);
        }
    }
}

void train(const Net& net, const Tile& w, const float* features, const float* target, const float* weight, int rows, float scale, float* gradient, double* loss) {
    switch (net.plan->activation) {
        case Activation::silu: return train_tile<Activation::silu>(net, w, features, target, weight, rows, scale, gradient, loss);
        case Activation::tanh: return train_tile<Activation::tanh>(net, w, features, target, weight, rows, scale, gradient, loss);
        case Activation::relu: return train_tile<Activation::relu>(net, w, features, target, weight, rows, scale, gradient, loss);
        case Activation::gelu: return train_tile<Activation::gelu>(net, w, features, target, weight, rows, scale, gradient, loss);
    }
}

template <Activation act>
void evaluate_with(const Net& net, const Tile& w, const float* x, const float* bias, int rows, float* out, float* divergence) {
    if (divergence) evaluate_tile<act, true>(net, w, x, bias, rows, out, divergence);
    else evaluate_tile<act, false>(net, w, x, bias, rows, out, divergence);
}
void evaluate(const Net& net, const Tile& w, const float* x, const float* bias, int rows, float* out, float* divergence) {
    switch (net.plan->activation) {
        case Activation::silu: return evaluate_with<Activation::silu>(net, w, x, bias, rows, out, divergence);
        case Activation::tanh: return evaluate_with<Activation::tanh>(net, w, x, bias, rows, out, divergence);
        case Activation::relu: return evaluate_with<Activation::relu>(net, w, x, bias, rows, out, divergence);
        case Activation::gelu: return evaluate_with<Activation::gelu>(net, w, x, bias, rows, out, divergence);
    }
}

double add_up(float* const* parts, int count, long n) {
    float* const to = parts[0];
    Vector s = all(0);
    double total = 0;
    for (long i = 0; i < n; i += lanes) {
        Vector v = load(to + i);
        for (int p = 1; p < count; ++p) v += load(parts[p] + i);
        if (count > 1) store(to + i, v);
        s += v * v;
        if (i % 1024 == 0) total += static_cast<double>(sum(s)), s = all(0);  // short sums round less
    }
    return total + static_cast<double>(sum(s));
}

void adam(const Kernels::AdamStep& step, const float* __restrict gradient, float* __restrict m, float* __restrict v, float* __restrict parameters, float* __restrict average, long n) {
    constexpr float beta1 = 0.9f, beta2 = 0.999f, epsilon = 1e-8f;
    for (long i = 0; i < n; ++i) {
        const float g = step.gradient_scale * gradient[i];
        m[i] = beta1 * m[i] + (1 - beta1) * g;
        v[i] = beta2 * v[i] + (1 - beta2) * (g * g);
        parameters[i] -= step.learning_rate * m[i] / (__builtin_sqrtf(v[i]) * step.root_scale + epsilon);
        average[i] += step.average_rate * (parameters[i] - average[i]);
    }
}

// Swaps what lies beside the diagonal in blocks of `distance` × `distance` of two rows, `distance` apart: for 1, 2, 4, … in turn it transposes a square.
template <int distance, int... k>
PF_INLINE void swap_blocks(Vector& a, Vector& b, std::integer_sequence<int, k...>) {
    const Vector upper = __builtin_shufflevector(a, b, ((k & distance) == 0 ? k : lanes + k - distance)...);
    b = __builtin_shufflevector(a, b, ((k & distance) == 0 ? k + distance : lanes + k)...);
    a = upper;
}
template <int distance>
PF_INLINE void swap_all_blocks(Vector (&rows)[lanes]) {
    PF_UNROLL
    for (int i = 0; i < lanes; ++i)
        if ((i & distance) == 0) swap_blocks<distance>(rows[i], rows[i + distance], std::make_integer_sequence<int, lanes>{});
}
PF_INLINE void transpose_square(const float* from, long from_pitch, float* to, long to_pitch) {
    Vector rows[lanes];
    PF_UNROLL
    for (int i = 0; i < lanes; ++i) rows[i] = load(from + i * from_pitch);
    swap_all_blocks<1>(rows);
    swap_all_blocks<2>(rows);
    if constexpr (lanes > 4) swap_all_blocks<4>(rows);
    if constexpr (lanes > 8) swap_all_blocks<8>(rows);
    PF_UNROLL
    for (int i = 0; i < lanes; ++i) store(to + i * to_pitch, rows[i]);
}

void transpose(const Plan& plan, const float* parameters, float* transposed) {
    for (int l = 1; l < plan.hidden; ++l) {
        const Layer& layer = plan.layers[l];
        const float* from = parameters + layer.weight;
        float* to = transposed + layer.transposed;
        const long pitch = layer.pitch, transposed_pitch = layer.transposed_pitch;
        const int whole_out = layer.out / lanes * lanes, whole_in = layer.in / lanes * lanes;
        for (int i = 0; i < whole_in; i += lanes)
            for (int o = 0; o < whole_out; o += lanes) transpose_square(from + i * pitch + o, pitch, to + o * transposed_pitch + i, transposed_pitch);
        // Rows and columns that fill no vector; what pads them stays 0.
        for (int i = 0; i < layer.in; ++i)
            for (int o = i < whole_in ? whole_out : 0; o < layer.out; ++o) to[o * transposed_pitch + i] = from[i * pitch + o];
    }
}

float multiply_add(long times) {
    constexpr int n = Kernels::fma_vectors;
    Vector c[n];
    PF_UNROLL
    for (int i = 0; i < n; ++i) c[i] = all(1e-3f * static_cast<float>(i));
    const Vector a = all(0.9999f), b = all(1e-7f);
    PF_KEEP
    for (long k = 0; k < times; ++k)
        PF_UNROLL
        for (int i = 0; i < n; ++i) c[i] = c[i] * a + b;
    Vector total = all(0);
    PF_UNROLL
    for (int i = 0; i < n; ++i) total += c[i];
    return sum(total);
}

}  // namespace

extern const Kernels PF_SET;
const Kernels PF_SET{PF_NAME, lanes, train, evaluate, add_up, adam, transpose, multiply_add};

}  // namespace pf::nn::fused
