#include "app/runtime/lane_noise.h"

#include <cmath>
#include <memory>

#include "core/math/solver/brownian.h"

namespace pf {
namespace {

// One run's walk through a Brownian path: along what is remembered as far as the steps agree, and on by itself.
class Walk {
public:
    Walk(std::uint64_t key, Eigen::Index particles, int depth, NoiseMemory& memory) : memory_(memory) {
        if (memory.key != key || memory.particles != particles || memory.depth != depth) memory = {key, particles, depth, {}};
    }
    Increment<float> operator()(double t0, double t1) {
        if (next_ < memory_.parts.size() && memory_.parts[next_].t0 == t0 && memory_.parts[next_].t1 == t1) return memory_.parts[next_++].increment;
        if (!path_) path_ = std::make_unique<BrownianPath>(memory_.key, memory_.particles, 0, memory_.depth);
        memory_.parts.resize(next_++);
        return memory_.parts.emplace_back(NoiseMemory::Part{t0, t1, path_->increment(t0, t1)}).increment;
    }

private:
    NoiseMemory& memory_;
    std::unique_ptr<BrownianPath> path_;
    std::size_t next_ = 0;
};

}  // namespace

Increments<float> lane_noise(std::uint64_t key, Eigen::Index particles, std::optional<int> depth, NoiseMemory* memory) {
    if (depth && memory) return [walk = std::make_shared<Walk>(key, particles, *depth, *memory)](double t0, double t1) { return (*walk)(t0, t1); };
    if (depth) {
        auto path = std::make_shared<BrownianPath>(key, particles, 0, *depth);
        return [path](double t0, double t1) { return path->increment(t0, t1); };
    }
    return [key, particles, step = std::make_shared<std::uint64_t>(0)](double t0, double t1) {
        Points dW(particles, 2), area(particles, 2);
        keyed_normals(key, 0, (*step)++, dW);
        keyed_normals(key, 0, (*step)++, area);
        const auto h = static_cast<float>(t1 - t0);
        dW *= std::sqrt(h);
        return Increment<float>{dW, h * (0.5f * dW + std::sqrt(h / 12) * area)};
    };
}

}  // namespace pf
