#pragma once
#include <cstddef>

// The inner loops of separable_field.h, in versions (core/math/simd).
namespace pf::separable_kernels {

// Weights are kept in the middle of the number range: `scale` is their largest exponent of two, and what is 2^lowest of the largest or less
// becomes 0, so that no product of two is denormal or overflows when summed up.
template <class S> inline constexpr int scale = sizeof(S) == 4 ? 48 : 400;
template <class S> inline constexpr int lowest = sizeof(S) == 4 ? -110 : -900;

// N(mean, variance) of several components along one axis as height − factor (z − mean)² = log₂ of it.
struct Marginals {
    int count = 0;
    const double *mean = nullptr, *factor = nullptr, *height = nullptr;
};
// out[k · stride + i] = 2^scale times the ratio of component k to the largest one at z_i = first + i step, for i < points; `largest` [points]
// and the rows of `out` are written up to a multiple of padding.
template <class S> void table(const Marginals& marginals, double first, double step, int points, double* largest, S* out, std::ptrdiff_t stride);
template <class S> inline constexpr int padding = 128 / static_cast<int>(sizeof(S));

// Two rows of weighted averages over components with weights row_k · column_k(j): a, and b unless null.
template <class S>
struct Rows {
    int components = 0;
    const int* which = nullptr;       // rows of `columns`
    const S* packed = nullptr;        // per component, for the first and the second row: weight, weight · a, weight · b
    const S* columns = nullptr;       // [.., stride]
    std::ptrdiff_t stride = 0;
    int lanes = 0;                    // a multiple of padding
    S *a[2] = {}, *b[2] = {};         // [lanes]
    S* total[2] = {};                 // Σ weights, [lanes]
};
// Returns the smallest total.
template <class S> S average(const Rows<S>& rows);

}  // namespace pf::separable_kernels
