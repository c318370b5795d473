#include "core/math/metrics/assignment.h"

#include <algorithm>
#include <utility>

#include "core/math/errors.h"
#include "core/math/simd/vector.h"

namespace pf {
namespace {

using namespace pf::simd;

constexpr double far = 1e300;        // longer than any distance
constexpr double done = -far;        // the distance of a column that is no longer looked at
constexpr Eigen::Index padding = 16;  // two vectors of the widest kind
constexpr Eigen::Index smallest = 32;  // below, no half-size problem is worth its prices

double squared(const PointsD& a, Eigen::Index i, const PointsD& b, Eigen::Index j) { return (a.row(i) - b.row(j)).square().sum(); }

// The first n points with a price each, padded with points that are never the least.
struct Priced {
    std::vector<double> x, y, price;
    Priced(const PointsD& points, Eigen::Index n) : x(static_cast<std::size_t>((n + padding - 1) / padding * padding), 0), y(x), price(x.size(), done) {
        for (Eigen::Index k = 0; k < n; ++k) x[static_cast<std::size_t>(k)] = points(k, 0), y[static_cast<std::size_t>(k)] = points(k, 1), price[static_cast<std::size_t>(k)] = 0;
    }
};

// The least |(x, y) − point|² − price.
struct Least {
    template <int bytes>
    static PF_INLINE double run(const Priced& points, const double& x, const double& y) {
        using V = Vector<double, bytes>;
        V least = V{} + far;
        for (std::size_t k = 0; k < points.x.size(); k += lanes<V>) {
            const V dx = load<V>(points.x.data() + k) - x, dy = load<V>(points.y.data() + k) - y;
            least = smaller(dx * dx + (dy * dy - load<V>(points.price.data() + k)), least);
        }
        double out = least[0];
        for (int lane = 1; lane < lanes<V>; ++lane) out = smaller(out, static_cast<double>(least[lane]));
        return out;
    }
};

// Distances from the root of a search to all columns, and the row before each, as a number of the same width.
struct Search {
    std::vector<double> distance, before;
};
// Shortens distances by way of one row at (x, y): |(x, y) − column|² − price + offset. Returns the nearest column that is not done.
struct Relax {
    template <int bytes>
    static PF_INLINE Eigen::Index run(const Priced& columns, Search& search, const double& x, const double& y, const double& offset, const double& row) {
        using V = Vector<double, bytes>;
        V index{}, least[2] = {V{} + far, V{} + far}, nearest[2] = {V{} - 1, V{} - 1};
        for (int lane = 0; lane < lanes<V>; ++lane) index[lane] = lane;
        const V at_x = V{} + x, at_y = V{} + y, before = V{} + row, start = V{} + offset;
        for (std::size_t first = 0; first < columns.x.size(); first += 2 * lanes<V>)
            for (std::size_t half = 0; half < 2; ++half) {
                const std::size_t k = first + half * lanes<V>;
                const V dx = load<V>(columns.x.data() + k) - at_x, dy = load<V>(columns.y.data() + k) - at_y;
                const V by_row = dx * dx + (dy * dy + (start - load<V>(columns.price.data() + k))), known = load<V>(search.distance.data() + k);
                const V distance = by_row < known ? by_row : known;
                store(search.distance.data() + k, distance);
                store(search.before.data() + k, by_row < known ? before : load<V>(search.before.data() + k));
                const V open = distance > done ? distance : V{} + far;
                nearest[half] = open < least[half] ? index : nearest[half];
                least[half] = smaller(open, least[half]);
                index += lanes<V>;
            }
        double shortest = far, out = -1;
        for (int half = 0; half < 2; ++half)
            for (int lane = 0; lane < lanes<V>; ++lane)
                if (least[half][lane] < shortest) shortest = least[half][lane], out = nearest[half][lane];
        return static_cast<Eigen::Index>(out);
    }
};

struct Matching {
    std::vector<Eigen::Index> column_of, row_of;  // −1: none
    std::vector<double> price;                    // of columns: |a_i − b_j|² − price_j is least over j where j is i's own
};

// Of the first n points of both.
Matching solve(const PointsD& a, const PointsD& b, Eigen::Index n) {
    const auto at = [](auto& values, Eigen::Index i) -> auto& { return values[static_cast<std::size_t>(i)]; };
    Priced columns(b, n);
    // Prices of half the points, carried over to all by their definition v_j = min_i |a_i − b_j|² − u_i, leave little to do. Any prices will do for the start.
    const Eigen::Index some = n > smallest ? n / 2 : n;
    Priced rows(a, some);
    if (some < n) {
        const Matching half = solve(a, b, some);
        for (Eigen::Index i = 0; i < some; ++i) at(rows.price, i) = squared(a, i, b, at(half.column_of, i)) - at(half.price, at(half.column_of, i));
    }
    for (Eigen::Index j = 0; j < n; ++j) at(columns.price, j) = dispatch<Least>(rows, b(j, 0), b(j, 1));

    Matching out{std::vector<Eigen::Index>(static_cast<std::size_t>(n), -1), std::vector<Eigen::Index>(static_cast<std::size_t>(n), -1), {}};
    Search search{std::vector<double>(columns.x.size()), std::vector<double>(columns.x.size())};
    std::vector<std::pair<Eigen::Index, double>> tree;  // columns that are done, and how far they are
    for (Eigen::Index root = 0; root < n; ++root) {
        std::fill(search.distance.begin(), search.distance.begin() + n, far);
        std::fill(search.distance.begin() + n, search.distance.end(), done);
        tree.clear();
        double offset = 0;
        Eigen::Index row = root, column = 0;
        for (;;) {
            column = dispatch<Relax>(columns, search, a(row, 0), a(row, 1), offset, static_cast<double>(row));
            check(column >= 0, "points to be assigned that are not finite");
            if (at(out.row_of, column) < 0) break;
            tree.emplace_back(column, at(search.distance, column));
            at(search.distance, column) = done;
            row = at(out.row_of, column);
            offset = tree.back().second - (squared(a, row, b, column) - at(columns.price, column));
        }
        const double length = at(search.distance, column);
        for (const auto& [j, distance] : tree) at(columns.price, j) += distance - length;
        do {
            row = static_cast<Eigen::Index>(at(search.before, column));
            at(out.row_of, column) = row;
            std::swap(column, at(out.column_of, row));
        } while (row != root);
    }
    out.price = std::move(columns.price);
    return out;
}

}  // namespace

std::vector<Eigen::Index> optimal_assignment(const Points& a, const Points& b) {
    check(a.rows() == b.rows(), "{} and {} points", a.rows(), b.rows());
    return solve(a.cast<double>(), b.cast<double>(), a.rows()).column_of;
}

}  // namespace pf
