#include <cmath>
#include <vector>

#include "app/bench/benchmarks.h"
#include "app/bench/best_of.h"
#include "core/math/field/mixture_field.h"
#include "core/math/schedule/schedules.h"
#include "core/math/simd/instruction_set.h"

namespace pf::bench {
void run_field(Report&, const Options&);
namespace {

// The textbook loop: one point, one component, one std::exp at a time, with all that does not depend on the point worked out before.
class Textbook {
public:
    Textbook(const Mixture& mixture, const Coefficients& c) {
        for (const Component& k : mixture.components()) {
            const double variance = c.alpha * c.alpha * k.covariance(0, 0) + c.beta * c.beta, gain = (c.alpha * c.d_alpha * k.covariance(0, 0) + c.beta_d_beta) / variance;
            const auto f = [](double value) { return static_cast<float>(value); };
            components_.push_back({f(c.alpha * k.mean.x()), f(c.alpha * k.mean.y()), f(-0.5 / variance), f(k.weight / variance), f(c.d_alpha * k.mean.x()), f(c.d_alpha * k.mean.y()), f(gain)});
        }
    }
    void operator()(const Points& x, Points& u) const {
        for (Eigen::Index i = 0; i < x.rows(); ++i) {
            float total = 0, ux = 0, uy = 0;
            for (const Line& k : components_) {
                const float dx = x(i, 0) - k.x, dy = x(i, 1) - k.y, w = k.height * std::exp((dx * dx + dy * dy) * k.factor);
                total += w;
                ux += w * (k.u + k.gain * dx);
                uy += w * (k.v + k.gain * dy);
            }
            u.row(i) << ux / total, uy / total;
        }
    }

private:
    struct Line {
        float x, y, factor, height, u, v, gain;
    };
    std::vector<Line> components_;
};

}  // namespace

void run_field(Report& report, const Options& options) {
    using simd::InstructionSet;
    const std::shared_ptr<const Schedule> schedule = schedules()[0].make();
    const Points x = 2 * Random(1, "bench").normals(20000);
    const double million = static_cast<double>(x.rows()) * 1e-6;
    for (const bool full : {false, true})
        for (const int components : {8, 25, 100}) {
            std::vector<Component> all;
            const Eigen::Matrix2d covariance = full ? Eigen::Matrix2d{{0.04, 0.01}, {0.01, 0.03}} : Eigen::Matrix2d{{0.04, 0}, {0, 0.04}};
            for (int k = 0; k < components; ++k) all.push_back({1, {3 * std::cos(k), 3 * std::sin(k)}, covariance, k});
            const auto mixture = std::make_shared<const Mixture>(all);
            const MixtureField field(mixture, schedule);
            Points u(x.rows(), 2);
            // The textbook's components are round; turned ones would cost it more.
            const Textbook textbook(*mixture, schedule->at(0.6));
            const double theirs = best_seconds(60, [&] { textbook(x, u); });
            for (const InstructionSet set : {InstructionSet::baseline, InstructionSet::avx2, InstructionSet::avx512}) {
                if (set > simd::best() || options.stop.stop_requested()) continue;
                const simd::Forced forced(set);
                FieldValues<float> values;
                const double ours = best_seconds(60, [&] { field.evaluate(x, 0.6, want_velocity, values); });
                const double target = set == InstructionSet::avx512 ? 22 : set == InstructionSet::avx2 ? 11 : 0;
                report.add({"field", fmt::format("exact velocity, {}{} components, {}", components, full ? " turned" : "", simd::name(set)), "million points/s", million / ours,
                            million / theirs, "std::exp, one at a time", target});
            }
        }
}

}  // namespace pf::bench
