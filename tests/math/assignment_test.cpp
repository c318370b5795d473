#include "core/math/metrics/assignment.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <set>

#include "core/math/metrics/metrics.h"
#include "core/math/simd/instruction_set.h"
#include "tests/catch.h"
#include "tests/math/references.h"

using namespace pf;
using namespace pf::testing;

namespace {

double cost(const Points& a, const Points& b, const std::vector<Eigen::Index>& p) {
    double sum = 0;
    for (Eigen::Index i = 0; i < a.rows(); ++i) sum += (a.row(i) - b.row(p[static_cast<std::size_t>(i)])).cast<double>().square().sum();
    return sum;
}

// The least cost by successive shortest paths, one plain loop after another (Kuhn 1955).
double least_cost(const Points& a, const Points& b) {
    const auto n = static_cast<std::size_t>(a.rows());
    const auto between = [&](std::size_t i, std::size_t j) { return (a.row(static_cast<Eigen::Index>(i)) - b.row(static_cast<Eigen::Index>(j))).cast<double>().square().sum(); };
    std::vector<double> u(n + 1), v(n + 1);
    std::vector<std::size_t> row_of(n + 1, n), before(n + 1);  // column n stands for the row being placed
    for (std::size_t row = 0; row < n; ++row) {
        std::vector<double> slack(n, 1e300);
        std::vector<bool> done(n + 1);
        std::size_t column = n;
        row_of[n] = row;
        do {
            done[column] = true;
            std::size_t next = n;
            double step = 1e300;
            for (std::size_t j = 0; j < n; ++j) {
                if (done[j]) continue;
                const double reduced = between(row_of[column], j) - u[row_of[column]] - v[j];
                if (reduced < slack[j]) slack[j] = reduced, before[j] = column;
                if (slack[j] < step) step = slack[j], next = j;
            }
            for (std::size_t j = 0; j <= n; ++j) {
                if (done[j]) u[row_of[j]] += step, v[j] -= step;
                else if (j < n) slack[j] -= step;
            }
            column = next;
        } while (row_of[column] != n);
        for (; column != n; column = before[column]) row_of[column] = row_of[before[column]];
    }
    double sum = 0;
    for (std::size_t j = 0; j < n; ++j) sum += between(row_of[j], j);
    return sum;
}

}  // namespace

TEST_CASE("the assignment is the best of all permutations", "[metrics]") {
    for (std::uint64_t seed = 0; seed < 30; ++seed) {
        const Points a = some_points(7, 1, seed).cast<float>(), b = some_points(7, 1.5, seed + 100).cast<float>();
        std::vector<Eigen::Index> p(7);
        std::iota(p.begin(), p.end(), 0);
        double best = cost(a, b, p);
        while (std::next_permutation(p.begin(), p.end())) best = std::min(best, cost(a, b, p));
        const auto found = optimal_assignment(a, b);
        CHECK(std::set<Eigen::Index>(found.begin(), found.end()).size() == 7);
        CHECK(cost(a, b, found) == Approx(best).epsilon(1e-12));
    }
    CHECK_THROWS_AS(optimal_assignment(Points::Zero(2, 2), Points::Zero(3, 2)), std::logic_error);
}

TEST_CASE("the assignment of many points costs the least, in any order, with ties, on every instruction set", "[metrics]") {
    for (const auto set : {simd::InstructionSet::baseline, simd::InstructionSet::avx2, simd::InstructionSet::avx512}) {
        if (set > simd::best()) continue;
        const simd::Forced forced(set);
        for (const Eigen::Index n : {1, 2, 15, 16, 17, 33, 64, 131, 200}) {
            Points a = some_points(n, 1, 3).cast<float>(), b = some_points(n, 1.5, 4).cast<float>();
            const auto same = [&] {
                CAPTURE(n, simd::name(set));
                const auto found = optimal_assignment(a, b);
                CHECK(std::set<Eigen::Index>(found.begin(), found.end()).size() == static_cast<std::size_t>(n));
                CHECK(cost(a, b, found) == Approx(least_cost(a, b)).epsilon(1e-10).margin(1e-12));
            };
            same();
            std::sort(a.col(0).begin(), a.col(0).end());
            same();
            a = a.round(), b = b.round();  // few places, many at each
            same();
            b = a;
            same();
        }
    }
    Points bad = Points::Zero(40, 2);
    bad(7, 0) = std::nanf("");
    CHECK_THROWS_AS(optimal_assignment(bad, Points::Ones(40, 2)), std::logic_error);
}

TEST_CASE("exact W2: of a shift its length, of a stretch the sum, never below sliced W2", "[metrics]") {
    const Points a = some_points(400, 1.0).cast<float>();
    Points shifted = a, stretched = 3 * a;
    shifted.col(0) += 0.3f;
    shifted.col(1) -= 0.4f;
    CHECK(exact_w2(a, shifted) == Approx(0.5).epsilon(1e-5));
    // A gradient of a convex function moves mass optimally (Brenier): x → 3x.
    CHECK(exact_w2(a, stretched) == Approx(2 * std::sqrt(static_cast<double>(a.square().sum()) / 400)).epsilon(1e-5));
    const Points b = some_points(400, 1.3, 9).cast<float>();
    CHECK(exact_w2(a, b) >= sliced_w2(a, b));
    CHECK(exact_w2(a, b) <= std::sqrt(cost(a, b, [] { std::vector<Eigen::Index> p(400); std::iota(p.begin(), p.end(), 0); return p; }()) / 400));
    // Duplicates: ties must not trap the search.
    CHECK(exact_w2(Points::Ones(50, 2), Points::Zero(50, 2)) == Approx(std::sqrt(2)));
}

TEST_CASE("MMD is the kernel sum of its formula", "[metrics]") {
    const Points a = some_points(20, 1.0).cast<float>(), b = some_points(30, 1.5, 4).cast<float>();
    const auto spread = [](const Points& x) { return static_cast<double>((x.rowwise() - x.colwise().mean()).square().sum()) / static_cast<double>(x.rows()); };
    const double size = (spread(a) + spread(b)) / 2;
    const auto mean = [&](const Points& x, const Points& y) {
        double sum = 0;
        for (Eigen::Index i = 0; i < x.rows(); ++i)
            for (Eigen::Index j = 0; j < y.rows(); ++j)
                for (const double c : {0.1, 0.5, 2.0, 10.0}) sum += c * size / (c * size + static_cast<double>((x.row(i) - y.row(j)).square().sum())) / 4;
        return sum / static_cast<double>(x.rows() * y.rows());
    };
    CHECK(mmd(a, b) == Approx(std::sqrt(mean(a, a) + mean(b, b) - 2 * mean(a, b))).epsilon(1e-5));
    CHECK(mmd(2 * a, 2 * b) == Approx(mmd(a, b)).epsilon(1e-4));  // units do not matter
}
