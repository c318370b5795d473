#pragma once
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>

#include "app/runtime/scene.h"
#include "core/math/metrics/metrics.h"
#include "core/math/schedule/schedule.h"

namespace pf {

// What depends on the data alone costs most of every measurement, so the process keeps what it has. Thread-safe.

// Names p_data, or p(x|label) for label ≥ 0, or the p_t of the given α, β; short, whatever the data.
std::string data_key(const Scene& scene, int label, const std::optional<Coefficients>& at);
// compute(seed, stopped): the floor itself.
NoiseFloor kept_floor(std::string_view id, const std::string& data_key, Eigen::Index n, int pairs, std::stop_token stop,
                      const std::function<NoiseFloor(std::uint64_t seed, const std::function<bool()>& stopped)>& compute);
NoiseFloor kept_floor(const Metric& metric, const std::string& data_key, const Truth& truth, Eigen::Index n, int pairs, std::stop_token stop);
std::shared_ptr<const CellMasses> kept_masses(const std::string& data_key, const Dataset& data);

}  // namespace pf
