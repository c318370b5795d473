#include "core/math/field/mixture_kernels.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <numbers>

#include "core/math/simd/vector.h"

namespace pf::mixture_kernels {
namespace {

using namespace pf::simd;

enum class Sums { velocity, score, divergence, all };  // each with those before it

// Two vectors of points at a time: what is known of a component is read once for both.
template <class S, bool round, Sums wanted>
struct Evaluate {
    static constexpr bool with_score = wanted >= Sums::score, with_divergence = wanted >= Sums::divergence, with_denoiser = wanted == Sums::all;
    static constexpr int block = 32;  // components between two looks at the largest term
    static constexpr S least = sizeof(S) == 4 ? S(-125) : S(-1000);  // less than 2^least of the largest term counts as that

    template <class V>
    struct Pair {
        V x, y;
    };

    template <class V>
    struct Tile {
        V x{}, y{}, largest{}, total{};
        Pair<V> velocity{}, score{}, denoiser{};
        V product{};  // Σ r (tr + velocity · score)

        PF_INLINE V term(const Slice<S>& k) const {
            const V a = round ? x * k.w00 + k.w_x : x * k.w00 + (y * k.w01 + k.w_x), b = round ? y * k.w00 + k.w_y : y * k.w11 + k.w_y;
            return (k.height - a * a) - b * b;
        }
        PF_INLINE Pair<V> at(const typename Slice<S>::Affine& map) const {
            if constexpr (round) return {x * map.m00 + map.x, y * map.m00 + map.y};
            return {x * map.m00 + (y * map.m01 + map.x), x * map.m01 + (y * map.m11 + map.y)};
        }
        PF_INLINE void add(const V& log_weight, const Slice<S>& k) {
            const V r = power_of_two(larger(log_weight - largest, V{} + least));
            total += r;
            const Pair<V> u = at(k.velocity);
            velocity.x += r * u.x;
            velocity.y += r * u.y;
            if constexpr (with_score) {
                const Pair<V> g = at(k.score);
                score.x += r * g.x;
                score.y += r * g.y;
                if constexpr (with_divergence) product += r * (u.x * g.x + (u.y * g.y + k.trace));
            }
            if constexpr (with_denoiser) {
                const Pair<V> m = at(k.denoiser);
                denoiser.x += r * m.x;
                denoiser.y += r * m.y;
            }
        }
        // The same points with sums from nothing, relative to the larger of what was and `top`. Sums of a block each keep the rounding of
        // thousands of components that of a few dozen.
        PF_INLINE Tile above(const V& top) const { return {x, y, larger(largest, top)}; }
        PF_INLINE void merge(const Tile& part) {
            const V factor = power_of_two(larger(largest - part.largest, V{} + least));
            largest = part.largest;
            total = total * factor + part.total;
            for (const auto sum : {&Tile::velocity, &Tile::score, &Tile::denoiser}) {
                (this->*sum).x = (this->*sum).x * factor + (part.*sum).x;
                (this->*sum).y = (this->*sum).y * factor + (part.*sum).y;
            }
            product = product * factor + part.product;
        }
    };

    template <int bytes>
    static PF_INLINE void run(const Slices<S>& slices, const Request<S>& request) {
        using V = Vector<S, bytes>;
        constexpr std::ptrdiff_t W = lanes<V>;
        for (std::ptrdiff_t first = 0; first < request.n; first += 2 * W) {
            const std::ptrdiff_t n = std::min(2 * W, request.n - first);
            Tile<V> tile[2];
            for (Tile<V>& one : tile) one.largest = V{} - S(1e30);
            read(request.x + first, n, tile[0].x, tile[1].x);
            read(request.y + first, n, tile[0].y, tile[1].y);
            const Slice<S>* components = slices.components.data();
            const int count = static_cast<int>(slices.components.size());
            for (int begin = 0; begin < count; begin += block) {
                const int end = begin + block < count ? begin + block : count;
                V terms[block][2], top[2]{};
                for (int k = begin; k < end; ++k)
                    for (int half = 0; half < 2; ++half) {
                        const V term = tile[half].term(components[k]);
                        terms[k - begin][half] = term;
                        top[half] = k == begin ? term : larger(top[half], term);
                    }
                Tile<V> sums[2] = {tile[0].above(top[0]), tile[1].above(top[1])};
                for (int k = begin; k < end; ++k)
                    for (int half = 0; half < 2; ++half) sums[half].add(terms[k - begin][half], components[k]);
                for (int half = 0; half < 2; ++half) tile[half].merge(sums[half]);
            }
            finish(tile, request, first, n);
        }
    }

    template <class V>
    static PF_INLINE void finish(Tile<V> (&tile)[2], const Request<S>& request, std::ptrdiff_t first, std::ptrdiff_t n) {
        const V inverse[2] = {S(1) / tile[0].total, S(1) / tile[1].total};
        const auto pair = [&](S* const(&to)[2], Pair<V> Tile<V>::*sum) __attribute__((always_inline)) {
            for (int half = 0; half < 2; ++half) {
                (tile[half].*sum).x *= inverse[half];
                (tile[half].*sum).y *= inverse[half];
            }
            if (!to[0]) return;
            write(to[0] + first, n, (tile[0].*sum).x, (tile[1].*sum).x);
            write(to[1] + first, n, (tile[0].*sum).y, (tile[1].*sum).y);
        };
        pair(request.velocity, &Tile<V>::velocity);
        if constexpr (with_score) pair(request.score, &Tile<V>::score);
        if constexpr (with_denoiser) pair(request.denoiser, &Tile<V>::denoiser);
        if constexpr (with_divergence) {
            // ∇·u = Σ r_k (tr U_k + u_k · g_k) − u · s, as ∇r_k = r_k (g_k − s).
            if (request.divergence) {
                V out[2];
                for (int half = 0; half < 2; ++half)
                    out[half] = tile[half].product * inverse[half] - (tile[half].velocity.x * tile[half].score.x + tile[half].velocity.y * tile[half].score.y);
                write(request.divergence + first, n, out[0], out[1]);
            }
        }
        if (request.log_density) {
            S largest[2 * lanes<V>], total[2 * lanes<V>];
            write(largest, n, tile[0].largest, tile[1].largest);
            write(total, n, tile[0].total, tile[1].total);
            for (std::ptrdiff_t i = 0; i < n; ++i) request.log_density[first + i] = largest[i] * static_cast<S>(std::numbers::ln2) + std::log(total[i]);
        }
    }

    // The first n of two vectors' numbers; when reading, the last is repeated.
    template <class V>
    static PF_INLINE void read(const S* from, std::ptrdiff_t n, V& a, V& b) {
        constexpr std::ptrdiff_t W = lanes<V>;
        if (n == 2 * W) {
            a = load<V>(from), b = load<V>(from + W);
            return;
        }
        S all[2 * W];
        for (std::ptrdiff_t i = 0; i < 2 * W; ++i) all[i] = from[i < n ? i : n - 1];
        a = load<V>(all), b = load<V>(all + W);
    }
    template <class V>
    static PF_INLINE void write(S* to, std::ptrdiff_t n, const V& a, const V& b) {
        constexpr std::ptrdiff_t W = lanes<V>;
        if (n == 2 * W) {
            store(to, a), store(to + W, b);
            return;
        }
        S all[2 * W];
        store(all, a), store(all + W, b);
        std::memcpy(to, all, static_cast<std::size_t>(n) * sizeof(S));
    }
};

template <class S, bool round>
void evaluate_as(const Slices<S>& slices, const Request<S>& request) {
    if (request.denoiser[0]) return dispatch<Evaluate<S, round, Sums::all>>(slices, request);
    if (request.divergence) return dispatch<Evaluate<S, round, Sums::divergence>>(slices, request);
    if (request.score[0]) return dispatch<Evaluate<S, round, Sums::score>>(slices, request);
    return dispatch<Evaluate<S, round, Sums::velocity>>(slices, request);
}

}  // namespace

template <class S> void evaluate(const Slices<S>& slices, const Request<S>& request) {
    slices.round ? evaluate_as<S, true>(slices, request) : evaluate_as<S, false>(slices, request);
}
template void evaluate(const Slices<float>&, const Request<float>&);
template void evaluate(const Slices<double>&, const Request<double>&);

}  // namespace pf::mixture_kernels
