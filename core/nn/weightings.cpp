#include <algorithm>
#include <array>
#include <cmath>

#include "core/nn/objective.h"

// One line per weighting: its id, its class, label, meaning.
#define PF_WEIGHTINGS(X)                                                                                   \
    X(uniform, Uniform, "uniform", "the same weight at all times: w = 1")                                  \
    X(usual, Usual, "usual", "w = 1, but β² for the score, whose target has variance 1/β²")               \
    X(snr, Snr, "SNR", "weight SNR = α²/β² on the error of the denoiser, which is weight 1 on that of the noise")     \
    X(likelihood, Likelihood, "likelihood g²", "weight g² on the error of the score: bounds the likelihood")  \
    X(min_snr, MinSnr, "min-SNR", "weight min(SNR, γ) on the error of the denoiser: no time dominates")

namespace pf::nn {
namespace {

class Uniform final : public Weighting {
    double at(double, const Coefficients&, Prediction, double) const override { return 1; }
};

// Song et al. 2020 (arXiv:2011.13456), §3.3: λ ∝ 1/E|target|².
class Usual final : public Weighting {
    double at(double, const Coefficients& c, Prediction prediction, double) const override { return prediction == Prediction::score ? c.beta * c.beta : 1; }
};

// Floors keep 0/0 away at the ends, where weights are continuous or, if they grow without bound, stop.
Coefficients inside(Coefficients c) {
    c.alpha = std::max(c.alpha, 1e-6);
    c.beta = std::max(c.beta, 1e-6);
    if (std::isfinite(c.d_beta)) c.beta_d_beta = c.beta * c.d_beta;  // of the β that is held
    return c;
}
double snr(const Coefficients& c) { return c.alpha * c.alpha / (c.beta * c.beta); }
double square(double x) { return x * x; }

// Kingma et al. 2021 (arXiv:2107.00630), §4: the noise loss of Ho 2020, seen from the denoiser.
class Snr final : public Weighting {
    double at(double, const Coefficients& c, Prediction prediction, double sd) const override {
        const Coefficients in = inside(c);
        return snr(in) * square(conversion(prediction, want_denoiser, in, sd).prediction);
    }
};

// Song et al. 2021 (arXiv:2101.09258), theorem 1: λ = g² on the score.
class Likelihood final : public Weighting {
    double at(double, const Coefficients& c, Prediction prediction, double sd) const override {
        const Coefficients in = inside(c);
        return in.g_squared() * square(conversion(prediction, want_score, in, sd).prediction);
    }
};

// Hang et al. 2023 (arXiv:2303.09556): min(SNR, γ) |D − z|². A prediction's error is k times that of D, so its weight is min(SNR, γ)/k².
class MinSnr final : public Weighting {
public:
    double at(double, const Coefficients& c, Prediction prediction, double sd) const override {
        const Coefficients in = inside(c);
        return std::min(snr(in), gamma_) * square(conversion(prediction, want_denoiser, in, sd).prediction);
    }
    void visit(Parameters& p) override { p.real("gamma", "γ", gamma_, {0.01, 1e6}, {0.5, 50, true}, "signal-to-noise ratio above which the weight stops growing"); }

private:
    double gamma_ = 5;
};

#define X(id, Class, label, meaning) \
    std::unique_ptr<Weighting> make_##id() { return std::make_unique<Class>(); }
PF_WEIGHTINGS(X)
#undef X

}  // namespace

Table<Weighting> weightings() {
#define X(id, Class, label, meaning) Entry<Weighting>{#id, label, meaning, make_##id},
    static constexpr std::array table{PF_WEIGHTINGS(X)};
#undef X
    return table;
}

}  // namespace pf::nn
