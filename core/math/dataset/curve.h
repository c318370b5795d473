#pragma once
#include <array>
#include <functional>

#include "core/math/dataset/dataset.h"

namespace pf {

// One smooth piece of a curve, s in [0, 1]. The parameter is uniform: where the speed |dc/ds| varies, so does the density along it.
struct Arc {
    std::function<Eigen::Vector2d(double s)> at;
    bool closed = false;  // at(0) = at(1), smoothly
    int label = 0;
};

// p(x) = mean over arcs of ∫₀¹ N(x; c(s), σ² I) ds as a mixture: Gauss–Legendre nodes on open arcs, equally spaced ones on closed
// arcs, both of which converge faster than any power once the spacing is below σ. `refine` multiplies the number of nodes;
// 1 gives an error below 1e-6 of the maximum.
std::vector<Component> curve_components(const std::vector<Arc>& arcs, double sigma, double refine = 1);

// An arc as pieces of cubics that keep to 10⁻⁶ of it: for many points.
class ArcTable {
public:
    explicit ArcTable(const Arc& arc);
    Eigen::Vector2f at(double s) const;  // s in [0, 1)
    int label = 0;

private:
    using Cubic = std::array<Eigen::Vector2f, 4>;  // c₀ + c₁ f + c₂ f² + c₃ f³ with f in [0, 1] along a piece
    std::vector<Cubic> pieces_;
};

// Data on curves, with isotropic Gaussian noise. Arcs are equally likely.
class CurveDataset : public Dataset {
public:
    virtual std::vector<Arc> arcs() const = 0;
    virtual double sigma() const = 0;  // in units of the plane

    std::string settle() override;  // makes the tables that sample() would make each time
    Points sample(Random& random, Eigen::Index n, std::vector<int>* labels) const override;
    std::shared_ptr<const Mixture> mixture() const override;
    double extent() const override;  // the curve and five σ, at least 4

private:
    std::vector<ArcTable> tables() const;
    std::vector<ArcTable> tables_;
};

}  // namespace pf
