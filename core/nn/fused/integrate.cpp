#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>

#include "core/math/random.h"
#include "core/math/solver/solvers.h"
#include "core/nn/fused/guard.h"
#include "core/nn/fused/network.h"

namespace pf {

using RowMajor = Eigen::Array<float, Eigen::Dynamic, 2, Eigen::RowMajor>;
template <>
struct StateTraits<RowMajor> {
    using Scalar = float;
};

}  // namespace pf

namespace pf::nn::fused {
namespace {

constexpr long chunk = 2048;  // particles that go through all steps together

struct Job {
    const DriftSource& drift;
    const FusedNetwork* second;
    const double* times;
    int steps;
    const float* x0;
    long n;
    const float* increments;
    unsigned long long seed;
    const Stop& stop;
    float* out;
    int* evaluations;
};

}  // namespace

template <class Method>
struct FusedNetwork::Run {
    const FusedNetwork& net;
    const Job& job;
    mutable int evaluations = 0;
    mutable RowMajor scaled, output;

    // u + ½σ² s
    RowMajor operator()(const RowMajor& x, double t) const {
        const DriftFactors factors = job.drift.at(t);
        ++evaluations;
        scaled = static_cast<float>(factors.input[0]) * x;
        output.resize(x.rows(), 2);
        net.forward(scaled.data(), x.rows(), factors.time[0], -1, output.data(), nullptr);
        RowMajor value = static_cast<float>(factors.x) * x + static_cast<float>(factors.output[0]) * output;
        if (job.second && factors.output[1] != 0) {
            scaled = static_cast<float>(factors.input[1]) * x;
            job.second->forward(scaled.data(), x.rows(), factors.time[1], -1, output.data(), nullptr);
            value += static_cast<float>(factors.output[1]) * output;
        }
        return value;
    }

    void follow(long first, long rows) const {
        const auto slice = [&](int k) { return Eigen::Map<RowMajor>(job.out + 2 * (job.n * k + first), rows, 2); };
        RowMajor x = Eigen::Map<const RowMajor>(job.x0 + 2 * first, rows, 2);
        slice(0) = x;
        for (int k = 0; k < job.steps; ++k) {
            if (job.stop.requested()) {
                for (int rest = k; rest < job.steps; ++rest) slice(rest + 1).setConstant(std::numeric_limits<float>::quiet_NaN());
                return;
            }
            const double t = job.times[k], dt = job.times[k + 1] - t;
            if constexpr (Method::stochastic) {
                Noise<RowMajor> noise{job.drift.sigma(t), job.drift.sigma(job.times[k + 1]), RowMajor::Zero(rows, 2), {}, {}};
                if (noise.sigma0 != 0 || noise.sigma1 != 0) {
                    if (job.increments) {
                        noise.dW = Eigen::Map<const RowMajor>(job.increments + 2 * (job.n * k + first), rows, 2);
                    } else {
                        Points normals(rows, 2);
                        keyed_normals(job.seed, static_cast<std::uint64_t>(first), static_cast<std::uint64_t>(k), normals);
                        noise.dW = static_cast<float>(std::sqrt(dt)) * normals;
                    }
                }
                x = Method::step(*this, x, t, dt, noise);
            } else {
                x = Method::step(*this, x, t, dt);
            }
            slice(k + 1) = x;
        }
    }
};

Error FusedNetwork::integrate(const DriftSource& drift, const Network* second, const char* solver, const double* times, int steps, const float* x0, long n,
                              const float* increments, unsigned long long seed, const Stop& stop, float* out, int* evaluations) const {
    return guarded([&] {
        expect(steps >= 1 && n >= 1 && solver && times && x0 && out, "integrate: nothing to integrate");
        for (int k = 0; k < steps; ++k) expect(times[k] < times[k + 1], "integrate: times must increase");
        const Job job{drift, static_cast<const FusedNetwork*>(second), times, steps, x0, n, increments, seed, stop, out, evaluations};
        const auto run = [&]<class Method>(Method) {
            if constexpr (on_device<Method>()) {
                if constexpr (!Method::stochastic)
                    for (int k = 0; k <= steps; ++k)
                        expect(drift.sigma(times[k]) == 0, "integrate: this solver follows ODEs only; take euler_maruyama or stochastic_heun for σ > 0");
                const Run<Method> method{*this, job, 0, {}, {}};
                for (long first = 0; first < n; first += chunk) {
                    method.evaluations = 0;
                    method.follow(first, std::min(chunk, n - first));
                }
                if (evaluations) *evaluations = method.evaluations;
            } else {
                expect(false, "integrate: this solver needs more than a drift and dW, and runs outside the engine");
            }
        };
        bool known = false;
#define X(id, Method, label, meaning) \
    if (!known && std::strcmp(solver, #id) == 0) known = true, run(Method{});
        PF_SOLVERS(X)
#undef X
        expect(known, "integrate: unknown solver");
    });
}

}  // namespace pf::nn::fused
