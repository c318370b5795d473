#include <algorithm>
#include <cmath>
#include <vector>

#include "core/math/schedule/schedule.h"

namespace pf {
std::unique_ptr<Schedule> make_ddpm_schedule();
namespace {

// Ho et al. 2020 (arXiv:2006.11239), §4, with T steps instead of 1000 and i = T(1 − t):
//   b_i linear from (1000/T) 1e-4 to (1000/T) 0.02,  ᾱ_i = Π_{j ≤ i} (1 − b_j),  α = √ᾱ,  β = √(1 − ᾱ).
// Between grid points log ᾱ is linear, so α̇ jumps at them; at a grid point it is the derivative towards the data.
class Ddpm final : public Schedule {
public:
    Ddpm() { tabulate(); }

    Coefficients at(double t) const override {
        const double i = steps_ * (1 - t), level = std::round(i);
        const bool at_level = std::abs(i - level) < 1e-9 * steps_;  // t = 1 − k/T is rounded, to either side
        const int k = std::clamp(static_cast<int>(at_level ? level : std::ceil(i)), 1, steps_);
        const double slope = log_[index(k)] - log_[index(k - 1)], log_alpha_bar = log_[index(k - 1)] + (i - (k - 1)) * slope;
        const double alpha = std::exp(0.5 * log_alpha_bar), beta = std::sqrt(std::abs(std::expm1(log_alpha_bar)));  // not −0 at t = 1
        const double d_alpha = -0.5 * steps_ * slope * alpha, beta_d_beta = -alpha * d_alpha;
        return {alpha, beta, d_alpha, beta_d_beta / beta, beta_d_beta};
    }
    bool variance_preserving() const override { return true; }
    std::vector<double> kinks() const override {
        std::vector<double> out;
        for (int k = steps_ - 1; k > 0; --k) out.push_back(1 - static_cast<double>(k) / steps_);
        return out;
    }

    void visit(Parameters& p) override {
        p.integer("steps", "T", steps_, {25, 10000}, {50, 2000, true}, "noise levels the path was cut into");
        tabulate();
    }

private:
    static std::size_t index(int k) { return static_cast<std::size_t>(k); }
    void tabulate() {
        log_.assign(index(steps_) + 1, 0);
        const double first = 0.1 / steps_, last = 20.0 / steps_;
        for (int i = 1; i <= steps_; ++i) log_[index(i)] = log_[index(i - 1)] + std::log1p(-(first + (last - first) * (i - 1) / (steps_ - 1)));
    }
    int steps_ = 1000;
    std::vector<double> log_;  // log ᾱ_i, i = 0 … T
};

}  // namespace
std::unique_ptr<Schedule> make_ddpm_schedule() { return std::make_unique<Ddpm>(); }
}  // namespace pf
