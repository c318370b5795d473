#include <cmath>
#include <vector>

#include "core/math/random.h"
#include "core/math/random_kernels.h"
#include "core/math/simd/instruction_set.h"
#include "tests/catch.h"

using namespace pf;

namespace {

void check_words(const Philox4& block, const std::vector<std::uint32_t>& expected) {
    for (std::size_t i = 0; i < 4; ++i) CHECK(block.word[i] == expected[i]);
}

// Moments of n standard normals against their standard errors: mean 1/√n, variance √(2/n), fourth moment √(96/n).
void check_normal(const Eigen::ArrayXd& x) {
    const double n = static_cast<double>(x.size());
    CHECK(std::abs(x.mean()) < 5 / std::sqrt(n));
    CHECK(std::abs(x.square().mean() - 1) < 5 * std::sqrt(2 / n));
    CHECK(std::abs(x.pow(3).mean()) < 5 * std::sqrt(15 / n));
    CHECK(std::abs(x.pow(4).mean() - 3) < 5 * std::sqrt(96 / n));
    // P(|X| > 3) = 0.0026998
    CHECK(std::abs((x.abs() > 3).cast<double>().mean() - 0.0026998) < 5 * std::sqrt(0.0027 / n));
}

}  // namespace

// Known answers of Random123 1.14 (kat_vectors, philox4x32 10). Our 64-bit arguments hold two words each, the low one first.
TEST_CASE("philox gives the published numbers") {
    check_words(philox(0, 0, 0), {0x6627e8d5u, 0xe169c58du, 0xbc57ac4cu, 0x9b00dbd8u});
    check_words(philox(~0ull, ~0ull, ~0ull), {0x408f276du, 0x41c83b0eu, 0xa20bc7c6u, 0x6d5451fdu});
    check_words(philox(0x299f31d0a4093822ull, 0x85a308d3243f6a88ull, 0x0370734413198a2eull), {0xd16cfe09u, 0x94fdccebu, 0x5001e420u, 0x24126ea1u});
}

TEST_CASE("streams with different names or seeds differ, the same repeat") {
    CHECK(stream_key(7, "sample") == stream_key(7, "sample"));
    CHECK(stream_key(7, "sample") != stream_key(8, "sample"));
    CHECK(stream_key(7, "sample") != stream_key(7, "train"));
    Random a(7, "sample"), b(7, "sample"), c(8, "sample");
    int equal = 0;
    for (int i = 0; i < 1000; ++i) {
        const std::uint32_t word = a.bits();
        CHECK(word == b.bits());
        equal += word == c.bits();
    }
    CHECK(equal == 0);
}

TEST_CASE("uniform numbers fill [0, 1), below() every value equally") {
    Random random(1, "uniform");
    const int n = 200000;
    double sum = 0, squares = 0;
    std::vector<int> counts(7);
    for (int i = 0; i < n; ++i) {
        const double u = random.uniform();
        REQUIRE((u >= 0 && u < 1));
        sum += u;
        squares += u * u;
        const int k = random.below(7);
        REQUIRE((k >= 0 && k < 7));
        ++counts[static_cast<std::size_t>(k)];
    }
    CHECK(std::abs(sum / n - 0.5) < 5 * std::sqrt(1.0 / 12 / n));
    CHECK(std::abs(squares / n - 1.0 / 3) < 5 * std::sqrt(4.0 / 45 / n));
    for (const int count : counts) CHECK(std::abs(count - n / 7.0) < 5 * std::sqrt(n / 7.0));
}

TEST_CASE("normals have the moments of N(0, 1)") {
    const Eigen::Index n = 400000;
    Random random(2, "normal");
    Eigen::ArrayXd scalars(n);
    for (Eigen::Index i = 0; i < n; ++i) scalars[i] = random.normal();
    check_normal(scalars);

    const PointsD pairs = random.normals(n).cast<double>();
    check_normal(pairs.col(0));
    check_normal(pairs.col(1));
    CHECK(std::abs((pairs.col(0) * pairs.col(1)).mean()) < 5 / std::sqrt(static_cast<double>(n)));
    // Neighbouring rows share a philox block; they must not share anything else.
    CHECK(std::abs((pairs.col(0).head(n - 1) * pairs.col(0).tail(n - 1)).mean()) < 5 / std::sqrt(static_cast<double>(n)));

    CHECK((random.normals(n).cast<double>() - pairs).abs().maxCoeff() > 1);  // the next call is another draw
}

TEST_CASE("keyed normals do not depend on how the rows are split") {
    const std::uint64_t key = stream_key(3, "noise");
    Points whole(2001, 2);
    keyed_normals(key, 0, 5, whole);
    for (const Eigen::Index size : {1, 3, 64, 511, 777}) {
        for (Eigen::Index first = 0; first < whole.rows(); first += size) {
            Points part(std::min<Eigen::Index>(size, whole.rows() - first), 2);
            keyed_normals(key, static_cast<std::uint64_t>(first), 5, part);
            CAPTURE(size, first);
            REQUIRE((part == whole.middleRows(first, part.rows())).all());
        }
    }
    Points other(2001, 2);
    keyed_normals(key, 0, 6, other);
    CHECK((other != whole).all());
}

TEST_CASE("rows of draws are the draws of single calls, whatever chunks they are made in") {
    constexpr Eigen::Index n = 1301;  // two chunks and a part of one
    Random single(4, "rows"), many(4, "rows");
    Draws::Column a, b;
    Eigen::Index seen = 0;
    for (Draws draws(many, n, 7); draws.next();) {
        CHECK(draws.first() == seen);
        draws.normals(3, a, b);
        for (Eigen::Index i = 0; i < draws.count(); ++i, ++seen) {
            CAPTURE(seen);
            REQUIRE(draws.below(i, 0, 11) == single.below(11));
            REQUIRE(draws.uniform(i, 1) == single.uniform());
            REQUIRE(std::abs(static_cast<double>(a[i]) - single.normal()) < 1e-5);
            REQUIRE(std::abs(static_cast<double>(b[i]) - single.normal()) < 1e-5);
        }
    }
    CHECK(seen == n);
    CHECK(many.bits() == single.bits());  // no word more was taken
    Draws none(many, 0, 7);
    CHECK_FALSE(none.next());
    // The tails of the smallest and largest numbers.
    Eigen::ArrayXd x(2'000'000);
    for (Draws draws(many, 1'000'000, 4); draws.next();) {
        draws.normals(0, a, b);
        x.segment(2 * draws.first(), draws.count()) = a.head(draws.count()).cast<double>();
        x.segment(2 * draws.first() + draws.count(), draws.count()) = b.head(draws.count()).cast<double>();
    }
    check_normal(x);
    CHECK(x.abs().maxCoeff() > 4.5);
}

TEST_CASE("many words at once are those of single calls, with normals between them") {
    for (const int begun : {0, 1, 6, 31, 32, 33}) {
        for (const int n : {0, 1, 3, 4, 29, 200}) {
            Random single(5, "words"), many(5, "words");
            for (int i = 0; i < begun; ++i) REQUIRE(single.bits() == many.bits());
            CAPTURE(begun, n);
            std::vector<std::uint32_t> words(static_cast<std::size_t>(n));
            many.bits(words.data(), n);
            for (const std::uint32_t word : words) REQUIRE(word == single.bits());
            REQUIRE((many.normals(5) == single.normals(5)).all());
            for (int i = 0; i < 40; ++i) REQUIRE(single.bits() == many.bits());
        }
    }
    // The words are those of the blocks in order; normals() takes the number of one.
    Random random(6, "words");
    const std::uint64_t key = stream_key(6, "words");
    for (const std::uint64_t block : {0, 1, 3}) {
        for (const std::uint32_t word : philox(key, block).word) CHECK(random.bits() == word);
        if (block == 1) random.normals(1);
    }
}

TEST_CASE("every instruction set gives the same random numbers to the bit", "[simd]") {
    using simd::InstructionSet;
    const std::uint64_t key = stream_key(7, "sets"), first = 0xfffffffeu, high = 0x123456789abcdef0u;
    Points expected;
    for (const InstructionSet set : {InstructionSet::baseline, InstructionSet::avx2, InstructionSet::avx512}) {
        if (set > simd::best()) continue;
        const simd::Forced forced(set);
        CAPTURE(simd::name(set));
        for (const int n : {0, 1, 2, 7, 8, 33}) {
            std::vector<std::uint32_t> words(4 * static_cast<std::size_t>(n) + 1, 77);
            random_kernels::blocks(key, first, high, n, words.data());
            for (std::size_t i = 0; i < static_cast<std::size_t>(n); ++i) {
                const Philox4 block = philox(key, first + i, high);
                for (std::size_t k = 0; k < 4; ++k) REQUIRE(words[4 * i + k] == block.word[k]);
            }
            CHECK(words.back() == 77);
        }
        Points normals(100003, 2);
        keyed_normals(key, 3, 9, normals);
        if (expected.rows() == 0) expected = normals;
        CHECK((normals == expected).all());
    }
}

TEST_CASE("Box–Muller follows log, sine and cosine to float precision") {
    std::vector<float> u, v;
    for (int i = 0; i <= 4096; ++i)
        for (const double size : {1.0, 1e-3, 1e-9, 0x1p-53}) {
            u.push_back(static_cast<float>(i == 0 ? size : size * (1 - i / 4099.0)));
            v.push_back(static_cast<float>(i / 4096.0));
        }
    while (u.size() % random_kernels::packet != 0) {
        u.push_back(std::nextafter(1.0f, 0.0f));
        v.push_back(0.3f);
    }
    std::vector<float> a = u, b = v;
    random_kernels::box_muller(a.data(), b.data(), static_cast<std::ptrdiff_t>(a.size()));
    double error = 0;
    for (std::size_t i = 0; i < u.size(); ++i) {
        const double radius = std::sqrt(-2 * std::log(static_cast<double>(u[i]))), angle = 2 * std::acos(-1.0) * static_cast<double>(v[i]);
        error = std::max({error, std::abs(a[i] - radius * std::cos(angle)) / std::max(radius, 1e-300), std::abs(b[i] - radius * std::sin(angle)) / std::max(radius, 1e-300)});
        if (radius == 0) REQUIRE((a[i] == 0 && b[i] == 0));
    }
    CHECK(error < 3e-7);
}
