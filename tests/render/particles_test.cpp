#include <cmath>
#include <limits>
#include <numbers>

#include "app/render/splat.h"
#include "tests/render/scene.h"

namespace pf::render {
namespace {

// Drawn by the CPU and by the card, which software OpenGL plays here.
bool each_way() { return GENERATE(false, true); }

TEST_CASE("a disc lands where the world says, with the area of a disc") {
    Stage stage(200, 160, each_way());
    stage.frame.particle_colours = {&white, 1};
    for (const float radius : {1.5f, 2.5f, 5.0f})
        for (const auto& [x, y] : {std::pair{0.0f, 0.0f}, {0.313f, -0.271f}, {-0.8f, 0.6f}}) {
            const Points one = points({{x, y}});
            stage.frame.particles = &one;
            stage.frame.particle_radius = radius;
            const Blob found = blob(stage, stage.draw());
            // Positions are rounded to a quarter of a pixel: at most 1/8 off. Coverage is rounded to 1/255 in about 2π r edge pixels.
            CHECK(found.x == Approx(100 + 100 * x).margin(0.15));
            CHECK(found.y == Approx(80 + 100 * y).margin(0.15));
            CHECK(found.area == Approx(std::numbers::pi * radius * radius).epsilon(0.03));
        }
}

TEST_CASE("camera and viewport move the picture") {
    Stage stage(200, 160, each_way());
    const Points one = points({{3, 2}});
    stage.frame.particles = &one;
    stage.frame.particle_colours = {&white, 1};
    stage.frame.camera = {3.1, 2.0, 0.005};
    stage.frame.viewport = {20, 10, 150, 100};
    const Blob found = blob(stage, stage.draw());
    CHECK(found.x == Approx(20 + 75 - 0.1 / 0.005).margin(0.15));
    CHECK(found.y == Approx(10 + 50).margin(0.15));
}

TEST_CASE("discs at the edge are cut, not dropped, and do not leave the viewport") {
    Stage stage(200, 160, each_way());
    const Points one = points({{-1, 0}});  // on the left edge: half a disc
    stage.frame.particles = &one;
    stage.frame.particle_colours = {&white, 1};
    stage.frame.particle_radius = 6;
    CHECK(blob(stage, stage.draw()).area == Approx(std::numbers::pi * 36 / 2).epsilon(0.06));
    stage.frame.viewport = {50, 0, 100, 160};
    const Points far = points({{-0.5f, 0}, {0.5f, 0}});
    stage.frame.particles = &far;
    const auto pixels = stage.draw();
    for (int row = 0; row < stage.height; ++row) CHECK(stage.at(pixels, 150, row).r == 0);
    CHECK(stage.at(pixels, 149, 80).r == 255);
}

TEST_CASE("positions that are not finite are skipped and counted") {
    Stage stage(200, 160, each_way());
    const float nan = std::numeric_limits<float>::quiet_NaN(), infinity = std::numeric_limits<float>::infinity();
    const Points some = points({{nan, 0}, {0, infinity}, {-infinity, nan}, {0, 0}, {1e30f, -1e30f}});
    stage.frame.particles = &some;
    stage.frame.particle_colours = {&white, 1};
    stage.frame.particle_radius = 2;
    CHECK(blob(stage, stage.draw()).area == Approx(std::numbers::pi * 4).epsilon(0.03));
    CHECK(stage.renderer.statistics().culled == 3);
}

TEST_CASE("each particle has its colour, single or its own; an old result is greyer") {
    Stage stage(200, 160, each_way());
    const Points two = points({{-0.5f, 0}, {0.5f, 0}});
    const std::vector<Colour> colours{{250, 40, 10, 255}, {10, 200, 90, 255}};
    stage.frame.particles = &two;
    stage.frame.particle_colours = colours;
    stage.frame.particle_radius = 4;
    auto pixels = stage.draw();
    CHECK(stage.at(pixels, 50, 80).r == 250);
    CHECK(stage.at(pixels, 50, 80).g == 40);
    CHECK(stage.at(pixels, 150, 80).g == 200);
    stage.frame.stale = true;
    pixels = stage.draw();
    CHECK(stage.at(pixels, 50, 80).r - stage.at(pixels, 50, 80).b < 80);
}

TEST_CASE("trails fade with age") {
    Stage stage(200, 160, each_way());
    const std::vector<Points> slices{points({{-0.5f, 0}}), points({{-0.2f, 0}}), points({{0.1f, 0}})};
    const std::vector<const Points*> trail{&slices[0], &slices[1], &slices[2]};
    const Points particle = points({{0.4f, 0}});
    stage.frame.trail = trail;
    stage.frame.particles = &particle;
    stage.frame.particle_colours = {&white, 1};
    const auto pixels = stage.draw();
    const auto brightness = [&](int column) {
        int sum = 0;
        for (int x = column - 3; x < column + 3; ++x)
            for (int y = 77; y < 83; ++y) sum += stage.at(pixels, x, y).r;
        return sum;
    };
    CHECK(brightness(50) > 0);
    CHECK(brightness(80) > brightness(50));
    CHECK(brightness(110) > brightness(80));
}

TEST_CASE("a trail is a line from slice to slice and on to its particle, as strong where slices lie close as where they lie apart") {
    Stage stage(200, 160, each_way());
    const std::vector<Points> slices{points({{-0.8f, 0}}), points({{-0.79f, 0}}), points({{-0.1f, 0}})};
    const std::vector<const Points*> trail{&slices[0], &slices[1], &slices[2]};
    const Points particle = points({{0.5f, 0}});
    stage.frame.trail = trail;
    stage.frame.particles = &particle;
    stage.frame.particle_colours = {&white, 1};
    const auto pixels = stage.draw();
    const auto column = [&](int x) {
        int sum = 0;
        for (int y = 76; y < 84; ++y) sum += stage.at(pixels, x, y).r;
        return sum;
    };
    for (const auto& [from, to] : {std::pair{24, 88}, {92, 145}}) {  // 100 pixels a unit around 100
        int least = 1 << 20, most = 0;
        for (int x = from; x < to; ++x) least = std::min(least, column(x)), most = std::max(most, column(x));
        CHECK(least > 60);
        CHECK(least > most / 2);
    }
    CHECK(column(21) < 2 * column(30));
}

TEST_CASE("of trails that leave the pane the part within is drawn; without a finite end there is none") {
    Stage stage(200, 160, each_way());
    const float nan = std::numeric_limits<float>::quiet_NaN(), infinity = std::numeric_limits<float>::infinity();
    const auto lit = [&](Points from, Points to) {
        const std::vector<const Points*> slice{&from};
        stage.frame.trail = slice;
        stage.frame.particles = &to;
        stage.frame.particle_colours = {&white, 1};
        const auto pixels = stage.draw();
        int columns = 0;
        for (int x = 0; x < stage.width; ++x) {
            bool any = false;
            for (int y = 0; y < stage.height; ++y) any = any || stage.at(pixels, x, y).r > 0;
            columns += any ? 1 : 0;
        }
        return columns;
    };
    CHECK(lit(points({{-4e4f, 1e4f}}), points({{4e4f, -1e4f}})) == stage.width);
    CHECK(lit(points({{-4e4f, 0.2f}}), points({{4e4f, 0.2f}})) == stage.width);
    CHECK(lit(points({{0.5f, -300}}), points({{0.5f, 300}})) <= 3);
    CHECK(lit(points({{-4e4f, 3}}), points({{4e4f, 3}})) == 0);
    CHECK(lit(points({{-4e4f, -5e4f}}), points({{4e4f, 6e4f}})) == 0);
    CHECK(lit(points({{nan, 0}}), points({{3, 0}})) == 0);
    CHECK(lit(points({{3, 0}}), points({{nan, 0}})) == 0);
    CHECK(lit(points({{infinity, 0}}), points({{3, 0}})) == 0);
    CHECK(lit(points({{0, 0}}), points({{0, -infinity}})) == 0);
}

TEST_CASE("a particle that a slice does not have has no trail from there") {
    Stage stage(200, 160, each_way());
    const Points one = points({{0.5f, 0}}), two = points({{0.5f, 0.3f}, {-0.6f, -0.3f}}), ends = points({{0.5f, 0.6f}, {-0.6f, -0.6f}});
    const std::vector<const Points*> trail{&one, &two};
    stage.frame.trail = trail;
    stage.frame.particles = &ends;
    stage.frame.particle_colours = {&white, 1};
    const auto pixels = stage.draw();
    for (const auto& [column, row] : {std::pair{149, 95}, {149, 125}, {39, 35}}) CHECK(stage.at(pixels, column, row).r + stage.at(pixels, column + 1, row).r > 40);
    for (const auto& [column, row] : {std::pair{70, 65}, {80, 70}, {90, 75}}) CHECK(stage.at(pixels, column, row) == stage.style.background);
}

TEST_CASE("many long trails are paler than few, so that what is behind them stays in sight") {
    Stage stage(200, 160, each_way());
    const auto each = [&](int count) {
        Points from(count, 2), to(count, 2);
        for (int i = 0; i < count; ++i) {
            const float y = count == 1 ? 0 : -0.7f + 1.4f * float(i) / float(count - 1);
            from.row(i) << -0.9f, y, to.row(i) << 0.9f, y;
        }
        const std::vector<const Points*> trail{&from};
        stage.frame.trail = trail;
        stage.frame.particles = &to;
        stage.frame.particle_colours = {&white, 1};
        const auto pixels = stage.draw();
        int sum = 0;
        for (int y = 0; y < stage.height; ++y) sum += stage.at(pixels, 100, y).r;
        return sum / count;
    };
    const int one = each(1), five = each(5), sixty = each(61);
    CHECK(one > 60);
    CHECK(five == Approx(one).epsilon(0.2));
    CHECK(sixty < 0.85 * one);
    CHECK(sixty > 0.2 * one);
}

TEST_CASE("trails of particles that are thrown to and fro far beyond the pane are pale, and seen") {
    std::vector<Points> slices;
    for (int i = 0; i < 12; ++i) slices.push_back(scattered(2000, static_cast<std::uint64_t>(i)) * 6);
    std::vector<const Points*> trail;
    for (const Points& slice : slices) trail.push_back(&slice);
    PaneFrame frame;
    frame.viewport = {0, 0, 600, 600};
    frame.camera = {0, 0, 0.01};
    frame.trail = trail;
    frame.particle_colours = {&white, 1};
    SplatCanvas canvas;
    canvas.draw(frame);
    unsigned most = 0;
    for (int y = 0; y < 600; ++y)
        for (int x = 0; x < 600; ++x) most = std::max(most, canvas.pixels()[y * canvas.pitch() + x] >> 24);
    CHECK(most > 40);
    CHECK(most < 200);
}

TEST_CASE("the picture is a function of the frame: twice the same, and the same after scrubbing away and back") {
    const bool by_card = each_way();
    Stage stage(200, 160, by_card);
    const Points here = scattered(5000, 1), before = scattered(5000, 2), there = scattered(4000, 3);
    const std::vector<const Points*> trail{&before};
    const auto show = [&](const Points& now, std::span<const Points* const> slices) {
        stage.frame.particles = &now;
        stage.frame.trail = slices;
        return stage.draw();
    };
    const auto first = show(here, trail);
    CHECK(show(here, trail) == first);
    CHECK(show(there, {}) != first);
    CHECK(show(here, trail) == first);
    // Another buffer with the same content, and the same buffer with another content.
    Points copy = here;
    CHECK(show(copy, trail) == first);
    copy(17, 0) += 0.3f;
    CHECK(show(copy, trail) != first);
    Stage fresh(200, 160, by_card);
    fresh.frame = stage.frame;
    fresh.frame.particles = &here;
    CHECK(fresh.draw() == first);
}

TEST_CASE("particles and trails are the same pixels however many threads draw them") {
    std::vector<Points> slices;
    for (int i = 0; i < 5; ++i) slices.push_back(scattered(6000, 9) * 2 + 0.05f * scattered(6000, static_cast<std::uint64_t>(20 + i)));
    const std::vector<const Points*> trail{&slices[0], &slices[1], &slices[2], &slices[3]};
    const std::vector<Colour> colours = [] {
        std::vector<Colour> out;
        for (int i = 0; i < 6000; ++i) out.push_back({static_cast<std::uint8_t>(i), static_cast<std::uint8_t>(i / 7), 90, static_cast<std::uint8_t>(200 + i % 50)});
        return out;
    }();
    for (const float radius : {1.f, 2.5f, 13.f})
        for (const int height : {397, 40}) {
            PaneFrame frame;
            frame.viewport = {0, 0, 500, height};
            frame.camera = {0, 0, 0.006};
            frame.particle_radius = radius;
            frame.trail = trail;
            frame.particles = &slices[4];
            frame.particle_colours = colours;
            const auto drawn = [&](unsigned threads) {
                SplatCanvas canvas;
                canvas.draw(frame, threads);
                std::vector<std::uint32_t> pixels;
                for (int y = 0; y < height; ++y) pixels.insert(pixels.end(), canvas.pixels() + y * canvas.pitch(), canvas.pixels() + y * canvas.pitch() + 500);
                const PixelBox box = canvas.painted();
                for (const int side : {box.x0, box.y0, box.x1, box.y1}) pixels.push_back(static_cast<std::uint32_t>(side));
                return pixels;
            };
            const auto alone = drawn(1);
            CHECK(std::count(alone.begin(), alone.end(), 0u) < 400 * height);
            for (const unsigned threads : {2u, 3u, 8u}) CHECK((drawn(threads) == alone));  // millions of pixels are not to be printed
        }
}

TEST_CASE("panes prepared together are those drawn one by one") {
    const Points left = scattered(3000, 1), right = scattered(2000, 2), moved = scattered(3000, 3);
    const auto drawn = [&](unsigned threads) {
        Stage stage;
        std::vector<std::vector<std::uint8_t>> pictures;
        // The second time over what the first has left; the third shows no other particles.
        for (const Points* first : {&left, &moved, &moved}) {
            std::vector<std::pair<int, PaneFrame>> frames{{0, stage.frame}, {1, stage.frame}};
            frames[0].second.particles = first, frames[1].second.particles = &right;
            for (auto& [pane, frame] : frames) frame.particle_colours = {&white, 1};
            stage.framebuffer.bind();
            stage.renderer.prepare(frames, threads);
            for (const auto& [pane, frame] : frames) {
                stage.renderer.draw(pane, frame, stage.style);
                stage.framebuffer.read(pictures.emplace_back());
            }
        }
        return pictures;
    };
    const auto alone = drawn(1);
    CHECK((alone[0] != alone[1]));
    CHECK((alone[0] != alone[2]));
    CHECK((alone[2] == alone[4]));
    CHECK((drawn(4) == alone));
}

TEST_CASE("very many particles become a density: more is brighter, none is ground") {
    Stage stage(200, 160, each_way());
    Points many = scattered(60'000, 4);
    many.col(0) *= 0.5f;
    many.bottomRows(30'000).col(0) = many.bottomRows(30'000).col(0).abs();  // 1.5 a pixel on the left, 4.5 on the right
    const Colour colour{200, 100, 50, 255};
    stage.frame.particles = &many;
    stage.frame.particle_colours = {&colour, 1};
    stage.frame.particle_radius = 0.75f;  // one pixel each
    const auto pixels = stage.draw();
    double left = 0, right = 0;
    for (int row = 40; row < 120; ++row)
        for (int column = 0; column < 30; ++column) {
            left += stage.at(pixels, 60 + column, row).r;
            right += stage.at(pixels, 110 + column, row).r;
        }
    CHECK(right > left * 1.1);
    CHECK(left > 0);
    CHECK(stage.at(pixels, 20, 80) == stage.style.background);
    // Saturated, the colour is the particles' own, to the 6 bits a channel that are summed.
    const Points heap = Points::Zero(60'000, 2);
    stage.frame.particles = &heap;
    const Colour centre = stage.at(stage.draw(), 100, 80);
    CHECK(std::abs(centre.r - 200) <= 4);
    CHECK(std::abs(centre.g - 100) <= 4);
    CHECK(std::abs(centre.b - 50) <= 4);
}

TEST_CASE("however many particles lie on each other, they cover no more than the frame says, trails too") {
    Stage stage(200, 160, each_way());
    stage.style.background = {0, 0, 0, 255};
    stage.frame.particle_colours = {&white, 1};
    stage.frame.particle_radius = 3;
    stage.frame.particle_cover = 0.5f;
    for (const Eigen::Index n : {1, 300, 60'000}) {
        const Points heap = Points::Zero(n, 2), before = Points::Constant(n, 2, 0.3f);
        const std::vector<const Points*> trail{&before};
        stage.frame.particles = &heap;
        stage.frame.trail = trail;
        const auto pixels = stage.draw();
        CHECK(std::abs(stage.at(pixels, 100, 80).r - 127) <= 4);
        CHECK(stage.at(pixels, 130, 110).r < 130);
    }
}

}  // namespace
}  // namespace pf::render
