#include <algorithm>
#include <array>

#include "core/nn/objective.h"

// One line per weighting: its id, its class, label, meaning.
#define PF_WEIGHTINGS(X)                                                                                   \
    X(uniform, Uniform, "uniform", "the same weight at all times: w = 1")                                  \
    X(usual, Usual, "usual", "w = 1, but β² for the score, whose target has variance 1/β²")               \
    X(min_snr, MinSnr, "min-SNR", "weight min(SNR, γ) on the error of the denoiser: no time dominates")

namespace pf::nn {
namespace {

class Uniform final : public Weighting {
    double at(double, const Coefficients&, Prediction) const override { return 1; }
};

// Song et al. 2020 (arXiv:2011.13456), §3.3: λ ∝ 1/E|target|².
class Usual final : public Weighting {
    double at(double, const Coefficients& c, Prediction prediction) const override { return prediction == Prediction::score ? c.beta * c.beta : 1; }
};

// Hang et al. 2023 (arXiv:2303.09556): min(SNR, γ) |D − z|². A prediction's error is k times that of D, so its weight is min(SNR, γ)/k².
class MinSnr final : public Weighting {
public:
    double at(double, const Coefficients& c, Prediction prediction) const override {
        // Floors keep 0/0 away at the ends; the weight is continuous there.
        Coefficients inside = c;
        inside.alpha = std::max(c.alpha, 1e-6);
        inside.beta = std::max(c.beta, 1e-6);
        const double snr = inside.alpha * inside.alpha / (inside.beta * inside.beta);
        const double to_denoiser = conversion(prediction, want_denoiser, inside).prediction;
        return std::min(snr, gamma_) * to_denoiser * to_denoiser;
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
