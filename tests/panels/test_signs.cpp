// Numbers below zero have a minus sign wherever they are read.
#include <utility>

#include "app/panels/camera.h"
#include "app/panels/notation.h"
#include "app/runtime/scene_file.h"
#include "tests/catch.h"
#include "tests/panels/driver.h"
#include "tests/panels/glyphs.h"
#include "tests/runtime/helpers.h"

using namespace pf;
using namespace pf::panels;
using pf::testing::eventually;

namespace {

Scene built_in(const std::string& id) {
    for (const auto& entry : builtin_scenes())
        if (entry.id == id) return entry.scene;
    FAIL(id);
    return {};
}

// Hyphens that stand before a digit and after no letter or digit.
int hyphens_before_numbers(const std::string& words) {
    int count = 0;
    for (std::size_t i = words.find('-'); i != std::string::npos; i = words.find('-', i + 1)) {
        const char next = i + 1 < words.size() ? words[i + 1] : ' ', before = i > 0 ? words[i - 1] : ' ';
        const bool digit = (next >= '0' && next <= '9') || next == '.';
        count += digit && !std::isalnum(static_cast<unsigned char>(before));
    }
    return count;
}

}  // namespace

TEST_CASE("what is drawn has minus signs where a number is below zero, and hyphens where words have them") {
    CHECK(shown("(-1.50, 2), u = -3 ± 1") == "(−1.50, 2), u = −3 ± 1");
    CHECK(shown("1e-05 and -2e-3") == "1e−05 and −2e−3");
    CHECK(shown("Runge-Kutta, UTF-16, 3-64-2, 2026-01-31, run-2.csv, --steps, a - b") == "Runge-Kutta, UTF-16, 3-64-2, 2026-01-31, run-2.csv, --steps, a - b");
    CHECK(shown("typed as `x^-2 - (-1)`") == "typed as x^-2 - (-1)");
    write_in(Convention::diffusion);
    CHECK(plain(shown("at t = 1e-05: x = -1")) == "at τ = 0.99999: x = −1");
    write_in(Convention::flow);
}

TEST_CASE("numbers of a table have as many digits each") {
    const std::pair<double, const char*> expected[] = {{0, "0"}, {8, "8"}, {1.004, "1.00"}, {0.065, "0.0650"}, {12.34, "12.3"}, {123.4, "123"}, {-1.4, "-1.40"}, {2048, "2048"}, {1999.6, "2000"}, {2.34e-5, "2.3e-5"}, {1.5e7, "1.5e7"}};
    for (const auto& [value, text] : expected) CHECK(three_digits(value) == text);
    const std::pair<double, const char*> of_two[] = {{0, "0"}, {0.1, "0.10"}, {0.114, "0.11"}, {1, "1.0"}, {9.94, "9.9"}, {9.96, "10"}, {63.2, "63"}, {123.4, "123"}, {-0.5, "-0.50"}, {2.34e-5, "2.3e-5"}, {1.5e7, "1.5e7"}};
    for (const auto& [value, text] : of_two) CHECK(two_digits(value) == text);
}

TEST_CASE("no number on the canvas or in a panel has a hyphen for its sign") {
    for (const char* id : {"eight_gaussians", "langevin", "guidance", "ve_vp"}) {
        CAPTURE(id);
        Driver d(built_in(id), {1600, 2400});
        d.ui.playback.t = 0.5;
        d.ui.pinned_point = PinnedPoint{-1.25, -0.75, 0.5};
        REQUIRE(eventually([&] { d.frame(); return d.ui.probes.pinned && !d.ui.probes.pinned->lanes.empty() && d.results.lanes[0]; }));
        d.frame();
        const std::string words = seen_text(seen_glyphs());
        INFO(words);
        CHECK(words.find("−1.25") != std::string::npos);
        CHECK(hyphens_before_numbers(words) == 0);
        d.ui.pinned_point.reset();
        d.ui.pinned_particle = 3;
        REQUIRE(eventually([&] { d.frame(); return d.ui.probes.pinned && d.ui.probes.pinned->lanes.size() > 1 && !d.ui.probes.pinned->lanes[0].at.x.empty(); }));
        d.frame();
        CHECK(hyphens_before_numbers(seen_text(seen_glyphs())) == 0);
    }
}

TEST_CASE("no number beside the mouse has a hyphen for its sign, of a moment ago as of this one") {
    Driver d(built_in("eight_gaussians"), {1600, 900});
    d.ui.playback.t = 0.5;
    REQUIRE(eventually([&] { d.frame(); return d.results.lanes[0] != nullptr; }));
    std::optional<Position> at;
    for (int particle = 0; !at || at->x > -0.5 || at->y > -0.5; ++particle) at = particle_position(d.results.lanes[0].get(), particle, 0.5);
    const Rect pane = d.last_layout.panes[0];
    const Point on = to_screen(pane_camera(d.ui, scene_box(d.session.scene()), pane), pane, {at->x, at->y});
    d.move({static_cast<float>(on.x), static_cast<float>(on.y)});
    REQUIRE(eventually([&] { d.frame(); return d.ui.probes.hovered && !d.ui.probes.hovered->lanes.empty(); }));
    d.frame(), d.frame();  // the card has grown to hold them
    d.ui.playback.t = 0.501;
    d.frame();
    const std::string words = seen_text(seen_glyphs());
    INFO(words);
    CHECK(words.find("t = 0.500, x = (−") != std::string::npos);
    CHECK(hyphens_before_numbers(words) == 0);
}
