#include "core/math/fokker_planck/kernels.h"

#include <cmath>
#include <cstdint>
#include <type_traits>

// Sanitizers instrument the functions that pick a version before they are ready to run.
#if defined(__has_feature)
#if __has_feature(thread_sanitizer) || __has_feature(address_sanitizer) || __has_feature(memory_sanitizer)
#define PF_ONE_VERSION
#endif
#endif
#if defined(__x86_64__) && defined(__linux__) && !defined(__SANITIZE_THREAD__) && !defined(__SANITIZE_ADDRESS__) && !defined(PF_ONE_VERSION)
#define PF_CLONES __attribute__((target_clones("avx512f", "avx2", "default")))
#else
#define PF_CLONES
#endif
#define PF_INLINE inline __attribute__((always_inline))
#ifdef __clang__
#define PF_INDEPENDENT
#else
#define PF_INDEPENDENT _Pragma("GCC ivdep")
#endif

namespace pf::fokker_planck {
namespace {

template <class S> PF_INLINE S smaller(S a, S b) { return a < b ? a : b; }
template <class S> PF_INLINE S larger(S a, S b) { return a > b ? a : b; }
// NaN becomes `low`, so that it never reaches an index.
template <class S> PF_INLINE S between(S x, S low, S high) { return smaller(x > low ? x : low, high); }

// eˣ for |x| below 87 (float) or 700 (double), to a few ulp: 2ⁿ eʳ with |r| ≤ ½ log 2 and a Taylor polynomial.
PF_INLINE float exponential(float x) {
    const float magic = 12582912.0f, shifted = x * 1.44269504f + magic, n = shifted - magic;
    const float r = (x - n * 0.693359375f) + n * 2.12194440e-4f;
    const float e = 1 + r * (1 + r * (0.5f + r * (1.0f / 6 + r * (1.0f / 24 + r * (1.0f / 120 + r * (1.0f / 720))))));
    const auto exponent = (static_cast<std::uint32_t>(__builtin_bit_cast(std::uint32_t, shifted)) + 127u) << 23;
    return e * __builtin_bit_cast(float, exponent);
}
PF_INLINE double exponential(double x) {
    const double magic = 6755399441055744.0, shifted = x * 1.4426950408889634 + magic, n = shifted - magic;
    const double r = (x - n * 0.693147180369123816490) - n * 1.90821492927058770002e-10;
    double e = 1.0 / 479001600;
    e = e * r + 1.0 / 39916800;
    e = e * r + 1.0 / 3628800;
    e = e * r + 1.0 / 362880;
    e = e * r + 1.0 / 40320;
    e = e * r + 1.0 / 5040;
    e = e * r + 1.0 / 720;
    e = e * r + 1.0 / 120;
    e = e * r + 1.0 / 24;
    e = e * r + 1.0 / 6;
    e = e * r + 0.5;
    e = e * r + 1;
    e = e * r + 1;
    const auto exponent = (__builtin_bit_cast(std::uint64_t, shifted) + 1023u) << 52;
    return e * __builtin_bit_cast(double, exponent);
}

// c B(−w) and c B(w). Neither cancels, and both go to the upwind weights as |w| → ∞.
template <class S>
PF_INLINE void bernoulli(S w, S c, S& left, S& right) {
    constexpr bool single = sizeof(S) == 4;
    constexpr S limit = single ? S(80) : S(600), small = single ? S(0.3) : S(0.05);
    const S e = exponential(between(w, -limit, limit)), w2 = w * w;
    const S series = 1 - S(0.5) * w + w2 * (S(1.0 / 12) - w2 * (S(1.0 / 720) - w2 * S(1.0 / 30240)));
    const S magnitude = w < 0 ? -w : w;
    const S b = magnitude < small ? series : w / (e - 1);
    right = c * b;
    left = c * (w > 0 ? b + w : b * e);
}

template <class S>
PF_INLINE void transpose_body(const Plane<S>& a, Plane<S>& b) {
    constexpr int tile = 16;
    for (int i = 0; i < a.rows(); i += tile)
        for (int j = 0; j < a.columns(); j += tile) {
            const int rows = i + tile < a.rows() ? i + tile : a.rows(), columns = j + tile < a.columns() ? j + tile : a.columns();
            for (int jj = j; jj < columns; ++jj) {
                S* target = b.row(jj);
                for (int ii = i; ii < rows; ++ii) target[ii] = a.row(ii)[jj];
            }
        }
}

// One block of columns during a remap; everything is `block` numbers a row. Ghost rows repeat the edge cells and stand still.
template <class S>
struct RemapBlock {
    static constexpr int W = Plane<S>::block;
    int n;
    S* __restrict q;      // cells −2 … n + 1
    S* __restrict low;    // the parabola's value at the lower edge of a cell
    S* __restrict high;   // and at the upper one
    S* __restrict sum;    // p of all cells below a face
    S* __restrict u;      // faces −1 … n + 1, cells per step
    S* __restrict flux;   // what comes down through a face, faces 0 … n
    S* __restrict least;  // where the last face departed from, relative to the next
};

template <class S>
PF_INLINE void parabolas(const RemapBlock<S>& b) {
    constexpr int W = RemapBlock<S>::W;
    const S* __restrict q = b.q;
    S *__restrict low = b.low, *__restrict high = b.high;
    PF_INDEPENDENT
    for (int i = 0; i < b.n * W; ++i) {
        const S c = q[i], below = q[i - W], above = q[i + W];
        const S l = larger(S(0), (7 * (below + c) - (q[i - 2 * W] + above)) * S(1.0 / 12));
        const S r = larger(S(0), (7 * (c + above) - (below + q[i + 2 * W])) * S(1.0 / 12));
        const S difference = r - l, bend = 6 * (c - S(0.5) * (l + r)), magnitude = difference < 0 ? -difference : difference;
        // A minimum c + difference²/(4 bend) + bend/12 inside the cell and below 0: a parabola with its minimum at the lower edge instead.
        const bool dips = (magnitude < -bend) & (c * bend + S(0.25) * difference * difference + bend * bend * S(1.0 / 12) > 0);
        const bool both = (c < l) & (c < r), rises = r > l;
        const S l2 = both ? c : rises ? l : 3 * c - 2 * r, r2 = both ? c : rises ? 3 * c - 2 * l : r;
        low[i] = dips ? l2 : l;
        high[i] = dips ? r2 : r;
    }
}

// u at f ∈ [0, 1] between b and c, by the cubic through all four.
template <class S>
PF_INLINE S cubic(S a, S b, S c, S d, S f) {
    return b + f * (c - b) - f * (1 - f) * S(1.0 / 6) * ((2 - f) * (a - 2 * b + c) + (1 + f) * (b - 2 * c + d));
}
// ∫₀ˣ of a cell's parabola.
template <class S>
PF_INLINE S part_of_cell(S x, S l, S r, S c) {
    const S bend = 6 * (c - S(0.5) * (l + r));
    return x * (l + S(0.5) * x * (r - l + bend) - x * x * bend * S(1.0 / 3));
}

// The flux through face i where nothing within two faces moves a whole cell: the departure point is in cell i − 1 or i. Departure
// points keep their order, or a cell would be left with less than nothing.
template <class S>
PF_INLINE void near_flux(const RemapBlock<S>& b, int i) {
    constexpr int W = RemapBlock<S>::W;
    const S *__restrict u = b.u + i * W, *__restrict q = b.q + i * W, *__restrict low = b.low + i * W, *__restrict high = b.high + i * W;
    S *__restrict flux = b.flux + i * W, *__restrict least = b.least;
    constexpr S most = 1 - (sizeof(S) == 4 ? S(1e-6) : S(1e-15));
    PF_INDEPENDENT
    for (int k = 0; k < W; ++k) {
        // u half a step back, by Taylor's series; the next term is of third order in the cell.
        const S c = u[k], sum = u[k + W] + u[k - W], slope = (8 * (u[k + W] - u[k - W]) - (u[k + 2 * W] - u[k - 2 * W])) * S(1.0 / 12);
        const S middle = c - S(0.5) * c * (slope - S(0.25) * c * (sum - 2 * c));
        const S back = between(-middle, larger(least[k], S(-1)), most);
        least[k] = back - 1;
        const bool under = back < 0;
        const S l0 = low[k - W], l1 = low[k], h0 = high[k - W], h1 = high[k], q0 = q[k - W], q1 = q[k];
        // The parabola from the face on: `near` at it, `far` at the other end of the cell.
        const S near = under ? h0 : l1, far = under ? l0 : h1, mean = under ? q0 : q1, x = under ? -back : back;
        const S bend = 6 * mean - 3 * (near + far);
        flux[k] = back * (near + S(0.5) * x * ((far - near) + bend * (1 - S(2.0 / 3) * x)));
    }
}

// The same for any velocity.
template <class S>
PF_INLINE void far_flux(const RemapBlock<S>& b, int i) {
    constexpr int W = RemapBlock<S>::W;
    const S face = static_cast<S>(i), top = static_cast<S>(b.n) * (1 - (sizeof(S) == 4 ? S(2e-7) : S(1e-15)));
    for (int k = 0; k < W; ++k) {
        const S half = between(face - S(0.5) * b.u[i * W + k], S(0), top);
        const int im = static_cast<int>(half);
        const S* at = b.u + im * W + k;
        const S middle = cubic(at[-W], at[0], at[W], at[2 * W], half - static_cast<S>(im));
        const S departure = between(face + larger(-middle, b.least[k]), S(0), top);
        b.least[k] = departure - face - 1;
        const int id = static_cast<int>(departure), whole = id < i ? id + 1 : id;
        const S part = part_of_cell(departure - static_cast<S>(id), b.low[id * W + k], b.high[id * W + k], b.q[id * W + k]);
        // Relative to the face, so that in float the tails do not inherit the rounding of the whole column's sum.
        b.flux[i * W + k] = (part - (id < i ? b.q[id * W + k] : S(0))) + (b.sum[whole * W + k] - b.sum[i * W + k]);
    }
}

template <class S>
PF_INLINE void remap_body(const Plane<S>& velocity, double courant, Plane<S>& plane, std::vector<S>& scratch) {
    constexpr int W = Plane<S>::block;
    const int n = plane.rows();
    const std::size_t part = static_cast<std::size_t>(n + 6) * W;
    if (scratch.size() < 7 * part) scratch.resize(7 * part);
    S* base = scratch.data();
    const RemapBlock<S> b{n, base + 2 * W, base + part, base + 2 * part, base + 3 * part, base + 4 * part + W, base + 5 * part, base + 6 * part};
    S *__restrict q = b.q, *__restrict sum = b.sum, *__restrict u = b.u, *__restrict flux = b.flux;
    S* fast = base + 6 * part + 2 * W;  // not 0 where something moves more than a cell; faces −1 … n + 1
    fast[-1] = fast[0] = fast[n] = fast[n + 1] = 0;
    constexpr S negligible = sizeof(S) == 4 ? S(1e-18) : S(1e-150);  // squares of less are denormal, and slow
    const S scale = static_cast<S>(courant);
    for (int first = 0; first < plane.lanes(); first += W) {
        for (int k = 0; k < W; ++k) {
            u[k - W] = u[k] = u[n * W + k] = u[(n + 1) * W + k] = sum[k] = flux[k] = flux[n * W + k] = 0;
            b.least[k] = -1;
        }
        for (int i = 0; i < n; ++i) {
            const S* __restrict p = plane.row(i) + first;
            for (int k = 0; k < W; ++k) q[i * W + k] = p[k];
        }
        for (int k = 0; k < W; ++k) {
            q[k - 2 * W] = q[k - W] = q[k];
            q[n * W + k] = q[(n + 1) * W + k] = q[(n - 1) * W + k];
        }
        parabolas(b);
        int any_fast = 0;
        for (int i = 1; i < n; ++i) {
            const S* __restrict face = velocity.row(i) + first;
            int any = 0;
            for (int k = 0; k < W; ++k) {
                const S value = face[k] * scale;
                u[i * W + k] = value;
                any |= static_cast<int>(value > 1) | static_cast<int>(value < -1);
            }
            fast[i] = static_cast<S>(any);
            any_fast |= any;
        }
        for (int i = 0; i < n && any_fast; ++i)
            for (int k = 0; k < W; ++k) sum[(i + 1) * W + k] = sum[i * W + k] + q[i * W + k];
        for (int i = 1; i < n; ++i) fast[i - 2] + fast[i - 1] + fast[i] + fast[i + 1] + fast[i + 2] > 0 ? far_flux(b, i) : near_flux(b, i);
        for (int i = 0; i < n; ++i) {
            S* __restrict p = plane.row(i) + first;
            for (int k = 0; k < W; ++k) {
                const S value = q[i * W + k] + (flux[(i + 1) * W + k] - flux[i * W + k]);
                p[k] = value > negligible ? value : 0;
            }
        }
    }
}

template <class S>
PF_INLINE void face_weights_body(const Plane<S>& drift, double factor, double scale, Plane<S>& left, Plane<S>& right) {
    const int n = drift.rows() - 1, lanes = drift.lanes();
    const S k = static_cast<S>(factor), c = static_cast<S>(scale);
    left.fill_row(0, 0), right.fill_row(0, 0), left.fill_row(n, 0), right.fill_row(n, 0);
    for (int f = 1; f < n; ++f) {
        const S* b = drift.row(f);
        S *l = left.row(f), *r = right.row(f);
        PF_INDEPENDENT
        for (int j = 0; j < lanes; ++j) bernoulli(k * b[j], c, l[j], r[j]);
    }
}

template <class S>
PF_INLINE void fourth_order_weights_body(const Plane<S>& score, const Plane<S>& q, double step, double scale, Plane<S>& left, Plane<S>& right) {
    const int n = score.rows() - 1, lanes = score.lanes();
    const S d = static_cast<S>(step), c = static_cast<S>(scale);
    left.fill_row(0, 0), right.fill_row(0, 0), left.fill_row(n, 0), right.fill_row(n, 0);
    for (int f = 1; f < n; ++f) {
        const S *below = score.row(f - 1), *s = score.row(f), *above = score.row(f + 1), *q0 = q.row(f - 1), *q1 = q.row(f);
        S *l = left.row(f), *r = right.row(f);
        PF_INDEPENDENT
        for (int j = 0; j < lanes; ++j)
            bernoulli(d * (s[j] + (below[j] - 2 * s[j] + above[j]) * S(1.0 / 24)) + (q1[j] - q0[j]) * S(1.0 / 24), c, l[j], r[j]);
    }
}

template <class S>
PF_INLINE void curvature_body(const Plane<S>& score, double step, Plane<S>& q) {
    const S d = static_cast<S>(step);
    const int lanes = q.lanes();
    for (int i = 0; i < q.rows(); ++i) {
        const S *a = score.row(i), *b = score.row(i + 1);
        S* out = q.row(i);
        PF_INDEPENDENT
        for (int j = 0; j < lanes; ++j) {
            const S mean = S(0.5) * d * (a[j] + b[j]);
            out[j] = d * (b[j] - a[j]) + mean * mean;
        }
    }
}

template <class S>
PF_INLINE void add_scaled_body(double factor, const Plane<S>& b, Plane<S>& a) {
    const S k = static_cast<S>(factor);
    const int lanes = a.lanes();
    for (int i = 0; i < a.rows(); ++i) {
        const S* from = b.row(i);
        S* to = a.row(i);
        PF_INDEPENDENT
        for (int j = 0; j < lanes; ++j) to[j] += k * from[j];
    }
}

template <class S>
PF_INLINE void solve_lines_body(double theta, const Plane<S>& left, const Plane<S>& right, Plane<S>& p, Plane<S>& scratch) {
    const int n = p.rows(), lanes = p.lanes();
    const S h = static_cast<S>(theta);
    for (int i = 0; i < n; ++i) {
        const S *l0 = left.row(i), *r0 = right.row(i), *l1 = left.row(i + 1), *r1 = right.row(i + 1);
        // The first row has left = 0, so that what it takes from "below" (itself) counts nothing.
        const S *p0 = p.row(i > 0 ? i - 1 : 0), *c0 = scratch.row(i > 0 ? i - 1 : 0);
        S *p1 = p.row(i), *c1 = scratch.row(i);
        PF_INDEPENDENT
        for (int j = 0; j < lanes; ++j) {
            const S inverse = 1 / (1 + h * (r0[j] + l1[j]) + h * l0[j] * c0[j]);
            c1[j] = -h * r1[j] * inverse;
            p1[j] = (p1[j] + h * l0[j] * p0[j]) * inverse;
        }
    }
    for (int i = n - 2; i >= 0; --i) {
        const S *p1 = p.row(i + 1), *c = scratch.row(i);
        S* p0 = p.row(i);
        PF_INDEPENDENT
        for (int j = 0; j < lanes; ++j) p0[j] -= c[j] * p1[j];
    }
}

template <class S>
PF_INLINE void apply_lines_body(double theta, const Plane<S>& left, const Plane<S>& right, const Plane<S>& p, Plane<S>& out) {
    const int n = p.rows(), lanes = p.lanes();
    const S h = static_cast<S>(theta);
    for (int i = 0; i < n; ++i) {
        const S *l0 = left.row(i), *r0 = right.row(i), *l1 = left.row(i + 1), *r1 = right.row(i + 1);
        const S *below = p.row(i > 0 ? i - 1 : 0), *at = p.row(i), *above = p.row(i < n - 1 ? i + 1 : i);
        S* to = out.row(i);
        PF_INDEPENDENT
        for (int j = 0; j < lanes; ++j) to[j] = at[j] + h * ((l0[j] * below[j] - r0[j] * at[j]) - (l1[j] * at[j] - r1[j] * above[j]));
    }
}

// Sums stay in registers only where the compiler is told of vectors.
template <class S> struct Vector;
template <> struct Vector<float> { typedef float type __attribute__((vector_size(64))); };
template <> struct Vector<double> { typedef double type __attribute__((vector_size(64))); };

template <class S, bool with_score>
PF_INLINE S separable_row_body(const SeparableRow<S>& in, S* velocity, S* score) {
    using V = typename Vector<S>::type;
    constexpr int W = 64 / static_cast<int>(sizeof(S));
    V smallest = V{} + S(1e30);
    for (int first = 0; first < in.lanes; first += 2 * W) {
        V total[2] = {}, u[2] = {}, s[2] = {};
        for (int k = 0; k < in.components; ++k) {
            const V* column = reinterpret_cast<const V*>(in.columns + static_cast<std::ptrdiff_t>(k) * in.stride + first);
            const S row = in.row[k], uk = in.velocity[k], sk = in.score[k];
            for (int half = 0; half < 2; ++half) {
                const V r = column[half] * row;
                total[half] += r;
                u[half] += r * uk;
                if (with_score) s[half] += r * sk;
            }
        }
        for (int half = 0; half < 2; ++half) {
            smallest = total[half] < smallest ? total[half] : smallest;
            const V inverse = S(1) / (total[half] + S(1e-37));
            reinterpret_cast<V*>(velocity + first)[half] = u[half] * inverse;
            if (with_score) reinterpret_cast<V*>(score + first)[half] = s[half] * inverse;
        }
    }
    S least = smallest[0];
    for (int k = 1; k < W; ++k) least = smaller(least, smallest[k]);
    return least;
}

// Versions for processors exist of functions, not of templates.
#define PF_VERSIONS(S)                                                                                                                                   \
    PF_CLONES void transpose_of(const Plane<S>& a, Plane<S>& b) { transpose_body(a, b); }                                                                \
    PF_CLONES void remap_of(const Plane<S>& u, double courant, Plane<S>& p, std::vector<S>& scratch) { remap_body(u, courant, p, scratch); }             \
    PF_CLONES void face_weights_of(const Plane<S>& b, double factor, double c, Plane<S>& l, Plane<S>& r) { face_weights_body(b, factor, c, l, r); }      \
    PF_CLONES void fourth_order_of(const Plane<S>& s, const Plane<S>& q, double d, double c, Plane<S>& l, Plane<S>& r) { fourth_order_weights_body(s, q, d, c, l, r); } \
    PF_CLONES void curvature_of(const Plane<S>& s, double d, Plane<S>& q) { curvature_body(s, d, q); }                                                   \
    PF_CLONES void add_scaled_of(double k, const Plane<S>& b, Plane<S>& a) { add_scaled_body(k, b, a); }                                                 \
    PF_CLONES void solve_of(double theta, const Plane<S>& l, const Plane<S>& r, Plane<S>& p, Plane<S>& scratch) { solve_lines_body(theta, l, r, p, scratch); } \
    PF_CLONES void apply_of(double theta, const Plane<S>& l, const Plane<S>& r, const Plane<S>& p, Plane<S>& out) { apply_lines_body(theta, l, r, p, out); } \
    PF_CLONES S separable_of(const SeparableRow<S>& in, S* velocity, S* score) {                                                       \
        return score ? separable_row_body<S, true>(in, velocity, score) : separable_row_body<S, false>(in, velocity, score);                              \
    }
PF_VERSIONS(float)
PF_VERSIONS(double)
#undef PF_VERSIONS

PF_CLONES void exponentials_of(double* __restrict x, std::ptrdiff_t n) {
    for (std::ptrdiff_t i = 0; i < n; ++i) x[i] = exponential(between(x[i], -700.0, 700.0));
}

}  // namespace

template <class S> void transpose(const Plane<S>& a, Plane<S>& b) { transpose_of(a, b); }
template <class S> void remap(const Plane<S>& u, double courant, Plane<S>& p, std::vector<S>& scratch) { remap_of(u, courant, p, scratch); }
template <class S> void face_weights(const Plane<S>& drift, double factor, double c, Plane<S>& left, Plane<S>& right) { face_weights_of(drift, factor, c, left, right); }
template <class S> void fourth_order_weights(const Plane<S>& score, const Plane<S>& q, double d, double c, Plane<S>& left, Plane<S>& right) {
    fourth_order_of(score, q, d, c, left, right);
}
template <class S> void curvature(const Plane<S>& score, double d, Plane<S>& q) { curvature_of(score, d, q); }
template <class S> void add_scaled(double k, const Plane<S>& b, Plane<S>& a) { add_scaled_of(k, b, a); }
template <class S> void solve_lines(double theta, const Plane<S>& left, const Plane<S>& right, Plane<S>& p, Plane<S>& scratch) { solve_of(theta, left, right, p, scratch); }
template <class S> void apply_lines(double theta, const Plane<S>& left, const Plane<S>& right, const Plane<S>& p, Plane<S>& out) { apply_of(theta, left, right, p, out); }
template <class S> S separable_row(const SeparableRow<S>& in, S* velocity, S* score) { return separable_of(in, velocity, score); }

void exponentials(double* x, std::ptrdiff_t n) { exponentials_of(x, n); }

#define PF_INSTANTIATE(S)                                                                                 \
    template void transpose(const Plane<S>&, Plane<S>&);                                                  \
    template void remap(const Plane<S>&, double, Plane<S>&, std::vector<S>&);                             \
    template void face_weights(const Plane<S>&, double, double, Plane<S>&, Plane<S>&);                    \
    template void fourth_order_weights(const Plane<S>&, const Plane<S>&, double, double, Plane<S>&, Plane<S>&); \
    template void curvature(const Plane<S>&, double, Plane<S>&);                                          \
    template void add_scaled(double, const Plane<S>&, Plane<S>&);                                         \
    template void solve_lines(double, const Plane<S>&, const Plane<S>&, Plane<S>&, Plane<S>&);            \
    template void apply_lines(double, const Plane<S>&, const Plane<S>&, const Plane<S>&, Plane<S>&);      \
    template S separable_row(const SeparableRow<S>&, S*, S*);
PF_INSTANTIATE(float)
PF_INSTANTIATE(double)

}  // namespace pf::fokker_planck
