#include "app/panels/log_snr.h"

#include <algorithm>
#include <cmath>

#include "core/math/curve.h"
#include "core/math/schedule/schedules.h"

namespace pf::panels {
namespace {

ParameterCurves curves_of(const Choice& drawn) { return read_curves(*build(schedules(), drawn, "schedule")); }

}  // namespace

CurvePoints log_snr_points(const Choice& drawn) {
    constexpr double together = 1e-3;  // of t: two control points count as one
    const ParameterCurves curves = curves_of(drawn);
    const CurvePoints &alpha = curves.at("alpha"), &beta = curves.at("beta");
    const MonotoneCurve a(alpha), b(beta);
    std::vector<double> times;
    for (const CurvePoints* points : {&alpha, &beta})
        for (const auto& point : *points) times.push_back(point[0]);
    std::sort(times.begin(), times.end());
    times.erase(std::unique(times.begin(), times.end(), [](double s, double t) { return t - s < together; }), times.end());
    times.back() = 1;
    if (times.size() > most_curve_points) return {};
    CurvePoints out;
    for (const double t : times) out.push_back({t, std::clamp(2 * std::log(a.at(t).value / b.at(t).value), -most_log_snr, most_log_snr)});
    return out;
}

std::optional<Choice> with_log_snr(const Choice& drawn, const CurvePoints& points) {
    const ParameterCurves curves = curves_of(drawn);
    const MonotoneCurve a(curves.at("alpha")), b(curves.at("beta"));
    CurvePoints alpha, beta;
    for (const auto& [t, log_snr] : points) {
        if (t == 1) {
            alpha.push_back({1, 1});
            beta.push_back({1, log_snr >= most_log_snr ? 0 : std::exp(-log_snr / 2)});
            continue;
        }
        const double radius = std::hypot(a.at(t).value, b.at(t).value), share = log_snr <= -most_log_snr ? 0 : 1 / (1 + std::exp(-log_snr));  // α²/(α² + β²)
        alpha.push_back({t, radius * std::sqrt(share)});
        beta.push_back({t, radius * std::sqrt(1 - share)});
    }
    Choice out = drawn;
    out.curves["alpha"] = std::move(alpha);
    out.curves["beta"] = std::move(beta);
    try {
        build(schedules(), out, "schedule");
    } catch (const BadInput&) {
        return {};
    }
    return out;
}

}  // namespace pf::panels
