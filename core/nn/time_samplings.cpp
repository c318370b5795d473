#include <array>
#include <cmath>

#include "core/nn/objective.h"

// One line per density of training times: its id, its class, label, meaning.
#define PF_TIME_SAMPLINGS(X)                                                       \
    X(uniform, Uniform, "uniform", "all times between t_min and t_max equally often") \
    X(logit_normal, LogitNormal, "logit-normal", "more often in the middle: log(t/(1−t)) is Gaussian")

namespace pf::nn {
namespace {

class Uniform final : public TimeSampling {
public:
    double draw(Random& random) const override { return random.uniform(min_, max_); }
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
    void visit(Parameters& p) override {
        p.real("mean", "m", mean_, {-5, 5}, {-2, 2}, "mean of log(t/(1−t)): above 0 favours the data end");
        p.real("sd", "s", sd_, {0.05, 5}, {0.3, 2}, "standard deviation of log(t/(1−t))");
    }

private:
    double mean_ = 0, sd_ = 1;
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
