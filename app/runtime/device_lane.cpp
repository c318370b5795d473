#include "app/runtime/device_lane.h"

#include <cmath>

#include "core/math/errors.h"
#include "core/nn/network_drift.h"

namespace pf {
namespace {

using RowMajor = Eigen::Array<float, Eigen::Dynamic, 2, Eigen::RowMajor>;

class TokenStop final : public nn::Stop {
public:
    explicit TokenStop(std::stop_token token) : token_(std::move(token)) {}
    bool requested() const override { return token_.stop_requested(); }

private:
    std::stop_token token_;
};

const nn::NetworkField* on_gpu(const Field* field) {
    const auto* network = dynamic_cast<const nn::NetworkField*>(field);
    return network && network->label() < 0 && network->network().device() == nn::Device::cuda ? network : nullptr;
}

int count_lost(const Points& x) {
    int lost = 0;
    for (Eigen::Index i = 0; i < x.rows(); ++i) lost += !(std::isfinite(x(i, 0)) && std::isfinite(x(i, 1)));
    return lost;
}

}  // namespace

std::optional<DeviceLane> DeviceLane::make(const Dynamics& dynamics, std::string solver, std::uint64_t noise_key, bool refinable) {
    DeviceLane lane;
    lane.velocity_ = on_gpu(dynamics.velocity);
    lane.score_ = on_gpu(dynamics.score);
    if (!lane.velocity_ || (dynamics.score && !lane.score_)) return std::nullopt;
    lane.dynamics_ = &dynamics;
    lane.solver_ = std::move(solver);
    lane.noise_key_ = noise_key;
    lane.refinable_ = refinable;
    return lane;
}

Trajectories<float> DeviceLane::advance(const std::vector<double>& times, const Points& x0, const Increments<float>& increments,
                                        std::stop_token stop) const {
    const auto n = x0.rows();
    const auto steps = static_cast<Eigen::Index>(times.size()) - 1;
    RowMajor noise;
    if (score_ && refinable_) {
        noise.resize(steps * n, 2);
        for (Eigen::Index k = 0; k < steps && !stop.stop_requested(); ++k)
            noise.middleRows(k * n, n) = increments(times[static_cast<std::size_t>(k)], times[static_cast<std::size_t>(k) + 1]).dW;
    }
    const RowMajor start = x0;
    RowMajor path((steps + 1) * n, 2);
    const nn::NetworkDrift drift(*velocity_, score_, score_ ? dynamics_->sigma : std::function<double(double)>{});
    const TokenStop asked(stop);
    const bool two = score_ && score_ != velocity_;
    Trajectories<float> out;
    {
        std::unique_lock<std::mutex> first(velocity_->mutex(), std::defer_lock), second;
        if (two) {
            second = std::unique_lock<std::mutex>(score_->mutex(), std::defer_lock);
            std::lock(first, second);
        } else {
            first.lock();
        }
        const auto seed = stream_key(noise_key_, fmt::format("from {}", times.front()));
        const auto error = velocity_->network().integrate(drift, drift.second(), solver_.c_str(), times.data(), static_cast<int>(steps),
                                                          start.data(), static_cast<long>(n), noise.size() > 0 ? noise.data() : nullptr, seed, asked,
                                                          path.data(), &out.evaluations);
        if (error != nn::Error::none) throw nn::GpuFailure(fmt::format("integrating on the GPU failed ({}); fewer particles or steps may fit", velocity_->engine().last_error()));
    }
    if (stop.stop_requested()) {
        out.outcome = Outcome::cancelled;
        out.t = {times.front()};
        out.x = {x0};
        return out;
    }
    out.t = times;
    for (Eigen::Index k = 0; k <= steps; ++k) out.x.emplace_back(path.middleRows(k * n, n));
    out.lost = count_lost(out.x.back());
    if (out.lost > 0) out.sentence = fmt::format("{} of {} particles left the range of numbers; take more steps or less noise", out.lost, n);
    if (out.lost == n) out.outcome = Outcome::blew_up;
    return out;
}

}  // namespace pf
