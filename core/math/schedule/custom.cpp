#include <algorithm>

#include "core/math/curve.h"
#include "core/math/schedule/schedule.h"

namespace pf {
std::unique_ptr<Schedule> make_custom_schedule();
namespace {

// α and β as monotone cubics through control points (core/math/curve.h), with the derivatives of these cubics. Δ_t = α̇ β − α β̇ > 0 wherever one
// of the two moves while the other is not 0. α_1 = 1; where α_0 > 0 the start N(0, β_0² I) is not p_0, and where β_1 > 0 p_1 is the data blurred by β_1.
class Custom final : public Schedule {
public:
    Coefficients at(double t) const override {
        const auto alpha = alpha_curve_.at(t), beta = beta_curve_.at(t);
        return {alpha.value, beta.value, alpha.slope, beta.slope, beta.value * beta.slope};
    }
    bool variance_preserving() const override { return false; }
    std::vector<double> kinks() const override {
        std::vector<double> out;
        for (const auto* points : {&alpha_, &beta_})
            for (const auto& point : *points)
                if (point[0] > 0 && point[0] < 1) out.push_back(point[0]);
        std::sort(out.begin(), out.end());
        return out;
    }

    void visit(Parameters& p) override {
        p.curve("alpha", "α", alpha_, {{0, 1}, CurveRule::Trend::rising, 1}, "how much of the data there is; rises to 1");
        p.curve("beta", "β", beta_, {{0, 100}, CurveRule::Trend::falling}, "how much of the noise there is; falls");
    }
    std::string settle() override {
        alpha_curve_ = MonotoneCurve(alpha_);
        beta_curve_ = MonotoneCurve(beta_);
        // A curve stands still on a whole piece, at an inner point beside such a piece, or nowhere: points and middles of pieces decide.
        std::vector<double> times;
        for (const auto* points : {&alpha_, &beta_})
            for (const auto& point : *points) times.push_back(point[0]);
        std::sort(times.begin(), times.end());
        for (std::size_t i = times.size() - 1; i > 0; --i) times.push_back((times[i - 1] + times[i]) / 2);
        for (const double t : times) {
            if (t == 1 && beta_.back()[1] == 0) continue;  // Δ_1 = −β̇_1, and β moves on its last piece, which the middle has shown
            const Coefficients c = at(t);
            if (c.d_alpha * c.beta - c.alpha * c.d_beta <= 0)
                return fmt::format(".beta: α and β must not stand still together, nor one of them where the other is 0: α/β rises all the way from noise to data, and at t = {:.4g} it does not", t);
        }
        return {};
    }

private:
    CurvePoints alpha_{{0, 0}, {0.35, 0.2}, {0.7, 0.75}, {1, 1}}, beta_{{0, 1}, {0.35, 0.9}, {0.7, 0.45}, {1, 0}};
    MonotoneCurve alpha_curve_{alpha_}, beta_curve_{beta_};
};

}  // namespace
std::unique_ptr<Schedule> make_custom_schedule() { return std::make_unique<Custom>(); }
}  // namespace pf
