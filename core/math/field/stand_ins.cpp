#include "core/math/field/stand_ins.h"

#include "core/math/errors.h"

namespace pf {

std::shared_ptr<const Mixture> masses_at(const Points& points) {
    check(points.rows() > 0, "no points");
    std::vector<Component> masses(static_cast<std::size_t>(points.rows()));
    for (Eigen::Index i = 0; i < points.rows(); ++i) {
        Component& mass = masses[static_cast<std::size_t>(i)];
        mass.mean = points.row(i).matrix().transpose().cast<double>();
        mass.covariance.setZero();
    }
    return std::make_shared<const Mixture>(std::move(masses));
}

std::shared_ptr<const Mixture> gaussian_like(const Dataset& data, std::uint64_t key) {
    Component one;
    if (const auto mixture = data.mixture()) {
        one.mean = mixture->mean();
        one.covariance = mixture->covariance();
    } else {
        Random random(key);
        const Eigen::MatrixX2d x = data.sample(random, 65536).matrix().cast<double>();
        one.mean = x.colwise().mean().transpose();
        const Eigen::MatrixX2d centred = x.rowwise() - one.mean.transpose();
        one.covariance = centred.transpose() * centred / static_cast<double>(x.rows());
    }
    one.covariance(1, 0) = one.covariance(0, 1);
    return std::make_shared<const Mixture>(std::vector{one});
}

}  // namespace pf
