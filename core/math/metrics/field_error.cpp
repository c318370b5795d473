#include "core/math/metrics/field_error.h"

#include <cmath>

namespace pf {
namespace {

double relative(const PointsD& value, const PointsD& exact) { return std::sqrt((value - exact).square().sum() / exact.square().sum()); }

double mean(const std::vector<double>& values) {
    double sum = 0;
    for (const double value : values) sum += value / static_cast<double>(values.size());
    return sum;
}

}  // namespace

FieldError field_error(const Field& field, const Field& exact, const Dataset& data, const Schedule& schedule, const std::vector<double>& times, Eigen::Index n,
                       std::uint64_t key, const std::function<bool()>& stop) {
    const unsigned want = (want_velocity | want_score | want_denoiser) & field.knows();
    FieldError out;
    FieldValues<double> learned, truth;
    Random random(key);
    for (const double t : times) {
        if (stop && stop()) break;
        const Coefficients c = schedule.at(t);
        const Points z = data.sample(random, n), noise = random.normals(n);
        const PointsD x = c.alpha * z.cast<double>() + c.beta * noise.cast<double>();
        field.evaluate(x, t, want, learned);
        exact.evaluate(x, t, want, truth);
        out.t.push_back(t);
        if (want & want_velocity) out.velocity.push_back(relative(learned.velocity, truth.velocity));
        if (want & want_score) out.score.push_back(relative(learned.score, truth.score));
        if (want & want_denoiser) out.denoiser.push_back(relative(learned.denoiser, truth.denoiser));
    }
    out.mean_velocity = mean(out.velocity), out.mean_score = mean(out.score), out.mean_denoiser = mean(out.denoiser);
    return out;
}

}  // namespace pf
