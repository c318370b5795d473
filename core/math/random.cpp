#include "core/math/random.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "core/math/random_kernels.h"

namespace pf {
namespace {

constexpr Eigen::Index chunk = Draws::Column::RowsAtCompileTime;

double unit(std::uint32_t high, std::uint32_t low) { return static_cast<double>((std::uint64_t{high >> 5} << 26) | (low >> 6)) * 0x1p-53; }  // 27 + 26 bits
int place(std::uint32_t word, int n) { return static_cast<int>((std::uint64_t{word} * static_cast<std::uint64_t>(n)) >> 32); }

// Whole packets: rows behind the last one are some that can be worked on.
void box_muller(Draws::Column& u, Draws::Column& v, Eigen::Index n) {
    const Eigen::Index padded = (n + random_kernels::packet - 1) / random_kernels::packet * random_kernels::packet;
    u.segment(n, padded - n) = 1;
    v.segment(n, padded - n) = 0;
    random_kernels::box_muller(u.data(), v.data(), padded);
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
    if (used_ == made_) {
        random_kernels::blocks(key_, counter_, 0, ahead, words_);
        counter_ += ahead;
        used_ = 0;
        made_ = 4 * ahead;
    }
    return words_[used_++];
}

void Random::bits(std::uint32_t* words, Eigen::Index n) {
    for (; n > 0 && used_ < made_; --n) *words++ = words_[used_++];
    random_kernels::blocks(key_, counter_, 0, n / 4, words);
    counter_ += static_cast<std::uint64_t>(n / 4);
    for (words += n / 4 * 4, n %= 4; n > 0; --n) *words++ = bits();
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
    // The number of a block; those behind it that nobody has read from are made again after it.
    const int unread = (made_ - used_) / 4;
    counter_ -= static_cast<std::uint64_t>(unread);
    made_ -= 4 * unread;
    keyed_normals(stream_key(key_, "normals"), 0, counter_++ | (std::uint64_t{1} << 63), out);
    return out;
}

Draws::Draws(Random& random, Eigen::Index rows, int words) : random_(random), rows_(rows), words_(words), bits_(static_cast<std::size_t>(std::min(rows, chunk) * words)) {}

bool Draws::next() {
    first_ += count_;
    count_ = std::min(chunk, rows_ - first_);
    random_.bits(bits_.data(), count_ * words_);
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
    // One philox block serves two particles: words 0, 1 the even one, words 2, 3 the odd one.
    Draws::Column a, b;
    std::uint32_t words[2 * chunk];
    const Eigen::Index before = static_cast<Eigen::Index>(first & 1), all = before + out.rows();
    for (Eigen::Index start = 0; start < all; start += chunk) {
        // u rounds to 1 for the largest words: log(1) = 0 is fine; the smallest is 2^-33, so |normal| < 6.8.
        const Eigen::Index end = std::min(start + chunk, all), padded = (end - start + random_kernels::packet - 1) / random_kernels::packet * random_kernels::packet;
        random_kernels::blocks(key, (first >> 1) + static_cast<std::uint64_t>(start / 2), slot, padded / 2, words);
        random_kernels::normals(words, padded, a.data(), b.data());
        const Eigen::Index skipped = start == 0 ? before : 0, n = end - start - skipped;
        out.col(0).segment(start + skipped - before, n) = a.segment(skipped, n);
        out.col(1).segment(start + skipped - before, n) = b.segment(skipped, n);
    }
}

}  // namespace pf
