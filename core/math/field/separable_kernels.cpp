#include "core/math/field/separable_kernels.h"

#include <limits>

#include "core/math/simd/vector.h"

namespace pf::separable_kernels {
namespace {

using namespace pf::simd;

template <class S>
struct Table {
    template <int bytes>
    static PF_INLINE void run(const Marginals& m, const double& first, const double& step, const int& points, double* const& largest, S* const& out, const std::ptrdiff_t& stride) {
        using V = Vector<double, bytes>;
        constexpr int W = lanes<V>;
        V counting{};
        for (int i = 0; i < W; ++i) counting[i] = i;
        // Values just beyond the last point are as good as any padding.
        const int end = (points + padding<S> - 1) / padding<S> * padding<S>;
        for (int i = 0; i < end; i += W) {
            const V z = (counting + static_cast<double>(i)) * step + first;
            V top = log_of(m, 0, z);
            for (int k = 1; k < m.count; ++k) top = larger(top, log_of(m, k, z));
            store(largest + i, top);
        }
        for (int k = 0; k < m.count; ++k)
            for (int i = 0; i < end; i += W) {
                const V z = (counting + static_cast<double>(i)) * step + first;
                const V ratio = log_of(m, k, z) - load<V>(largest + i), low = V{} + static_cast<double>(lowest<S>);
                const V weight = power_of_two(larger(ratio, low) + static_cast<double>(scale<S>)), kept = ratio > low ? weight : V{};
                for (int j = 0; j < W; ++j) out[k * stride + i + j] = static_cast<S>(kept[j]);
            }
    }
    template <class V>
    static PF_INLINE V log_of(const Marginals& m, int k, const V& z) {
        const V d = z - m.mean[k];
        return m.height[k] - d * d * m.factor[k];
    }
};

// Two rows and two vectors at a time: each number that is loaded counts twice.
template <class S, bool two>
struct Average {
    template <int bytes>
    static PF_INLINE S run(const Rows<S>& rows) {
        using V = Vector<S, bytes>;
        constexpr int W = lanes<V>;
        V smallest = V{} + std::numeric_limits<S>::max();
        for (int first = 0; first < rows.lanes; first += 2 * W) {
            V total[2][2] = {}, a[2][2] = {}, b[2][2] = {};
            const S* packed = rows.packed;
            for (int k = 0; k < rows.components; ++k, packed += 6) {
                const S* column = rows.columns + rows.which[k] * rows.stride + first;
                const V c[2] = {load<V>(column), load<V>(column + W)};
                for (int row = 0; row < 2; ++row)
                    for (int half = 0; half < 2; ++half) {
                        total[row][half] += c[half] * packed[3 * row];
                        a[row][half] += c[half] * packed[3 * row + 1];
                        if constexpr (two) b[row][half] += c[half] * packed[3 * row + 2];
                    }
            }
            for (int row = 0; row < 2; ++row)
                for (int half = 0; half < 2; ++half) {
                    const V& sum = total[row][half];
                    smallest = smaller(smallest, sum);
                    const V inverse = S(1) / larger(sum, V{} + std::numeric_limits<S>::min());
                    store(rows.total[row] + first + half * W, sum);
                    store(rows.a[row] + first + half * W, a[row][half] * inverse);
                    if constexpr (two) store(rows.b[row] + first + half * W, b[row][half] * inverse);
                }
        }
        S least = smallest[0];
        for (int i = 1; i < W; ++i) least = smaller<S>(least, smallest[i]);
        return least;
    }
};

}  // namespace

template <class S> void table(const Marginals& marginals, double first, double step, int points, double* largest, S* out, std::ptrdiff_t stride) {
    dispatch<Table<S>>(marginals, first, step, points, largest, out, stride);
}
template <class S> S average(const Rows<S>& rows) { return rows.b[0] ? dispatch<Average<S, true>>(rows) : dispatch<Average<S, false>>(rows); }

template void table(const Marginals&, double, double, int, double*, float*, std::ptrdiff_t);
template void table(const Marginals&, double, double, int, double*, double*, std::ptrdiff_t);
template float average(const Rows<float>&);
template double average(const Rows<double>&);

}  // namespace pf::separable_kernels
