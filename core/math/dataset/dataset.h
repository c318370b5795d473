#pragma once
#include <memory>

#include "core/math/field/mixture.h"
#include "core/math/table.h"

namespace pf {

// A distribution p_data in the plane. Thread-safe.
class Dataset : public Configurable {
public:
    // n independent draws [n, 2]; labels, if wanted, say which part each came from.
    virtual Points sample(Random& random, Eigen::Index n, std::vector<int>* labels = nullptr) const = 0;
    // The density as a Gaussian mixture: exact for mixtures, by quadrature along the curve (error < 1e-6 of the maximum) for
    // curves with Gaussian noise. Null for the others, which have density().
    virtual std::shared_ptr<const Mixture> mixture() const { return nullptr; }
    // p_data(x) where there is no mixture(); may be discontinuous.
    virtual double density(double, double) const { return 0; }
    // Half-width of a square view that shows noise and data with some margin.
    virtual double extent() const = 0;
};

}  // namespace pf
