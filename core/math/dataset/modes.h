#pragma once
#include "core/math/dataset/dataset.h"

namespace pf {

// A data set that is a Gaussian mixture; labels are those of its components.
class ModesDataset : public Dataset {
public:
    virtual std::vector<Component> components() const = 0;

    Points sample(Random& random, Eigen::Index n, std::vector<int>* labels) const override;
    std::shared_ptr<const Mixture> mixture() const override;
    double extent() const override;  // every component to five standard deviations, at least 4
};

// `count` equal isotropic components at angles 2πk/count on a circle, labelled k.
std::vector<Component> circle_of_modes(int count, double radius, double standard_deviation);

}  // namespace pf
