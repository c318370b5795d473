#include "core/math/random.h"

#include <cmath>
#include <numbers>

namespace pf {

std::uint64_t stream_key(std::uint64_t seed, std::string_view name) {
    // FNV-1a over the name, then the splitmix64 finaliser over both.
    std::uint64_t h = 0xcbf29ce484222325ull ^ (seed * 0x9e3779b97f4a7c15ull);
    for (const char c : name) h = (h ^ static_cast<unsigned char>(c)) * 0x100000001b3ull;
    h = (h ^ (h >> 30)) * 0xbf58476d1ce4e5b9ull;
    h = (h ^ (h >> 27)) * 0x94d049bb133111ebull;
    return h ^ (h >> 31);
}

Philox4 philox(std::uint64_t key, std::uint64_t counter_low, std::uint64_t counter_high) {
    constexpr std::uint64_t m0 = 0xD2511F53u, m1 = 0xCD9E8D57u;
    std::uint32_t k0 = static_cast<std::uint32_t>(key), k1 = static_cast<std::uint32_t>(key >> 32);
    std::uint32_t c0 = static_cast<std::uint32_t>(counter_low), c1 = static_cast<std::uint32_t>(counter_low >> 32);
    std::uint32_t c2 = static_cast<std::uint32_t>(counter_high), c3 = static_cast<std::uint32_t>(counter_high >> 32);
    for (int round = 0; round < 10; ++round) {
        const std::uint64_t p0 = m0 * c0, p1 = m1 * c2;
        const std::uint32_t n0 = static_cast<std::uint32_t>(p1 >> 32) ^ c1 ^ k0, n2 = static_cast<std::uint32_t>(p0 >> 32) ^ c3 ^ k1;
        c1 = static_cast<std::uint32_t>(p1);
        c3 = static_cast<std::uint32_t>(p0);
        c0 = n0;
        c2 = n2;
        k0 += 0x9E3779B9u;
        k1 += 0xBB67AE85u;
    }
    return {{c0, c1, c2, c3}};
}

std::uint32_t Random::bits() {
    if (used_ == 4) {
        block_ = philox(key_, counter_++);
        used_ = 0;
    }
    return block_.word[used_++];
}

double Random::uniform() {
    const std::uint64_t high = bits() >> 5, low = bits() >> 6;  // 27 + 26 bits
    return static_cast<double>((high << 26) | low) * 0x1p-53;
}

int Random::below(int n) { return static_cast<int>((static_cast<std::uint64_t>(bits()) * static_cast<std::uint64_t>(n)) >> 32); }

double Random::normal() {
    if (has_spare_) {
        has_spare_ = false;
        return spare_;
    }
    const double radius = std::sqrt(-2 * std::log(1 - uniform())), angle = 2 * std::numbers::pi * uniform();
    spare_ = radius * std::sin(angle);
    has_spare_ = true;
    return radius * std::cos(angle);
}

Points Random::normals(Eigen::Index n) {
    Points out;
    out.resize(n, 2);
    keyed_normals(stream_key(key_, "normals"), 0, counter_++ | (std::uint64_t{1} << 63), out);
    return out;
}

void keyed_normals(std::uint64_t key, std::uint64_t first, std::uint64_t slot, Points& out) {
    constexpr Eigen::Index chunk = 512;
    constexpr float to_unit = 0x1p-32f;
    Eigen::Array<float, chunk, 1> u, v;
    for (Eigen::Index start = 0; start < out.rows(); start += chunk) {
        const Eigen::Index n = std::min(chunk, out.rows() - start);
        // One philox block serves two particles: words 0, 1 the even one, words 2, 3 the odd one.
        for (Eigen::Index i = 0; i < n;) {
            const std::uint64_t particle = first + static_cast<std::uint64_t>(start + i);
            const Philox4 block = philox(key, particle >> 1, slot);
            for (std::uint64_t half = particle & 1; half < 2 && i < n; ++half, ++i) {
                u[i] = (static_cast<float>(block.word[2 * half]) + 0.5f) * to_unit;
                v[i] = (static_cast<float>(block.word[2 * half + 1] >> 8)) * 0x1p-24f;
            }
        }
        // Whole packets only: the scalar tail of a vectorised log or cos may round differently, and a row must not depend on its place.
        constexpr Eigen::Index packet = 16;
        const Eigen::Index padded = (n + packet - 1) / packet * packet;
        u.segment(n, padded - n) = 0.5f;
        v.segment(n, padded - n) = 0;
        // u rounds to 1 for the largest words: log(1) = 0 is fine; the smallest is 2^-33, so |normal| < 6.8.
        const Eigen::ArrayXf radius = (-2 * u.head(padded).log()).sqrt();
        const Eigen::ArrayXf angle = v.head(padded) * static_cast<float>(2 * std::numbers::pi);
        const Eigen::ArrayXf x = radius * angle.cos(), y = radius * angle.sin();
        out.col(0).segment(start, n) = x.head(n);
        out.col(1).segment(start, n) = y.head(n);
    }
}

}  // namespace pf
