#include <algorithm>
#include <cstdlib>

#include "tests/render/scene.h"

namespace pf::render {
namespace {

TEST_CASE("the card draws the particles and trails that the CPU draws") {
    const std::vector<Colour> colours{{250, 60, 20, 255}, {40, 220, 120, 230}, {90, 90, 250, 255}};
    std::vector<Points> slices{scattered(800, 5)};
    for (int i = 1; i < 9; ++i) slices.push_back(slices.back() + 0.05f * scattered(800, static_cast<std::uint64_t>(30 + i)));
    std::vector<const Points*> trail;
    for (int i = 0; i < 8; ++i) trail.push_back(&slices[static_cast<std::size_t>(i)]);
    const auto drawn = [&](bool by_card, bool discs, bool trails, bool stale) {
        Stage stage(200, 160, by_card);
        stage.style.background = {30, 40, 50, 255};
        stage.frame.camera = {0.1, -0.05, 0.012};
        stage.frame.particle_colours = colours;
        stage.frame.particle_radius = 2.25f;
        stage.frame.particle_cover = 0.8f;
        stage.frame.particles = discs ? &slices[8] : nullptr;
        if (trails) stage.frame.trail = trail;
        stage.frame.stale = stale;
        return stage.draw();
    };
    const auto apart = [](const std::vector<std::uint8_t>& a, const std::vector<std::uint8_t>& b) {
        double sum = 0;
        for (std::size_t i = 0; i < a.size(); ++i) sum += std::abs(a[i] - b[i]);
        return sum / static_cast<double>(a.size());
    };
    const auto ground = drawn(true, false, false, false);
    CHECK((drawn(false, false, false, false) == ground));
    for (const bool stale : {false, true})
        for (const auto& [discs, trails] : {std::pair{true, false}, {false, true}, {true, true}}) {
            const auto by_card = drawn(true, discs, trails, stale), by_cpu = drawn(false, discs, trails, stale);
            // Dots lie at quarters of a pixel, and of faint ones bytes keep less.
            CHECK(apart(by_card, by_cpu) < (trails ? 0.3 : 0.08) * apart(by_cpu, ground));
            CHECK(apart(by_card, ground) / apart(by_cpu, ground) == Approx(trails ? 1.1 : 1).epsilon(trails ? 0.15 : 0.05));
        }
}

TEST_CASE("the card draws each pane in its own place, whatever their sizes") {
    const Points here = scattered(500, 1), before = scattered(500, 2);
    const std::vector<const Points*> trail{&before};
    const auto drawn = [&](std::initializer_list<Viewport> panes) {
        Stage stage(200, 160, true);
        stage.frame.particles = &here, stage.frame.trail = trail;
        stage.frame.particle_colours = {&white, 1};
        std::vector<std::uint8_t> pixels;
        stage.framebuffer.bind();
        int pane = 0;
        for (const Viewport& place : panes) {
            stage.frame.viewport = place;
            stage.renderer.draw(pane++, stage.frame, stage.style);
        }
        stage.framebuffer.read(pixels);
        return pixels;
    };
    const Viewport small{10, 5, 60, 90}, wide{80, 20, 120, 70}, high{80, 95, 40, 65};
    const auto together = drawn({small, wide, high});
    std::vector<std::uint8_t> sum(together.size());
    for (const Viewport& one : {small, wide, high}) {
        const auto alone = drawn({one});
        for (std::size_t i = 0; i < sum.size(); ++i) sum[i] = std::max(sum[i], alone[i]);
    }
    CHECK((together == sum));
}

}  // namespace
}  // namespace pf::render
