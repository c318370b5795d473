#pragma once
#include <cstddef>
#include <vector>

// The inner loops of exact mixture fields, in versions (core/math/simd).
namespace pf::mixture_kernels {

// One component at one t. With (a, b) = W (x, y) + (w_x, w_y), W upper triangular, its term in p_t is 2^(height − a² − b²); its velocity,
// score and denoiser are affine in (x, y), with symmetric matrices.
template <class S>
struct Slice {
    S w00, w01, w11, w_x, w_y, height;
    struct Affine {
        S x, y, m00, m01, m11;
    } velocity, score, denoiser;
    S trace;  // of the velocity's matrix
};

// A mixture at one t. `round`: all matrices are multiples of the identity, and m01, m11, w01, w11 are not read.
template <class S>
struct Slices {
    std::vector<Slice<S>> components;
    bool round = false;
};

// n points (x, y), and where their values go; null pointers are not filled. Velocity
// alone is the cheapest; the score, then the divergence, then the denoiser cost more sums.
template <class S>
struct Request {
    std::ptrdiff_t n = 0;
    const S *x = nullptr, *y = nullptr;
    S* velocity[2] = {};
    S* score[2] = {};
    S* denoiser[2] = {};
    S *divergence = nullptr, *log_density = nullptr;
};

// Weighted averages over the components, by weights relative to the largest term near each point, so that nothing overflows and not
// everything vanishes. Any number of components; time and accuracy per component do not depend on how many there are.
template <class S> void evaluate(const Slices<S>& slices, const Request<S>& request);

}  // namespace pf::mixture_kernels
