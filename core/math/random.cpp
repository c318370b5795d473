#include "core/math/random.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace pf {
namespace {

constexpr Eigen::Index chunk = Draws::Column::RowsAtCompileTime;

double unit(std::uint32_t high, std::uint32_t low) { return static_cast<double>((std::uint64_t{high >> 5} << 26) | (low >> 6)) * 0x1p-53; }  // 27 + 26 bits
int place(std::uint32_t word, int n) { return static_cast<int>((std::uint64_t{word} * static_cast<std::uint64_t>(n)) >> 32); }

// Box–Muller: n pairs (u, v) with u in (0, 1] and v in [0, 1] become √(−2 log u) (cos 2πv, sin 2πv).
void box_muller(Draws::Column& u, Draws::Column& v, Eigen::Index n) {
    // Whole packets only: the scalar tail of a vectorised log or cos may round differently, and a row must not depend on its place.
    constexpr Eigen::Index packet = 16;
    const Eigen::Index padded = (n + packet - 1) / packet * packet;
    u.segment(n, padded - n) = 0.5f;
    v.segment(n, padded - n) = 0;
    const Eigen::Array<float, Eigen::Dynamic, 1, 0, chunk, 1> radius = (-2 * u.head(padded).log()).sqrt(), angle = v.head(padded) * static_cast<float>(2 * std::numbers::pi);
    u.head(padded) = radius * angle.cos();
    v.head(padded) = radius * angle.sin();
}

}  // namespace

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
    const std::uint32_t high = bits(), low = bits();
    return unit(high, low);
}

int Random::below(int n) { return place(bits(), n); }

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

Draws::Draws(Random& random, Eigen::Index rows, int words) : random_(random), rows_(rows), words_(words), bits_(static_cast<std::size_t>(std::min(rows, chunk) * words)) {}

bool Draws::next() {
    first_ += count_;
    count_ = std::min(chunk, rows_ - first_);
    std::generate_n(bits_.begin(), count_ * words_, [this] { return random_.bits(); });
    return count_ > 0;
}

int Draws::below(Eigen::Index row, int word, int n) const { return place(*at(row, word), n); }

double Draws::uniform(Eigen::Index row, int word) const {
    const std::uint32_t* bits = at(row, word);
    return unit(bits[0], bits[1]);
}

void Draws::normals(int word, Column& a, Column& b) const {
    for (Eigen::Index i = 0; i < count_; ++i) {
        a[i] = static_cast<float>(1 - uniform(i, word));
        b[i] = static_cast<float>(uniform(i, word + 2));
    }
    box_muller(a, b, count_);
}

void keyed_normals(std::uint64_t key, std::uint64_t first, std::uint64_t slot, Points& out) {
    constexpr float to_unit = 0x1p-32f;
    Draws::Column u, v;
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
        // u rounds to 1 for the largest words: log(1) = 0 is fine; the smallest is 2^-33, so |normal| < 6.8.
        box_muller(u, v, n);
        out.col(0).segment(start, n) = u.head(n);
        out.col(1).segment(start, n) = v.head(n);
    }
}

}  // namespace pf
