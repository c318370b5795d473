#pragma once
#include <cstdint>
#include <string_view>
#include <vector>

#include "core/math/points.h"

namespace pf {

// Key of an independent stream: a hash of (seed, name). Every job derives its own; nothing is global.
std::uint64_t stream_key(std::uint64_t seed, std::string_view name);

// Philox 4×32, 10 rounds (Salmon et al. 2011, "Parallel random numbers: as easy as 1, 2, 3"): four 32-bit numbers as a pure
// function of (key, counter), the same on every machine.
struct Philox4 {
    std::uint32_t word[4];
};
Philox4 philox(std::uint64_t key, std::uint64_t counter_low, std::uint64_t counter_high = 0);

// A seeded sequential generator over philox. Cheap to make; not shared between threads.
class Random {
public:
    explicit Random(std::uint64_t key) : key_(key) {}
    Random(std::uint64_t seed, std::string_view name) : key_(stream_key(seed, name)) {}

    std::uint32_t bits();
    void bits(std::uint32_t* words, Eigen::Index n);  // n calls of bits()
    double uniform();                    // in [0, 1)
    double uniform(double a, double b) { return a + (b - a) * uniform(); }
    int below(int n);                    // 0 … n − 1
    double normal();                     // N(0, 1)
    Points normals(Eigen::Index n);      // n × 2, independent N(0, 1)

private:
    static constexpr int ahead = 8;  // blocks made together
    std::uint64_t key_, counter_ = 0;  // of the block after those in words_
    std::uint32_t words_[4 * ahead];
    int used_ = 0, made_ = 0;
    double spare_ = 0;
    bool has_spare_ = false;
};

// Many rows of draws from one Random, made in chunks: each row takes its next `words` numbers of bits() and reads them, from the word given on, as below()
// (one), uniform() (two) and two calls of normal() (four) would; normals to float precision.
//     for (Draws draws(random, n, 3); draws.next();)
//         for (Eigen::Index i = 0; i < draws.count(); ++i) use(draws.first() + i, draws.below(i, 0, 8), draws.uniform(i, 1));
class Draws {
public:
    Draws(Random& random, Eigen::Index rows, int words);
    bool next();  // to the next chunk; false after the last
    Eigen::Index first() const { return first_; }
    Eigen::Index count() const { return count_; }
    int below(Eigen::Index row, int word, int n) const;
    double uniform(Eigen::Index row, int word) const;
    using Column = Eigen::Array<float, 512, 1>;
    void normals(int word, Column& a, Column& b) const;  // two for each row of the chunk

private:
    const std::uint32_t* at(Eigen::Index row, int word) const { return bits_.data() + row * words_ + word; }
    Random& random_;
    Eigen::Index rows_, first_ = 0, count_ = 0;
    int words_;
    std::vector<std::uint32_t> bits_;
};

// N(0, 1) pairs as a pure function: row i of `out` belongs to (key, first + i, slot). Box–Muller on philox words.
void keyed_normals(std::uint64_t key, std::uint64_t first, std::uint64_t slot, Points& out);

}  // namespace pf
