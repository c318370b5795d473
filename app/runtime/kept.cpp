#include "app/runtime/kept.h"

#include <map>
#include <mutex>

#include "app/runtime/scene_json.h"
#include "core/math/random.h"

namespace pf {
namespace {

template <class T>
class Kept {
public:
    std::optional<T> find(const std::string& key) {
        const std::lock_guard lock(mutex_);
        const auto it = kept_.find(key);
        return it == kept_.end() ? std::nullopt : std::optional<T>(it->second);
    }
    void keep(const std::string& key, const T& value) {
        const std::lock_guard lock(mutex_);
        if (kept_.size() > 1024) kept_.clear();
        kept_[key] = value;
    }

private:
    std::mutex mutex_;
    std::map<std::string, T> kept_;
};

}  // namespace

std::string data_key(const Scene& scene, int label, const std::optional<Coefficients>& at) {
    return fmt::format("{} {} {} {:x}", label, at ? at->alpha : 1, at ? at->beta : 0, stream_key(0, data_to_json(scene.data, true).dump()));
}

NoiseFloor kept_floor(std::string_view id, const std::string& data_key, Eigen::Index n, int pairs, std::stop_token stop,
                      const std::function<NoiseFloor(std::uint64_t seed, const std::function<bool()>& stopped)>& compute) {
    constexpr std::uint64_t floor_seed = 20;  // not the scene's
    static Kept<NoiseFloor> kept;
    const auto key = fmt::format("{} {} {} {}", id, n, pairs, data_key);
    if (const auto found = kept.find(key)) return *found;
    const NoiseFloor floor = compute(stream_key(floor_seed, "floor"), [&] { return stop.stop_requested(); });
    if (!stop.stop_requested()) kept.keep(key, floor);
    return floor;
}

NoiseFloor kept_floor(const Metric& metric, const std::string& data_key, const Truth& truth, Eigen::Index n, int pairs, std::stop_token stop) {
    return kept_floor(metric.id, data_key, n, pairs, stop, [&](std::uint64_t seed, const auto& stopped) { return noise_floor(metric, truth, n, seed, pairs, stopped); });
}

std::shared_ptr<const CellMasses> kept_masses(const std::string& data_key, const Dataset& data) {
    static Kept<std::shared_ptr<const CellMasses>> kept;
    if (const auto found = kept.find(data_key)) return *found;
    auto masses = std::make_shared<const CellMasses>(exact_masses(data));
    kept.keep(data_key, masses);
    return masses;
}

}  // namespace pf
