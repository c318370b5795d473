#include "core/math/metrics/mode_metrics.h"

#include <cmath>

#include "core/math/dataset/datasets.h"
#include "core/math/metrics/interval.h"
#include "tests/catch.h"

using namespace pf;

TEST_CASE("modes missed and outliers count what is there, beside their floor of exact draws", "[metrics]") {
    const std::shared_ptr<const Dataset> data = find(datasets(), "eight_gaussians", "test").make();
    const auto modes = data->mixture();
    for (const ModeMetric& metric : mode_metrics()) CHECK(defined(metric).find("Of at most 20000 points") != std::string::npos);
    const ModeMetric &missed = mode_metrics()[0], &outliers = mode_metrics()[1];
    Random random(3, "draws");
    Points x = data->sample(random, 2000);
    CHECK(missed.of(x, *modes) == 0);
    Points one = x;
    for (Eigen::Index i = 0; i < x.rows(); ++i) one.row(i) = modes->components()[0].mean.transpose().array().cast<float>();
    CHECK(missed.of(one, *modes) == 7);
    CHECK(outliers.of(one, *modes) == 0);
    x.topRows(500) = 0;
    CHECK(outliers.of(x, *modes) == Approx(0.25).margin(0.02));

    const NoiseFloor none = noise_floor(missed, *data, *modes, 2000, 5), some = noise_floor(outliers, *data, *modes, 2000, 5), few = noise_floor(missed, *data, *modes, 12, 5);
    CHECK(none.pairs == 20);
    CHECK(none.mean == 0);
    CHECK(none.standard_deviation == 0);
    CHECK(few.mean > 0.5);  // twelve draws do not reach eight modes
    CHECK(few.standard_deviation > 0);
    const double beyond = std::exp(-4.5);  // of a normal in the plane, farther than three standard deviations
    CHECK(std::abs(some.mean - beyond) < 5 * std::sqrt(beyond / 40000));
    CHECK(some.standard_deviation == Approx(std::sqrt(beyond / 2000)).epsilon(0.5));
    int asked = 0;
    CHECK(noise_floor(missed, *data, *modes, 100, 5, 20, [&] { return ++asked > 3; }).pairs == 3);
    CHECK(std::isnan(multiple_of_floor(0, none)));
    CHECK(std::isinf(multiple_of_floor(1, none)));
    CHECK(multiple_of_floor(0.03, some) == Approx(0.03 / some.mean));
    CHECK(std::isnan(ratio_interval(Interval{0, 0, 4}, none).half_width));
}
