#include "core/math/random_kernels.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <utility>

#include "core/math/random.h"
#include "core/math/simd/vector.h"

namespace pf::random_kernels {
namespace {

using namespace pf::simd;

struct Blocks {
    template <int bytes>
    static PF_INLINE void run(std::uint64_t key, std::uint64_t first, std::uint64_t high, std::ptrdiff_t n, std::uint32_t* words) {
        using V = Vector<std::uint64_t, bytes>;
        constexpr std::ptrdiff_t W = lanes<V>;
        const V high_0 = broadcast<V>(high), high_1 = broadcast<V>(high >> 32);
        V counter{};
        for (int lane = 0; lane < W; ++lane) counter[lane] = first + static_cast<std::uint64_t>(lane);
        std::ptrdiff_t block = 0;
        for (; block + 2 * W <= n; block += 2 * W) {
            const V second = counter + W;
            Lanes<V> a{counter, counter >> 32, high_0, high_1}, b{second, second >> 32, high_0, high_1};
            std::uint64_t round_key = key;
            for (int round = 0; round < 10; ++round) {
                a.round(round_key);
                b.round(round_key);
                round_key = next(round_key);
            }
            a.write(words + 4 * block);
            b.write(words + 4 * (block + W));
            counter += 2 * W;
        }
        for (; block < n; ++block) {
            const Philox4 one = philox(key, first + static_cast<std::uint64_t>(block), high);
            std::copy_n(one.word, 4, words + 4 * block);
        }
    }

private:
    // Both words of the key grow by their own constant, without a carry between them.
    static PF_INLINE std::uint64_t next(std::uint64_t key) {
        return ((key + (std::uint64_t{0xBB67AE85u} << 32)) & 0xFFFFFFFF00000000u) | static_cast<std::uint32_t>(key + 0x9E3779B9u);
    }
    // One word of the state of a block in the lower half of each lane; what stands in the upper half is of no account.
    template <class V>
    struct Lanes {
        V c0, c1, c2, c3;
        PF_INLINE void round(std::uint64_t key) {
            const V p0 = product_of_lower_halves(c0, V{} + 0xD2511F53u), p1 = product_of_lower_halves(c2, V{} + 0xCD9E8D57u);
            c0 = (p1 >> 32) ^ c1 ^ (V{} + key);
            c2 = (p0 >> 32) ^ c3 ^ (V{} + (key >> 32));
            c1 = p1;
            c3 = p0;
        }
        PF_INLINE void write(std::uint32_t* words) const { write(words, std::make_index_sequence<lanes<V>>()); }
        template <std::size_t... i>
        PF_INLINE void write(std::uint32_t* words, std::index_sequence<i...>) const {
            constexpr std::size_t W = lanes<V>;
            const V low = (c0 & 0xFFFFFFFFu) | (c1 << 32), high = (c2 & 0xFFFFFFFFu) | (c3 << 32);
            store(words, V(__builtin_shufflevector(low, high, (i / 2 + i % 2 * W)...)));
            store(words + 2 * W, V(__builtin_shufflevector(low, high, (W / 2 + i / 2 + i % 2 * W)...)));
        }
    };
};

struct BoxMuller {
    template <int bytes>
    static PF_INLINE void run(float* u, float* v, std::ptrdiff_t n) {
        using V = Vector<float, bytes>;
        for (std::ptrdiff_t i = 0; i < n; i += lanes<V>) store(u + i, V(-2 * logarithm(load<V>(u + i))));
        for (std::ptrdiff_t i = 0; i < n; ++i) u[i] = std::sqrt(u[i]);
        for (std::ptrdiff_t i = 0; i < n; i += lanes<V>) {
            const V radius = load<V>(u + i);
            V cosine, sine;
            whole_turns(load<V>(v + i), cosine, sine);
            store(u + i, V(radius * cosine));
            store(v + i, V(radius * sine));
        }
    }
};

struct Normals {
    template <int bytes>
    static PF_INLINE void run(const std::uint32_t* words, std::ptrdiff_t n, float* a, float* b) {
        for (std::ptrdiff_t i = 0; i < n; ++i) {
            const auto number = [](std::uint32_t bits) { return static_cast<float>(static_cast<std::int32_t>(bits)); };  // below 2³¹, for which every set has an instruction
            a[i] = (number(words[2 * i] >> 16) * 0x1p16f + number(words[2 * i] & 0xFFFFu) + 0.5f) * 0x1p-32f;
            b[i] = number(words[2 * i + 1] >> 8) * 0x1p-24f;
        }
        BoxMuller::run<bytes>(a, b, n);
    }
};

}  // namespace

void blocks(std::uint64_t key, std::uint64_t first, std::uint64_t high, std::ptrdiff_t n, std::uint32_t* words) { dispatch<Blocks>(key, first, high, n, words); }
void box_muller(float* u, float* v, std::ptrdiff_t n) { dispatch<BoxMuller>(u, v, n); }
void normals(const std::uint32_t* words, std::ptrdiff_t n, float* a, float* b) { dispatch<Normals>(words, n, a, b); }

}  // namespace pf::random_kernels
