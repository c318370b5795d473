#include "core/math/solver/stability.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <string>

#include "core/math/solver/solvers.h"

namespace pf {
namespace {

// x' = z x over a step of length 1; remembers when it was asked.
struct Decay {
    double z;
    std::vector<double>* nodes;
    PointsD operator()(const PointsD& x, double t) const {
        if (nodes) nodes->push_back(t);
        return z * x;
    }
    PointsD score(const PointsD& x, double) const { return x; }
    Coefficients at(double) const { return {1, 0, 0, 0, 0}; }  // β = 0: a corrector does nothing
    PointsD denoiser(const PointsD& x, double) const { return x; }
    double time_at(double) const { return 0; }
    double start() const { return 0; }
    int steps() const { return 1; }
};

template <class Method>
StabilityInterval measured() {
    StabilityInterval out;
    if constexpr (!Method::uses_denoiser) {
        const auto growth = [](double z, std::vector<double>* nodes) {
            const PointsD zero = PointsD::Zero(1, 2);
            const Noise<PointsD> noise{0, 0, zero, zero, [zero] { return zero; }};
            Memory<PointsD> memory;
            return std::abs(advance(Method{}, Decay{z, nodes}, PointsD(PointsD::Ones(1, 2)), 0, 1, noise, memory)(0, 0));
        };
        growth(-1, &out.nodes);
        double low = 0.01;
        while (low < 100 && growth(-low - 0.01, nullptr) <= 1 + 1e-12) low += 0.01;
        double high = low + 0.01;
        for (int i = 0; i < 40; ++i) (growth(-(low + high) / 2, nullptr) <= 1 ? low : high) = (low + high) / 2;
        out.length = low;
    }
    return out;
}

}  // namespace

const StabilityInterval& stability_interval(std::string_view solver) {
    static const std::map<std::string, StabilityInterval, std::less<>> known = [] {
        std::map<std::string, StabilityInterval, std::less<>> all;
#define X(id, Method, label, meaning) all.emplace(#id, measured<Method>());
        PF_SOLVERS(X)
#undef X
        return all;
    }();
    find_solver(solver, "solver");
    return known.find(solver)->second;
}

double stable_sigma(const StabilityInterval& interval, const Schedule& schedule, double smallest_variance, double t, double h) {
    double least = std::numeric_limits<double>::infinity();
    if (interval.length == 0) return least;
    for (const double node : interval.nodes) {
        const Coefficients c = schedule.at(std::min(1.0, t + node * h));
        const double variance = c.alpha * c.alpha * smallest_variance + c.beta * c.beta;
        least = std::min(least, 2 * (interval.length * variance / h + c.alpha * c.d_alpha * smallest_variance + c.beta_d_beta));
    }
    return std::sqrt(std::max(0.0, least));
}

}  // namespace pf
