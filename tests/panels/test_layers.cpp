#include <algorithm>
#include <cmath>

#include "app/panels/palette.h"
#include "app/panels/sheet.h"
#include "tests/catch.h"
#include "tests/panels/driver.h"

using namespace pf;
using namespace pf::panels;

namespace {

struct Lab {
    double l, a, b;
};
// OKLab (Ottosson 2020).
Lab oklab(Rgb c) {
    const auto linear = [](float v) { return v <= 0.04045f ? static_cast<double>(v) / 12.92 : std::pow((static_cast<double>(v) + 0.055) / 1.055, 2.4); };
    const double r = linear(c.r), g = linear(c.g), b = linear(c.b);
    const double l = std::cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b), m = std::cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b),
                 s = std::cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b);
    return {0.2104542553 * l + 0.7936177850 * m - 0.0040720468 * s, 1.9779984951 * l - 2.4285922050 * m + 0.4505937099 * s, 0.0259040371 * l + 0.7827717662 * m - 0.8086757660 * s};
}

// How many vertices the legend of the first lane takes.
int legend(Driver& d, const LayerResults& layers, const HeatMapLegend& heat_map) {
    ImDrawList draw(ImGui::GetDrawListSharedData());
    draw._ResetForNewFrame();
    draw.PushTextureID(ImGui::GetIO().Fonts->TexID);
    draw.PushClipRectFullScreen();
    draw_legend(draw, {d.session.scene(), d.ui, d.results, heat_map, &layers}, d.last_layout, {0});
    return draw.VtxBuffer.Size;
}

}  // namespace

TEST_CASE("label colours are clear of the canvas and of each other in every theme") {
    for (const Theme theme : {Theme::dark, Theme::light, Theme::projector}) {
        const Palette& p = palette(theme);
        for (std::size_t i = 0; i < p.labels.size(); ++i) {
            CAPTURE(static_cast<int>(theme), i);
            CHECK(contrast(p.labels[i], p.canvas) >= 3);
            for (std::size_t k = i + 1; k < p.labels.size(); ++k) {
                const Lab a = oklab(p.labels[i]), b = oklab(p.labels[k]);
                CAPTURE(k);
                CHECK(std::hypot(a.l - b.l, a.a - b.a, a.b - b.b) > 0.06);  // three times what is just noticed
            }
        }
    }
}

TEST_CASE("every layer that is drawn has its line in the legend, and opacity 0 takes it away") {
    Scene scene = two_lanes();
    scene.view.layers = {"particles"};
    Driver d(scene);
    auto grid = std::make_shared<GridMovie>();
    grid->circles = 2;
    auto denoised = std::make_shared<DenoiserMovie>();
    denoised->x.push_back(Points::Zero(5, 2));
    LayerResults layers;
    layers.grids[0] = grid;
    layers.denoisers[0] = denoised;
    layers.streamlines[0] = std::make_shared<StreamlineMovie>();
    layers.textures[0] = std::make_shared<TextureMovie>();
    HeatMapLegend heat_map;
    d.frame();
    const int before = legend(d, layers, heat_map);
    for (const char* layer : {"lic", "grid", "streamlines", "denoiser"}) {
        CAPTURE(layer);
        Scene next = with_layer(scene, layer, true);
        d.session.commit("layer", next);
        CHECK(legend(d, layers, heat_map) > before + 40);
        d.session.commit("opacity", with_opacity(next, layer, 0));
        CHECK(legend(d, layers, heat_map) == before);
    }
    for (const char* colour : {"divergence", "speed"}) {
        Scene next = scene;
        next.view.colour = colour;
        d.session.commit("colour", next);
        heat_map.lanes[0].particles_low = -2, heat_map.lanes[0].particles_high = 2;
        CHECK(legend(d, layers, heat_map) > before + 40);
    }
}

TEST_CASE("opacity 1 is what is not said") {
    const Scene scene;
    Scene half = with_opacity(scene, "trails", 0.5);
    CHECK(half.view.opacity.at("trails") == 0.5);
    CHECK(with_opacity(half, "trails", 1) == scene);
}

TEST_CASE("the arrow keys follow particles until something else moves the time") {
    Driver d;
    d.ui.playback.t = 0.5;
    d.frame();
    CHECK_FALSE(stepping(d.ui));
    CHECK(followed_particles(d.ui).empty());
    Context context = d.make_context();
    step_time(context, 1);
    CHECK(stepping(d.ui));
    CHECK(followed_particles(d.ui).size() == 12);
    d.ui.pinned_particle = 40, d.ui.hovered_particle = 3;
    CHECK(followed_particles(d.ui).size() == 13);
    CHECK(followed_particles(d.ui).back() == 40);
    d.ui.hovered_particle = 77;
    CHECK(followed_particles(d.ui).size() == 14);
    d.ui.playback.t += 0.01;
    CHECK_FALSE(stepping(d.ui));
    step_time(context, -1);
    CHECK(stepping(d.ui));
    toggle_play(context);
    CHECK_FALSE(stepping(d.ui));
}
