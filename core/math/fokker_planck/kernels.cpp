#include "core/math/fokker_planck/kernels.h"

#include <cmath>
#include <utility>

#include "core/math/simd/vector.h"

namespace pf::fokker_planck {
namespace {

using namespace pf::simd;

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

// The first (high = 0) or second halves of a and b, alternating.
template <int high, class V, std::size_t... I> PF_INLINE V zip(const V& a, const V& b, std::index_sequence<I...>) {
    constexpr int n = lanes<V>;
    return __builtin_shufflevector(a, b, (static_cast<int>(I) / 2 + high * n / 2 + (I % 2 ? n : 0))...);
}

template <class S>
struct Transpose {
    template <int bytes>
    static PF_INLINE void run(const Plane<S>& a, Plane<S>& b) {
        using V = Vector<S, bytes>;
        constexpr int W = lanes<V>;
        const int whole = a.rows() / W * W, lanes_of_b = b.rows() / W * W;
        for (int i = 0; i < whole; i += W)
            for (int j = 0; j < lanes_of_b; j += W) {
                V v[W], w[W];
                for (int k = 0; k < W; ++k) v[k] = load<V>(a.row(i + k) + j);
                for (int length = 1; length < W; length *= 2) {
                    for (int k = 0; k < W / 2; ++k) {
                        w[2 * k] = zip<0>(v[k], v[k + W / 2], std::make_index_sequence<W>{});
                        w[2 * k + 1] = zip<1>(v[k], v[k + W / 2], std::make_index_sequence<W>{});
                    }
                    for (int k = 0; k < W; ++k) v[k] = w[k];
                }
                for (int k = 0; k < W; ++k) store(b.row(j + k) + i, v[k]);
            }
        for (int i = 0; i < a.rows(); ++i)
            for (int j = i < whole ? lanes_of_b : 0; j < b.rows(); ++j) b.row(j)[i] = a.row(i)[j];
    }
};

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
struct Remap {
    template <int bytes>
    static PF_INLINE void run(const Plane<S>& velocity, const double& courant, Plane<S>& plane, std::vector<S>& scratch) {
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
};

template <class S>
struct FaceWeights {
    template <int bytes>
    static PF_INLINE void run(const Plane<S>& drift, const double& factor, const double& scale, Plane<S>& left, Plane<S>& right) {
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
};

template <class S>
struct FourthOrderWeights {
    template <int bytes>
    static PF_INLINE void run(const Plane<S>& score, const Plane<S>& q, const double& step, const double& scale, Plane<S>& left, Plane<S>& right) {
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
};

template <class S>
struct Curvature {
    template <int bytes>
    static PF_INLINE void run(const Plane<S>& score, const double& step, Plane<S>& q) {
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
};

template <class S>
struct AddScaled {
    template <int bytes>
    static PF_INLINE void run(const double& factor, const Plane<S>& b, Plane<S>& a) {
        const S k = static_cast<S>(factor);
        const int lanes = a.lanes();
        for (int i = 0; i < a.rows(); ++i) {
            const S* from = b.row(i);
            S* to = a.row(i);
            PF_INDEPENDENT
            for (int j = 0; j < lanes; ++j) to[j] += k * from[j];
        }
    }
};

template <class S>
struct SolveLines {
    template <int bytes>
    static PF_INLINE void run(const double& theta, const Plane<S>& left, const Plane<S>& right, Plane<S>& p, Plane<S>& scratch) {
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
};

template <class S>
struct ApplyLines {
    template <int bytes>
    static PF_INLINE void run(const double& theta, const Plane<S>& left, const Plane<S>& right, const Plane<S>& p, Plane<S>& out) {
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
};

}  // namespace

template <class S> void transpose(const Plane<S>& a, Plane<S>& b) { dispatch<Transpose<S>>(a, b); }
template <class S> void remap(const Plane<S>& u, double courant, Plane<S>& p, std::vector<S>& scratch) { dispatch<Remap<S>>(u, courant, p, scratch); }
template <class S> void face_weights(const Plane<S>& drift, double factor, double c, Plane<S>& left, Plane<S>& right) { dispatch<FaceWeights<S>>(drift, factor, c, left, right); }
template <class S> void fourth_order_weights(const Plane<S>& score, const Plane<S>& q, double d, double c, Plane<S>& left, Plane<S>& right) {
    dispatch<FourthOrderWeights<S>>(score, q, d, c, left, right);
}
template <class S> void curvature(const Plane<S>& score, double d, Plane<S>& q) { dispatch<Curvature<S>>(score, d, q); }
template <class S> void add_scaled(double k, const Plane<S>& b, Plane<S>& a) { dispatch<AddScaled<S>>(k, b, a); }
template <class S> void solve_lines(double theta, const Plane<S>& left, const Plane<S>& right, Plane<S>& p, Plane<S>& scratch) { dispatch<SolveLines<S>>(theta, left, right, p, scratch); }
template <class S> void apply_lines(double theta, const Plane<S>& left, const Plane<S>& right, const Plane<S>& p, Plane<S>& out) { dispatch<ApplyLines<S>>(theta, left, right, p, out); }

#define PF_INSTANTIATE(S)                                                                                 \
    template void transpose(const Plane<S>&, Plane<S>&);                                                  \
    template void remap(const Plane<S>&, double, Plane<S>&, std::vector<S>&);                             \
    template void face_weights(const Plane<S>&, double, double, Plane<S>&, Plane<S>&);                    \
    template void fourth_order_weights(const Plane<S>&, const Plane<S>&, double, double, Plane<S>&, Plane<S>&); \
    template void curvature(const Plane<S>&, double, Plane<S>&);                                          \
    template void add_scaled(double, const Plane<S>&, Plane<S>&);                                         \
    template void solve_lines(double, const Plane<S>&, const Plane<S>&, Plane<S>&, Plane<S>&);            \
    template void apply_lines(double, const Plane<S>&, const Plane<S>&, const Plane<S>&, Plane<S>&);
PF_INSTANTIATE(float)
PF_INSTANTIATE(double)

}  // namespace pf::fokker_planck
