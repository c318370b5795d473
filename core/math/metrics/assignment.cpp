#include "core/math/metrics/assignment.h"

#include <limits>

#include "core/math/errors.h"

namespace pf {

std::vector<Eigen::Index> optimal_assignment(const Points& a, const Points& b) {
    check(a.rows() == b.rows(), "{} and {} points", a.rows(), b.rows());
    const Eigen::Index n = a.rows();
    constexpr double infinity = std::numeric_limits<double>::infinity();
    const PointsD from = a.cast<double>(), to = b.cast<double>();
    // Potentials u, v with u_i + v_j ≤ cost(i, j), equality on matched pairs. Column n stands for the row being placed.
    ColumnD u = ColumnD::Zero(n), v = ColumnD::Zero(n + 1);
    std::vector<Eigen::Index> row_of(static_cast<std::size_t>(n) + 1, -1), previous(static_cast<std::size_t>(n) + 1);
    const auto at = [](auto& values, Eigen::Index i) -> auto& { return values[static_cast<std::size_t>(i)]; };

    for (Eigen::Index row = 0; row < n; ++row) {
        at(row_of, n) = row;
        ColumnD distance = ColumnD::Constant(n, infinity);
        std::vector<char> done(static_cast<std::size_t>(n) + 1, 0);
        Eigen::Index column = n;
        while (at(row_of, column) >= 0) {
            at(done, column) = 1;
            const Eigen::Index i = at(row_of, column);
            double step = infinity;
            Eigen::Index nearest = -1;
            for (Eigen::Index j = 0; j < n; ++j) {
                if (at(done, j)) continue;
                const double dx = from(i, 0) - to(j, 0), dy = from(i, 1) - to(j, 1), slack = dx * dx + dy * dy - u(i) - v(j);
                if (slack < distance(j)) {
                    distance(j) = slack;
                    at(previous, j) = column;
                }
                if (distance(j) < step) {
                    step = distance(j);
                    nearest = j;
                }
            }
            for (Eigen::Index j = 0; j <= n; ++j) {
                if (at(done, j)) {
                    u(at(row_of, j)) += step;
                    v(j) -= step;
                } else if (j < n) {
                    distance(j) -= step;
                }
            }
            column = nearest;
        }
        for (; column != n; column = at(previous, column)) at(row_of, column) = at(row_of, at(previous, column));
    }
    std::vector<Eigen::Index> assignment(static_cast<std::size_t>(n));
    for (Eigen::Index j = 0; j < n; ++j) at(assignment, at(row_of, j)) = j;
    return assignment;
}

}  // namespace pf
