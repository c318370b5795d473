#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <limits>

#include "core/math/errors.h"
#include "tests/render/scene.h"

namespace pf::render {
namespace {

TEST_CASE("an offscreen context needs no display and says what it is") {
    CHECK(context().description().find("OpenGL") != std::string::npos);
}

TEST_CASE("an old OpenGL is refused with needed and found version") {
    // In a process of its own: the driver reads the variable once.
    const char* inner = std::getenv("PROBFLOW_TEST_OLD_GL");
    if (inner == nullptr) {
        const int status = std::system("MESA_GL_VERSION_OVERRIDE=2.1 PROBFLOW_TEST_OLD_GL=1 /proc/$PPID/exe 'an old OpenGL is refused with needed and found version' > /dev/null");
        CHECK(status == 0);
        return;
    }
    try {
        const OffscreenContext old;
        FAIL("accepted: " << old.description());
    } catch (const MissingCapability& error) {
        CHECK(std::string(error.what()).find("OpenGL 3.3 is needed, found OpenGL 2.1") != std::string::npos);
    }
}

TEST_CASE("the heat map shows the table's colour at the centre of each cell") {
    for (const bool dark : {true, false}) {
        Stage stage(160, 160);
        if (!dark) stage.style = {{255, 255, 255, 255}, false, ColourMap::magma};
        DensityGrid density(8, 8);  // 20 pixels a cell: cell centres fall on pixel corners, so shift by half a pixel
        for (int i = 0; i < 64; ++i) density(i / 8, i % 8) = 0.02f * float((i * 37) % 64);
        stage.frame.camera = {0.005, 0.005, 0.01};
        stage.frame.density = &density;
        stage.frame.density_box = {-0.8, 0.8, -0.8, 0.8};
        stage.frame.density_max = 1.4f;
        const auto pixels = stage.draw();
        const auto table = heat_table(stage.style);
        for (int row = 0; row < 8; ++row)
            for (int column = 0; column < 8; ++column) {
                const Colour shown = stage.at(pixels, 20 * column + 9, 20 * row + 9);
                const auto colour = [&](int r, int c) { return r < 0 || r > 7 || c < 0 || c > 7 ? stage.style.background : table[static_cast<std::size_t>(std::lround(255 * density(r, c) / 1.4f))]; };
                const auto apart = [](Colour a, Colour b) { return std::max({std::abs(a.r - b.r), std::abs(a.g - b.g), std::abs(a.b - b.b)}); };
                const Colour expected = colour(row, column);
                int contrast = 0;
                for (const auto& [r, c] : {std::pair{row - 1, column}, {row + 1, column}, {row, column - 1}, {row, column + 1}}) contrast = std::max(contrast, apart(expected, colour(r, c)));
                // Half an entry of the table apart, and places within a texel known to 1/64, which matters by what its neighbours differ.
                CHECK(apart(shown, expected) <= 2 + contrast / 64);
            }
    }
}

TEST_CASE("differences are shown from below to above zero, and nothing as nothing") {
    Stage stage(160, 160);
    stage.style.background = {16, 18, 24, 255};
    DensityGrid difference = DensityGrid::Zero(8, 8);
    difference.leftCols(3).setConstant(-2);
    difference.rightCols(3).setConstant(1);
    difference(0, 4) = std::numeric_limits<float>::quiet_NaN();
    stage.frame.density = &difference;
    stage.frame.density_box = {-0.4, 0.4, -0.4, 0.4};
    stage.frame.density_max = 2;
    stage.frame.difference = true;
    const auto pixels = stage.draw();
    const auto table = difference_table(stage.style);
    CHECK(stage.at(pixels, 50, 80) == table[0]);
    CHECK(std::abs(stage.at(pixels, 110, 80).r - table[191].r) <= 2);
    CHECK(stage.at(pixels, 80, 100) == stage.style.background);
    CHECK(stage.at(pixels, 83, 42) == stage.style.background);
    CHECK(stage.at(pixels, 10, 10) == stage.style.background);
}

TEST_CASE("outside its box, above its maximum, and where it is not a number") {
    Stage stage(160, 160);
    stage.style.background = {16, 18, 24, 255};
    DensityGrid density = DensityGrid::Constant(8, 8, 5);
    density.topRows(4) = std::numeric_limits<float>::quiet_NaN();  // the lower half
    stage.frame.density = &density;
    stage.frame.density_box = {-0.4, 0.4, -0.4, 0.4};
    const auto pixels = stage.draw();
    const auto table = heat_table(stage.style);
    CHECK(stage.at(pixels, 10, 10) == stage.style.background);
    CHECK(stage.at(pixels, 80, 100) == table[255]);
    CHECK(stage.at(pixels, 80, 55) == stage.style.background);
}

TEST_CASE("a texture modulates lightness inside its box, by its opacity, anew with each revision") {
    for (const bool dark : {true, false}) {
        Stage stage(160, 160);
        stage.style.dark = dark;
        stage.style.background = dark ? Colour{40, 40, 40, 255} : Colour{230, 230, 230, 255};
        // The left half of the box light, the right half dark.
        std::vector<std::uint8_t> texels(64 * 64);
        for (std::size_t i = 0; i < texels.size(); ++i) texels[i] = i % 64 < 32 ? 228 : 28;
        stage.frame.texture = &texels;
        stage.frame.texture_width = stage.frame.texture_height = 64;
        stage.frame.texture_revision = 1;
        stage.frame.texture_box = {-0.4, 0.4, -0.4, 0.4};
        const auto strong = stage.draw();
        CHECK(stage.at(strong, 60, 80).r > stage.at(strong, 100, 80).r + 20);
        const auto outside = stage.at(strong, 10, 10);
        CHECK((outside.r < stage.at(strong, 60, 80).r && outside.r > stage.at(strong, 100, 80).r));
        stage.frame.texture_opacity = 0.25f;
        const auto faint = stage.draw();
        const int full = stage.at(strong, 60, 80).r - stage.at(strong, 100, 80).r, less = stage.at(faint, 60, 80).r - stage.at(faint, 100, 80).r;
        CHECK((less > 0 && 3 * less < full));
        stage.frame.texture_opacity = 0;
        CHECK(stage.at(stage.draw(), 60, 80) == stage.style.background);
        // New texels arrive with a new revision.
        stage.frame.texture_opacity = 1;
        std::reverse(texels.begin(), texels.end());
        CHECK(stage.draw() == strong);
        stage.frame.texture_revision = 2;
        CHECK(stage.draw() != strong);
    }
}

TEST_CASE("the density travels to the GPU once per revision") {
    Stage stage;
    DensityGrid density = DensityGrid::Constant(16, 16, 1);
    stage.frame.density = &density;
    stage.frame.density_box = {-1, 1, -1, 1};
    stage.frame.density_revision = 5;
    const int before = stage.renderer.statistics().uploads;
    for (int i = 0; i < 4; ++i) stage.draw();
    CHECK(stage.renderer.statistics().uploads == before + 1);
    stage.frame.density_revision = 6;
    density.setConstant(0);
    const auto pixels = stage.draw();
    CHECK(stage.renderer.statistics().uploads == before + 2);
    CHECK(stage.at(pixels, 100, 80) == stage.style.background);
}

TEST_CASE("a segment covers its length times its width, in its colour") {
    Stage stage;
    const auto area = [&](Segment segment) {
        stage.frame.segments = {&segment, 1};
        return blob(stage, stage.draw());
    };
    // Translucent lines end square: area = length · width. Opaque ones have round ends: + π r².
    const Blob square = area({-0.5f, -0.3f, 0.4f, 0.2f, 2, {255, 0, 0, 254}});
    const double length = 100 * std::hypot(0.9, 0.5);
    CHECK(square.area == Approx(length * 4).epsilon(0.02));
    CHECK(square.x == Approx(95).margin(0.1));
    CHECK(square.y == Approx(75).margin(0.1));
    CHECK(area({-0.5f, -0.3f, 0.4f, 0.2f, 2, {255, 0, 0, 255}}).area == Approx(length * 4 + 3.14159 * 4).epsilon(0.02));
    CHECK(area({-0.5f, 0, 0.5f, 0, 0.25f, {255, 0, 0, 254}}).area == Approx(100 * 0.5).epsilon(0.05));
    const float nan = std::numeric_limits<float>::quiet_NaN();
    const Segment lost{nan, 0, 0.4f, 0.2f, 2, {255, 0, 0, 255}};
    stage.frame.segments = {&lost, 1};
    const auto pixels = stage.draw();
    for (const std::uint8_t value : pixels) CHECK_FALSE((value != 0 && value != 255));
    CHECK(stage.at(pixels, 100, 80).r == 0);
}

TEST_CASE("nothing is drawn outside the viewport, or into an empty one") {
    Stage stage;
    stage.draw();
    const auto before = stage.draw();
    stage.style.background = {90, 90, 90, 255};
    for (const Viewport& none : {Viewport{0, 0, 0, 50}, Viewport{0, 0, 50, 0}, Viewport{0, 0, -3, -3}}) {
        stage.frame.viewport = none;
        CHECK(stage.draw() == before);
    }
    stage.frame.viewport = {30, 40, 50, 60};
    const auto pixels = stage.draw();
    for (int row = 0; row < stage.height; ++row)
        for (int column = 0; column < stage.width; ++column) {
            const bool inside = column >= 30 && column < 80 && row >= 40 && row < 100;
            if ((stage.at(pixels, column, row).r == 90) != inside) FAIL("pixel " << column << ", " << row);
        }
}

TEST_CASE("a storm of sizes leaves the picture right") {
    Stage stage(300, 300);
    const Points centre = Points::Zero(1, 2);
    const Colour white{255, 255, 255, 255};
    stage.frame.particles = &centre;
    stage.frame.particle_colours = {&white, 1};
    stage.frame.particle_radius = 3;
    for (int i = 0; i < 100; ++i) {
        const int width = 1 + (i * 67) % 300, height = 1 + (i * 131) % 300;
        stage.frame.viewport = {0, 0, width, height};
        const auto pixels = stage.draw();
        CHECK(stage.at(pixels, width / 2, height / 2).r > 120);
    }
}

}  // namespace
}  // namespace pf::render
