#pragma once
#include <memory>

#include "core/math/dataset/dataset.h"

namespace pf {

// Two mixtures that stand in for p_data; a MixtureField of each is a field worth comparing with the exact one.

// A mass at each point: the field that *memorises*, the exact minimiser of every loss on this finite set. Its denoiser is a weighted mean of the
// points and it has a pole where β = 0.
std::shared_ptr<const Mixture> masses_at(const Points& points);

// One Gaussian with the data's mean and covariance: the linear score (Wiener filter). Moments in closed form where the data is a mixture, else from
// 65,536 draws of `key`.
std::shared_ptr<const Mixture> gaussian_like(const Dataset& data, std::uint64_t key);

}  // namespace pf
