#include "core/math/fokker_planck/characteristics.h"

#include <cmath>

#include "core/math/errors.h"
#include "core/math/fokker_planck/averages.h"

namespace pf::fokker_planck {

template <class S>
Cells Characteristics<S>::density(const Problem& problem, const Grid& grid, const std::vector<double>& times) {
    constexpr Eigen::Index chunk = 4096;  // so that the stages stay in the second-level cache
    Cells values(grid.height, grid.width);
    FieldValues<S> v;
    const auto evaluate = [&](const PointsOf<S>& x, double t) { problem.velocity->evaluate(x, t, want_velocity | want_divergence, v); };
    PointsOf<S> stage, sum;
    const Eigen::Index cells = static_cast<Eigen::Index>(grid.width) * grid.height;
    for (Eigen::Index first = 0; first < cells; first += chunk) {
        const Eigen::Index n = std::min(chunk, cells - first);
        PointsOf<S> x(n, 2);
        for (Eigen::Index i = 0; i < n; ++i)
            x.row(i) << static_cast<S>(grid.x(static_cast<int>((first + i) % grid.width))), static_cast<S>(grid.y(static_cast<int>((first + i) / grid.width)));
        ColumnOf<S> change = ColumnOf<S>::Zero(n);  // of log p
        if (problem.velocity)
            for (std::size_t k = times.size() - 1; k > 0; --k) {
                const double t = times[k], step = times[k - 1] - t;
                const S h = static_cast<S>(step);
                evaluate(x, t);
                sum = v.velocity;
                ColumnOf<S> trace = v.divergence;
                for (const double half : {0.5, 0.5, 1.0}) {
                    const S weight = half == 1 ? S(1) : S(2);
                    stage = x + static_cast<S>(half) * h * v.velocity;
                    evaluate(stage, t + half * step);
                    sum += weight * v.velocity;
                    trace += weight * v.divergence;
                }
                x += h / 6 * sum;
                change += h / 6 * trace;
                // One number that is not finite makes the sum so.
                if (!std::isfinite(x.sum() + change.sum())) throw BadInput(fmt::format("Fokker–Planck: the velocity is not finite everywhere on the grid at t = {:.4g}", t));
            }
        const ColumnD p = (problem.start.log_density(x.template cast<double>()) + change.template cast<double>()).exp();
        std::copy_n(p.data(), n, values.data() + first);
    }
    return averages_from_centres(values);
}

template class Characteristics<float>;
template class Characteristics<double>;

}  // namespace pf::fokker_planck
