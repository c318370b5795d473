#pragma once
#include <memory>
#include <optional>
#include <stop_token>
#include <string>

#include "core/math/solver/integrate.h"
#include "core/nn/network_field.h"

namespace pf {

// A lane whose fields are networks on a GPU: whole stretches of the trajectory stay there.
class DeviceLane {
public:
    // Nothing unless velocity and score (where there is one) are networks on a GPU.
    static std::optional<DeviceLane> make(const Dynamics& dynamics, std::string solver, std::uint64_t noise_key, bool refinable);

    // As integrate(): `increments` are used when refinable, otherwise the device makes its own noise. Throws GpuFailure.
    Trajectories<float> advance(const std::vector<double>& times, const Points& x0, const Increments<float>& increments, std::stop_token stop) const;

private:
    const Dynamics* dynamics_ = nullptr;
    const nn::NetworkField* velocity_ = nullptr;
    const nn::NetworkField* score_ = nullptr;  // null: σ ≡ 0; may be the same as velocity_
    std::string solver_;
    std::uint64_t noise_key_ = 0;
    bool refinable_ = true;
};

}  // namespace pf
