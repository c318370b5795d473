#include <cmath>

#include "core/math/schedule/schedules.h"
#include "core/math/sigma/sigmas.h"
#include "tests/catch.h"

using namespace pf;

TEST_CASE("every σ_t is finite and not negative on every schedule, ends included") {
    for (const auto& shape : sigmas())
        for (const auto& path : schedules())
            for (const double max : {0.0, 1.0, 100.0}) {
                const auto sigma = shape.make();
                if (read(*sigma).contains("max")) assign(*sigma, {{"max", max}}, "test");
                const auto schedule = path.make();
                for (const double t : {0.0, 1e-12, 1e-6, 1e-3, 0.1, 0.5, 0.9, 0.999, 1 - 1e-6, 1 - 1e-12, 1.0}) {
                    CAPTURE(shape.id, path.id, max, t);
                    const double value = sigma->at(t, *schedule);
                    CHECK(std::isfinite(value));
                    CHECK(value >= 0);
                }
            }
}

TEST_CASE("shapes of σ_t have the values their names promise") {
    const auto linear = find(schedules(), "linear", "test").make(), vp = find(schedules(), "vp", "test").make();
    const auto at = [](std::string_view id, double max, double t, const Schedule& schedule) {
        const auto sigma = find(sigmas(), id, "test").make();
        assign(*sigma, {{"max", max}}, "test");
        return sigma->at(t, schedule);
    };
    CHECK(find(sigmas(), "zero", "test").make()->at(0.3, *linear) == 0);
    CHECK(at("constant", 0.7, 0.3, *linear) == 0.7);
    CHECK(at("beta", 2, 0.3, *linear) == Approx(1.4));
    CHECK(at("decreasing", 2, 0.3, *linear) == Approx(1.4));
    CHECK(at("bump", 2, 0.5, *linear) == Approx(2));
    CHECK(at("bump", 2, 0, *linear) == Approx(0).margin(1e-12));
    // On VP g² = b(τ): at t = 0.3, b = 0.1 + 0.7 · 19.9. On the linear path g² = 2(1 − t)/t.
    CHECK(at("reverse", 100, 0.3, *vp) == Approx(std::sqrt(0.1 + 0.7 * 19.9)));
    CHECK(at("reverse", 100, 0.3, *linear) == Approx(std::sqrt(2 * 0.7 / 0.3)));
    CHECK(at("reverse", 1.5, 0, *linear) == 1.5);
}
