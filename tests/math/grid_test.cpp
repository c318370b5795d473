#include "core/math/grid/grids.h"

#include "core/math/schedule/schedules.h"
#include "core/math/schedule/time_of.h"
#include "tests/catch.h"

using namespace pf;

namespace {

std::shared_ptr<const Schedule> schedule(std::string_view id) { return find(schedules(), id, "test").make(); }
std::vector<double> times(std::string_view grid, const Schedule& path, TimeRange range, int steps) { return find(grids(), grid, "test").make()->times(path, range, steps); }

}  // namespace

TEST_CASE("every grid increases from end to end on every schedule", "[grid]") {
    for (const auto& grid : grids())
        for (const auto& path : schedules())
            for (const TimeRange range : {TimeRange{0, 1}, TimeRange{1e-3, 1 - 1e-3}, TimeRange{0.3, 0.4}, TimeRange{0, 0.5}})
                for (const int steps : {1, 2, 3, 50, 1000}) {
                    CAPTURE(grid.id, path.id, range.min, range.max, steps);
                    const auto t = grid.make()->times(*path.make(), range, steps);
                    REQUIRE(t.size() == static_cast<std::size_t>(steps) + 1);
                    CHECK(t.front() == range.min);
                    CHECK(t.back() == range.max);
                    bool increases = true;
                    for (std::size_t i = 1; i < t.size(); ++i) increases = increases && t[i] > t[i - 1];
                    CHECK(increases);
                }
}

TEST_CASE("grids are even in the variable they name", "[grid]") {
    const auto even = [](const std::vector<double>& t, const auto& clock, std::size_t first, std::size_t last) {
        const double step = (clock(t[last]) - clock(t[first])) / static_cast<double>(last - first);
        double worst = 0;
        for (std::size_t i = first; i < last; ++i) worst = std::max(worst, std::abs((clock(t[i + 1]) - clock(t[i])) / step - 1));
        return worst;
    };
    for (const auto& entry : schedules()) {
        CAPTURE(entry.id);
        const auto path = entry.make();
        const TimeRange inside{0.02, 0.98};
        CHECK(even(times("uniform", *path, inside, 40), [](double t) { return t; }, 0, 40) < 1e-12);
        CHECK(even(times("log_snr", *path, inside, 40), [&](double t) { return path->at(t).half_log_snr(); }, 0, 40) < 1e-9);
        CHECK(even(times("edm", *path, inside, 40), [&](double t) { return std::pow(path->at(t).beta / path->at(t).alpha, 1.0 / 7); }, 0, 40) < 1e-9);
    }
    const auto linear = schedule("linear");
    CHECK(even(times("quadratic", *linear, {0, 1}, 40), [](double t) { return std::sqrt(t); }, 0, 40) < 1e-12);
    CHECK(even(times("root", *linear, {0, 1}, 40), [](double t) { return std::sqrt(1 - t); }, 0, 40) < 1e-12);
    // ℓ is infinite at both ends: one step to the margin at each, the others even.
    CHECK(even(times("log_snr", *linear, {0, 1}, 40), [&](double t) { return linear->at(t).half_log_snr(); }, 1, 39) < 1e-9);
    CHECK(times("log_snr", *linear, {0, 1}, 40)[1] == Approx(end_margin));
    // On the EDM schedule EDM's grid is its own clock.
    const auto edm = times("edm", *schedule("edm"), {0, 1}, 40);
    CHECK(even(edm, [](double t) { return t; }, 0, 40) < 1e-9);
}

TEST_CASE("the time of a log-SNR is found to the last bits, and ends where it is out of reach", "[grid]") {
    for (const auto& entry : schedules()) {
        CAPTURE(entry.id);
        const auto path = entry.make();
        for (const double t : {0.001, 0.1234, 0.5, 0.9, 0.999}) CHECK(time_of(*path, path->at(t).half_log_snr()) == Approx(t).epsilon(1e-11));
        CHECK(time_of(*path, path->at(0).half_log_snr()) == Approx(0).margin(1e-12));
        CHECK(time_of(*path, path->at(1).half_log_snr()) == 1);
        CHECK(time_of(*path, 1e3) == Approx(1));
    }
}
