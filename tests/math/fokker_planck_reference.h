#pragma once
#include "core/math/field/mixture_field.h"
#include "core/math/fokker_planck/averages.h"
#include "core/math/fokker_planck/solve.h"
#include "tests/math/references.h"

namespace pf::testing {

namespace fp = pf::fokker_planck;

inline std::shared_ptr<const Mixture> isotropic(const std::vector<double>& weights, const std::vector<Eigen::Vector2d>& means, const std::vector<double>& deviations) {
    std::vector<Component> all;
    for (std::size_t k = 0; k < weights.size(); ++k) all.push_back({weights[k], means[k], deviations[k] * deviations[k] * Eigen::Matrix2d::Identity(), static_cast<int>(k)});
    return std::make_shared<const Mixture>(all);
}

// The mixture of assets/scenes/fokker_planck_reference.json.
inline std::shared_ptr<const Mixture> reference_mixture() {
    return isotropic({0.35, 0.15, 0.30, 0.20}, {{1.5, 1.5}, {-1.5, 1.5}, {1.5, -1.5}, {-1.5, -1.5}}, {0.35, 0.45, 0.30, 0.40});
}

inline std::shared_ptr<const Mixture> normal(double mean_x, double mean_y, double deviation) { return isotropic({1}, {{mean_x, mean_y}}, {deviation}); }

inline fp::Grid square(double half, int cells) { return {{-half, half, -half, half}, cells, cells}; }

inline std::function<double(double)> constant(double sigma) { return sigma > 0 ? [sigma](double) { return sigma; } : std::function<double(double)>{}; }

// Averages of a mixture itself.
inline fp::Cells averages(const Mixture& mixture, const fp::Grid& grid) { return fp::mixture_averages(mixture, {1, 0, 0, 0, 0}, grid); }

inline double l1(const DensityGrid& p, const fp::Cells& q, const fp::Grid& grid) { return fp::discrepancy(p, q, grid).l1; }

// Exact sampling of a mixture on a path, at constant σ, up to t_max: what is left to the exact p_t.
struct Case {
    std::shared_ptr<const Mixture> mixture = reference_mixture();
    std::shared_ptr<const Schedule> schedule = every_schedule()[0];
    std::function<double(double)> sigma = constant(1);
    double half = 4.5, t_max = 0.99;

    fp::Problem problem() const {
        const auto field = std::make_shared<const MixtureField>(mixture, schedule);
        return fp::sampling(field, field, sigma, *schedule);
    }
    fp::Solution solve(std::string_view scheme, int cells, const fp::Options& options) const { return fp::solve(problem(), scheme, square(half, cells), {0, t_max}, options); }
    double error(const fp::Solution& s) const { return l1(s.p.back(), fp::mixture_averages(*mixture, schedule->at(s.t.back()), s.grid), s.grid); }
};

// σ at which a scheme runs at all.
inline double sigma_for(const fp::SchemeInfo& scheme) { return scheme.refuses_noise ? 0 : 1; }

inline fp::Options in_double(int steps, fp::Relaxation relaxation = fp::Relaxation::automatic) {
    fp::Options options;
    options.steps = steps, options.single_precision = false, options.relaxation = relaxation;
    return options;
}

}  // namespace pf::testing
