#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

#include "core/math/schedule/time_of.h"
#include "core/nn/objective.h"

// One line per density of training times: its id, its class, label, meaning.
#define PF_TIME_SAMPLINGS(X)                                                       \
    X(uniform, Uniform, "uniform", "all times between t_min and t_max equally often") \
    X(logit_normal, LogitNormal, "logit-normal", "more often in the middle: log(t/(1−t)) is Gaussian") \
    X(edm_log_normal, EdmLogNormal, "EDM log-normal", "log(β/α) is Gaussian: the noise levels that are hardest")

namespace pf::nn {
namespace {

double normal_density(double z) { return std::exp(-z * z / 2) / std::sqrt(2 * std::numbers::pi); }

class Uniform final : public TimeSampling {
public:
    double draw(Random& random) const override { return random.uniform(min_, max_); }
    double density(double t) const override { return t < support().min || t > support().max ? 0 : 1 / std::abs(max_ - min_); }
    TimeRange support() const override { return {std::min(min_, max_), std::max(min_, max_)}; }
    void visit(Parameters& p) override {
        p.real("t_min", "t_min", min_, {0, 1}, {0, 0.5}, "earliest time that is trained");
        p.real("t_max", "t_max", max_, {0, 1}, {0.5, 1}, "latest time that is trained");
    }

private:
    double min_ = 0, max_ = 1;
};

// Esser et al. 2024 (arXiv:2403.03206), eq. 19.
class LogitNormal final : public TimeSampling {
public:
    double draw(Random& random) const override { return 1 / (1 + std::exp(-(mean_ + sd_ * random.normal()))); }
    double density(double t) const override { return normal_density((std::log(t / (1 - t)) - mean_) / sd_) / (sd_ * t * (1 - t)); }
    void visit(Parameters& p) override {
        p.real("mean", "m", mean_, {-5, 5}, {-2, 2}, "mean of log(t/(1−t)): above 0 favours the data end");
        p.real("sd", "s", sd_, {0.05, 5}, {0.3, 2}, "standard deviation of log(t/(1−t))");
    }

private:
    double mean_ = 0, sd_ = 1;
};

// Karras et al. 2022 (arXiv:2206.00364), table 1: log σ ~ N(P_mean, P_std²), with σ = β/α on any path; t where σ_t = σ.
class EdmLogNormal final : public TimeSampling {
public:
    void set_schedule(std::shared_ptr<const Schedule> schedule) override {
        schedule_ = std::move(schedule);
        for (std::size_t i = 0; i < t_.size(); ++i) t_[i] = time_of(*schedule_, -(mean_ + sd_ * (-reach + spacing * static_cast<double>(i))));
    }
    double draw(Random& random) const override {
        double t = 0;
        for (int attempt = 0; attempt < 100 && !(t > 0 && t < 1); ++attempt) {  // again where the path has no such σ
            const double place = std::clamp((random.normal() + reach) / spacing, 0.0, static_cast<double>(t_.size() - 2));
            const auto i = static_cast<std::size_t>(place);
            t = t_[i] + (place - static_cast<double>(i)) * (t_[i + 1] - t_[i]);
        }
        return t;
    }
    // |d log σ/dt| = Δ/(αβ).
    double density(double t) const override {
        const Coefficients c = schedule_->at(t);
        return normal_density((-c.half_log_snr() - mean_) / sd_) / sd_ * c.determinant() / (c.alpha * c.beta * c.beta);
    }
    void visit(Parameters& p) override {
        p.real("mean", "P_mean", mean_, {-6, 6}, {-3, 2}, "mean of log(β/α): below 0 favours the data end");
        p.real("sd", "P_std", sd_, {0.05, 5}, {0.3, 2}, "standard deviation of log(β/α)");
    }

private:
    static constexpr double reach = 8, spacing = 1.0 / 256;  // of a standard normal number; t between neighbours is linear to 10⁻⁶
    double mean_ = -1.2, sd_ = 1.2;
    std::array<double, 4097> t_{};
    std::shared_ptr<const Schedule> schedule_;
};

#define X(id, Class, label, meaning) \
    std::unique_ptr<TimeSampling> make_##id() { return std::make_unique<Class>(); }
PF_TIME_SAMPLINGS(X)
#undef X

}  // namespace

Table<TimeSampling> time_samplings() {
#define X(id, Class, label, meaning) Entry<TimeSampling>{#id, label, meaning, make_##id},
    static constexpr std::array table{PF_TIME_SAMPLINGS(X)};
#undef X
    return table;
}

}  // namespace pf::nn
