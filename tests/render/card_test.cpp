#include <algorithm>
#include <array>
#include <cstdlib>
#include <numbers>
#include <tuple>

#include "app/render/screen.h"
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

TEST_CASE("where the CPU lays dots apart and leaves out trails, the card's trails cover as much and are those of the same particles") {
    const auto drawn = [](bool by_card, Eigen::Index count, float step, float radius) {
        std::vector<Points> slices{scattered(count, 5)};
        for (int i = 1; i < 12; ++i) slices.push_back(slices.back() + step * scattered(count, static_cast<std::uint64_t>(30 + i)));
        std::vector<const Points*> trail;
        for (const Points& slice : slices) trail.push_back(&slice);
        std::vector<Colour> colours(static_cast<std::size_t>(count), {250, 0, 0, 255});
        for (std::size_t i = 0; i < colours.size(); ++i)
            if (i > colours.size() / 2) colours[i] = {0, 0, 250, 255};
        Stage stage(400, 320, by_card);
        stage.frame.camera = {0, 0, 0.006};
        stage.frame.trail = trail;
        stage.frame.particle_colours = colours;
        stage.frame.particle_radius = radius;
        const auto pixels = stage.draw();
        std::array<double, 2> sums{};
        for (std::size_t i = 0; i < pixels.size(); i += 4) sums[0] += pixels[i], sums[1] += pixels[i + 2];
        return sums;
    };
    for (const auto& [count, step, radius] : {std::tuple{2000, 0.2f, 1.2f}, {2000, 0.2f, 5.f}, {8000, 0.1f, 2.f}, {30'000, 0.05f, 2.f}}) {
        const auto by_card = drawn(true, count, step, radius), by_cpu = drawn(false, count, step, radius);
        CAPTURE(count, by_card[0] / by_cpu[0], by_card[1] / by_cpu[1]);
        // Where dots are faint and many lie on each other, bytes keep less.
        for (const std::size_t c : {0, 1}) CHECK(by_card[c] / by_cpu[c] == Approx(1.25).epsilon(0.25));
    }
}

TEST_CASE("the card lays discs over all trails") {
    const Points before = points({{-0.5f, 0}, {0, 0}}), now = points({{0.5f, 0}, {0, 0}});
    const std::vector<const Points*> trail{&before};
    const std::vector<Colour> colours{{250, 0, 0, 255}, {0, 0, 250, 255}};
    for (const auto order : {std::array{0, 1}, {1, 0}}) {
        Stage stage(200, 160, true);
        const Points from = before(std::array{order[0], order[1]}, Eigen::all), to = now(std::array{order[0], order[1]}, Eigen::all);
        const std::vector<const Points*> slices{&from};
        const std::vector<Colour> inks{colours[static_cast<std::size_t>(order[0])], colours[static_cast<std::size_t>(order[1])]};
        stage.frame.trail = slices, stage.frame.particles = &to, stage.frame.particle_colours = inks, stage.frame.particle_radius = 4;
        const auto pixels = stage.draw();
        CHECK(stage.at(pixels, 100, 80) == colours[1]);
        CHECK(stage.at(pixels, 80, 80).r > 30);
    }
}

TEST_CASE("trails each too pale for a byte show on the card where they are many") {
    constexpr Eigen::Index many = 20'000;
    const Points from = 3 * scattered(many, 1), to = 3 * scattered(many, 2);
    const std::vector<const Points*> trail{&from, &to};
    Stage stage(200, 160, true);
    stage.frame.trail = trail;
    stage.frame.trail_opacity = 0.02f;
    stage.frame.particle_colours = {&white, 1};
    CHECK(blob(stage, stage.draw()).area > 10);
}

TEST_CASE("discs smaller than a pixel do not come and go as they move") {
    Stage stage(200, 160, true);
    stage.frame.particle_colours = {&white, 1};
    for (const float radius : {0.25f, 0.3f, 0.45f, 0.6f}) {
        stage.frame.particle_radius = radius;
        for (int i = 0; i < 5; ++i)
            for (int j = 0; j < 5; ++j) {
                const Points one = points({{0.002f * float(i), 0.002f * float(j)}});
                stage.frame.particles = &one;
                const double area = blob(stage, stage.draw()).area;
                CAPTURE(radius, i, j);
                CHECK(area == Approx(std::numbers::pi * radius * radius).epsilon(0.25));
            }
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
        clear(200, 160, {0, 0, 0, 255});
        int pane = 0;
        for (const Viewport& place : panes) {
            stage.frame.viewport = place;
            stage.renderer.draw(pane++, stage.frame, stage.style);
        }
        stage.framebuffer.read(pixels);
        return pixels;
    };
    const Viewport wide{80, 20, 120, 70}, small{10, 5, 60, 60}, high{80, 95, 40, 65}, higher{5, 70, 50, 85};
    const auto together = drawn({wide, small, high, higher});
    std::vector<std::uint8_t> sum(together.size());
    for (const Viewport& one : {small, wide, high, higher}) {
        const auto alone = drawn({one});
        for (std::size_t i = 0; i < sum.size(); ++i) sum[i] = std::max(sum[i], alone[i]);
    }
    CHECK((together == sum));
    for (const Viewport& one : {small, wide, high, higher}) {
        int lit = 0;
        for (int row = one.y; row < one.y + one.height; ++row)
            for (int column = one.x; column < one.x + one.width; ++column) lit += together[static_cast<std::size_t>(4 * ((159 - row) * 200 + column))] > 0 ? 1 : 0;
        CHECK(lit > one.width * one.height / 20);
    }
}

}  // namespace
}  // namespace pf::render
