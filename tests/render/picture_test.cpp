#include <cmath>
#include <filesystem>
#include <numbers>

#include "app/runtime/media/png.h"
#include "tests/render/scene.h"
#include "tests/runtime/helpers.h"

namespace pf::render {
namespace {

// Eight Gaussians at time t of a straight path from noise: enough like the program to be looked at.
constexpr int particles = 5000;

float normal(std::uint64_t& state) {
    float sum = 0;
    for (int i = 0; i < 6; ++i) {
        state = state * 6364136223846793005u + 1442695040888963407u;
        sum += float(state >> 40) / float(1 << 24) - 0.5f;
    }
    return sum * std::numbers::sqrt2_v<float>;
}

Points at(float t) {
    Points points(particles, 2);
    std::uint64_t state = 99;
    for (int i = 0; i < particles; ++i) {
        const float angle = std::numbers::pi_v<float> / 4 * float(i % 8), x0 = normal(state), y0 = normal(state);
        const float x1 = 2.4f * std::cos(angle) + 0.2f * normal(state), y1 = 2.4f * std::sin(angle) + 0.2f * normal(state);
        points.row(i) << (1 - t) * x0 + t * x1, (1 - t) * y0 + t * y1;
    }
    return points;
}

Colour hue(float turn) {  // bright, of even lightness
    const auto channel = [&](float shift) { return static_cast<std::uint8_t>(170 + 75 * std::cos(2 * std::numbers::pi_v<float> * (turn - shift))); };
    return {channel(0), channel(1 / 3.0f), channel(2 / 3.0f), 255};
}

void arrow(std::vector<Segment>& segments, float x, float y, float dx, float dy, Colour colour) {
    const float hx = x + dx, hy = y + dy;
    segments.push_back({x, y, hx, hy, 0.7f, colour});
    for (const float side : {1.0f, -1.0f}) segments.push_back({hx, hy, hx - 0.35f * dx - side * 0.2f * dy, hy - 0.35f * dy + side * 0.2f * dx, 0.7f, colour});
}

TEST_CASE("a typical pane is written as a picture to look at, and reads back") {
    const float t = 0.62f;
    std::vector<Points> slices;
    std::vector<const Points*> trail;
    for (int i = 0; i < 12; ++i) slices.push_back(at(t - 0.012f * float(12 - i)));
    for (const Points& slice : slices) trail.push_back(&slice);
    const Points now = at(t), start = at(0);
    std::vector<Colour> colours;
    for (int i = 0; i < particles; ++i) colours.push_back(hue(std::atan2(start(i, 1), start(i, 0)) / (2 * std::numbers::pi_v<float>)));
    DensityGrid density(128, 128);
    const float sd = std::hypot((1 - t), 0.2f * t);
    for (int row = 0; row < 128; ++row)
        for (int column = 0; column < 128; ++column) {
            const float x = -4 + 8 * (float(column) + 0.5f) / 128, y = -4 + 8 * (float(row) + 0.5f) / 128;
            density(row, column) = 0;
            for (int k = 0; k < 8; ++k) {
                const float angle = std::numbers::pi_v<float> / 4 * float(k), dx = x - t * 2.4f * std::cos(angle), dy = y - t * 2.4f * std::sin(angle);
                density(row, column) += std::exp(-(dx * dx + dy * dy) / (2 * sd * sd)) / (16 * std::numbers::pi_v<float> * sd * sd);
            }
        }
    const testing::Folder folder;
    for (const bool dark : {true, false}) {
        Stage stage(960, 720);
        stage.style = dark ? CanvasStyle{} : CanvasStyle{{250, 250, 252, 255}, false, ColourMap::viridis};
        std::vector<Segment> segments;
        const Colour ink = dark ? Colour{235, 238, 245, 150} : Colour{30, 34, 44, 170};
        for (float y = -3.5f; y < 3.6f; y += 0.5f)
            for (float x = -4.5f; x < 4.6f; x += 0.5f) arrow(segments, x, y, -0.08f * y - 0.04f * x, 0.08f * x - 0.04f * y, ink);
        stage.frame.camera.units_per_pixel = 8.0 / 720;
        stage.frame.density = &density;
        stage.frame.density_box = {-4, 4, -4, 4};
        stage.frame.density_max = density.maxCoeff();
        stage.frame.particles = &now;
        stage.frame.trail = trail;
        stage.frame.particle_colours = colours;
        stage.frame.particle_radius = 1.8f;
        stage.frame.segments = segments;
        const Image image{960, 720, stage.draw()};
        const std::string path = folder.file(dark ? "dark.png" : "light.png");
        write_png(path, image);
        CHECK(read_png(path).image.pixels == image.pixels);
    }
}

}  // namespace
}  // namespace pf::render
