// The density as a surface: where points go, in which order it is painted, and what a film shows of it.
#include "app/picture/height_view.h"

#include <cmath>

#include "app/picture/stage.h"
#include "app/runtime/compute.h"
#include "app/runtime/scene_file.h"
#include "tests/catch.h"

using namespace pf;
using panels::Perspective;

namespace {

constexpr Box square{-2, 2, -2, 2};

// One narrow hill at (1, 0.5).
DensityGrid hill(int cells) {
    DensityGrid p(cells, cells);
    for (int r = 0; r < cells; ++r)
        for (int c = 0; c < cells; ++c) {
            const double x = -2 + (c + 0.5) * 4 / cells, y = -2 + (r + 0.5) * 4 / cells;
            p(r, c) = static_cast<float>(std::exp(-8 * ((x - 1) * (x - 1) + (y - 0.5) * (y - 0.5))));
        }
    return p;
}

std::array<render::Colour, 256> greys() {
    std::array<render::Colour, 256> out;
    for (int i = 0; i < 256; ++i) out[static_cast<std::size_t>(i)] = {static_cast<std::uint8_t>(i), static_cast<std::uint8_t>(i), static_cast<std::uint8_t>(i), 255};
    return out;
}

HeightMesh mesh_of(const DensityGrid& p, const Perspective& view, double maximum = 1) {
    HeightMesh out;
    height_mesh(p, square, square, 40, maximum, view, greys(), out);
    return out;
}

}  // namespace

TEST_CASE("from above the ground is the plane, smaller; from the side what is high is above") {
    const Perspective above{0, 0, 2, 0, 90}, side{0, 0, 2, 0, 20};
    CHECK(above(1, 0, 0).x == Approx(Perspective::size));
    CHECK(above(1, 0, 0).y == Approx(0).margin(1e-12));
    CHECK(above(0, 1, 0).y == Approx(Perspective::size));
    CHECK(above(1, 0, 1).x > above(1, 0, 0).x);  // nearer the eye
    CHECK(side(0, 0, 1).x == Approx(0).margin(1e-12));
    CHECK(side(0, 0, 1).y > side(0, 0, 0).y + 0.5);
    CHECK(side(0, 1, 0).y > side(0, -1, 0).y);                                    // farther away is higher on the pane
    CHECK(std::abs(side(1, 1.9, 0).x) < std::abs(side(1, -1.9, 0).x));            // and smaller
    const Perspective turned{0, 0, 2, 90, 20};
    CHECK(turned(1, 0, 0).x == Approx(0).margin(1e-12));
    CHECK(turned(1, 0, 0).y > turned(-1, 0, 0).y);  // x₁ now leads away
    for (const double angle : {-170.0, -28.0, 0.0, 45.0, 133.0})
        for (const double corner : {-2.0, 2.0}) {
            const Perspective any{0, 0, 2, angle, 38};
            CHECK(std::abs(any(corner, 2, 0).x) < 2);  // fits the pane
        }
}

TEST_CASE("the hill is highest where it stands, and is painted far parts first") {
    for (const double turn : {-170.0, -100.0, -28.0, 30.0, 80.0, 120.0}) {
        const Perspective view{0, 0, 2, turn, 35};
        const HeightMesh mesh = mesh_of(hill(64), view);
        REQUIRE(mesh.vertices.size() == 1600);
        REQUIRE(mesh.triangles.size() == 39 * 39 * 6);
        const auto brightest = std::max_element(mesh.vertices.begin(), mesh.vertices.end(), [](const auto& a, const auto& b) { return a.colour.r < b.colour.r; });
        const panels::Point top = view(1, 0.5, 1);
        CHECK(std::hypot(static_cast<double>(brightest->x) - top.x, static_cast<double>(brightest->y) - top.y) < 0.25);
        // Of two cells in one row or column the one drawn later is nearer: away grows with x₁ and x₂ as the view says.
        const auto cell = [&](std::size_t k) { return *std::min_element(mesh.triangles.begin() + static_cast<std::ptrdiff_t>(6 * k), mesh.triangles.begin() + static_cast<std::ptrdiff_t>(6 * k + 6)); };
        const auto away = [&](std::uint32_t at) { return view.away_x1() * (at % 40) + view.away_x2() * (at / 40); };
        for (std::size_t k = 1; k < 39 * 39; ++k) {
            const std::uint32_t before = cell(k - 1), now = cell(k);
            if (before / 40 == now / 40) REQUIRE(away(now) < away(before));
            if (k >= 39) REQUIRE(away(now) < away(cell(k - 39)));
        }
    }
}

TEST_CASE("nothing gives no surface, what is not a number is the ground, a whole turn changes nothing") {
    const Perspective view{0, 0, 2, 25, 35}, round{0, 0, 2, 25 + 360, 35};
    CHECK(mesh_of(DensityGrid(0, 0), view).triangles.empty());
    CHECK(mesh_of(hill(32), view, 0).triangles.empty());
    DensityGrid broken = DensityGrid::Constant(32, 32, std::numeric_limits<float>::quiet_NaN());
    for (const auto& vertex : mesh_of(broken, view).vertices) REQUIRE((std::isfinite(vertex.x) && std::isfinite(vertex.y) && vertex.colour.r == 0));
    const auto once = mesh_of(hill(32), view), again = mesh_of(hill(32), round);
    for (std::size_t i = 0; i < once.vertices.size(); ++i) REQUIRE(std::abs(once.vertices[i].x - again.vertices[i].x) < 1e-5f);
    CHECK(once.triangles == again.triangles);
}

TEST_CASE("a film shows the surface, the same one twice, and another at another time") {
    Scene scene = load_scene("eight_gaussians");
    scene.view.shape = "height";
    scene.view.layers = {"density"};
    Results results;
    results.densities[0] = std::make_shared<const DensityMovie>(density_movie(scene, 0, 64, 9));
    results.lane_current = {true, true, true, true};
    std::vector<std::uint8_t> first, again, flat, later;
    Stage stage(480, 270, panels::Theme::dark);
    stage.draw(scene, results, 1, first);
    stage.draw(scene, results, 0.2, later);
    stage.draw(scene, results, 1, again);
    scene.view.shape = "flat";
    stage.draw(scene, results, 1, flat);
    CHECK(first == again);
    CHECK(first != later);
    CHECK(first != flat);
    int yellow = 0;  // the tops
    for (std::size_t i = 0; i + 3 < first.size(); i += 4) yellow += first[i] > 120 && first[i + 1] > 150 && first[i + 2] < 90;
    CHECK(yellow > 20);
}
