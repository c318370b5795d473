// What the composer draws into panes: the same wherever a pane lies and whatever lies beside it, and thick enough for a projector.
#include <algorithm>
#include <cmath>

#include "app/panels/edits.h"
#include "app/panels/palette.h"
#include "app/picture/compose.h"
#include "app/picture/particle_look.h"
#include "app/picture/sheet_svg.h"
#include "app/render/offscreen.h"
#include "app/render/screen.h"
#include "app/runtime/lane_movies.h"
#include "app/runtime/layers.h"
#include "app/runtime/scene_file.h"
#include "tests/catch.h"

using namespace pf;

namespace {

template <int Width = 800, int Height = 400>
struct CanvasOf {
    static constexpr int width = Width, height = Height;
    render::OffscreenContext context;
    render::Framebuffer framebuffer{width, height};

    // Each time from nothing: no cache of one picture helps the next.
    std::vector<std::uint8_t> draw(const Scene& scene, const panels::UiState& ui, const Results& results, std::vector<panels::Rect> panes) {
        render::Renderer renderer;
        Composer composer;
        panels::Layout layout;
        layout.canvas = {0, 0, width, height};
        layout.panes = std::move(panes);
        composer.prepare(scene, ui, results, {});
        framebuffer.bind();
        render::clear(width, height, canvas_style(ui.theme).background);
        composer.draw(renderer, scene, ui, results, {}, layout, 1, height);
        std::vector<std::uint8_t> pixels;
        render::read_opaque(width, height, pixels);
        return pixels;
    }
};
using Canvas = CanvasOf<>;

Results results_of(const Scene& scene) {
    const FieldSet fields = make_fields(scene, WeightSet(scene.models.size()), nullptr);
    Results out;
    for (std::size_t i = 0; i < scene.lanes.size(); ++i) {
        out.lanes[i] = std::make_shared<const LaneResult>(run_lane(scene, static_cast<int>(i), fields));
        out.lane_current[i] = true;
    }
    for (std::size_t i = 0; i < scene.lanes.size(); ++i) {
        out.densities[i] = std::make_shared<const DensityMovie>(exact_density_movie(scene, static_cast<int>(i), 64, 9));
        out.fields[i] = std::make_shared<const FieldMovie>(lane_field_movie(scene, static_cast<int>(i), fields, 16, 9));
    }
    return out;
}

std::size_t differing(const std::vector<std::uint8_t>& a, const std::vector<std::uint8_t>& b, const panels::Rect& rect) {
    std::size_t count = 0;
    for (int y = static_cast<int>(rect.y); y < static_cast<int>(rect.y + rect.height); ++y)
        for (int x = static_cast<int>(rect.x); x < static_cast<int>(rect.x + rect.width); ++x)
            for (int c = 0; c < 3; ++c) {
                const auto at = static_cast<std::size_t>(4 * (y * Canvas::width + x) + c);
                count += a[at] != b[at];
            }
    return count;
}

// One particle that walks along x₁ from −2 to 2.
Results walker() {
    auto lane = std::make_shared<LaneResult>();
    for (int i = 0; i <= 10; ++i) {
        lane->path.t.push_back(0.1 * i);
        Points x(1, 2);
        x << -2 + 0.4f * static_cast<float>(i), 0;
        lane->path.x.push_back(x);
    }
    lane->start = lane->path.x.front();
    lane->key = 1;
    Results out;
    out.lanes[0] = lane;
    out.lane_current[0] = true;
    return out;
}

}  // namespace

TEST_CASE("a pane beside others is the pane alone, pixel for pixel") {
    Scene scene = load_scene("eight_gaussians");
    for (Lane& lane : scene.lanes) lane.particles = 300, lane.steps = 20;
    const Results results = results_of(scene);
    Canvas canvas;
    // Odd sizes and places: rounding must not depend on neighbours.
    const panels::Rect left{3, 5, 391, 377}, right{397, 5, 391, 377};
    Scene swapped = scene;
    std::swap(swapped.lanes[0], swapped.lanes[1]);
    Results exchanged = results;
    std::swap(exchanged.lanes[0], exchanged.lanes[1]);
    for (const auto& layers : {std::vector<std::string>{"density", "particles", "trails"}, {"density", "contours", "trajectories", "velocity"}}) {
        scene.view.layers = swapped.view.layers = layers;
        for (const auto theme : {panels::Theme::dark, panels::Theme::projector}) {
            CAPTURE(layers, static_cast<int>(theme));
            panels::UiState ui;
            ui.theme = theme;
            ui.playback.t = 0.7;
            const auto both = canvas.draw(scene, ui, results, {left, right});
            const auto first = canvas.draw(scene, ui, results, {left});
            const auto second = canvas.draw(swapped, ui, exchanged, {right});
            CHECK(differing(both, first, left) == 0);
            CHECK(differing(both, second, right) == 0);
            CHECK(differing(first, second, left) > 1000);  // neither is empty
            CHECK(differing(both, first, right) > 1000);
        }
    }
}

TEST_CASE("in space–time a path is bright up to now, between its slices too, and pale from there") {
    render::OffscreenContext context;
    Scene scene = load_scene("eight_gaussians");
    scene.lanes.resize(1);
    scene.view.shape = "space_time";
    panels::UiState ui;
    ui.playback.t = 0.33;  // slices are at tenths
    const Results results = walker();
    Composer composer;
    panels::Layout layout;
    layout.canvas = {0, 0, 800, 400};
    layout.panes = {layout.canvas};
    composer.prepare(scene, ui, results, {});
    const panels::SpaceTime view = panels::space_time(ui, panels::scene_box(scene), layout.panes[0]);
    std::vector<render::Segment> segments;
    composer.draw([&](int, const render::PaneFrame& frame, const render::CanvasStyle&) { segments.assign(frame.segments.begin(), frame.segments.end()); }, scene, ui, results, {}, layout, 1, 400);
    const float thin = segments.front().half_width;
    std::erase_if(segments, [&](const render::Segment& s) { return s.half_width != thin; });  // marks at the ends
    REQUIRE(segments.size() == 11);
    std::uint8_t bright = 0;
    for (const auto& s : segments) bright = std::max(bright, s.colour.a);
    const auto now = static_cast<float>(view.x(0.33));
    for (const auto& s : segments) {
        CHECK((s.colour.a == bright) == (s.x1 <= now + 1e-6f));
        CHECK((s.x1 <= now + 1e-6f || s.x0 >= now - 1e-6f));
    }
}

// What the composer strokes along the walker's way, in data units, and the marks at its ends.
struct Way {
    double stroked = 0;
    int ring = 0, squares = 0;
};
Way way(const Scene& scene, const panels::UiState& ui, const Results& results) {
    Composer composer;
    panels::Layout layout;
    layout.canvas = {0, 0, 800, 400};
    layout.panes = {layout.canvas};
    composer.prepare(scene, ui, results, {});
    Way out;
    const panels::SpaceTime line = panels::space_time(ui, panels::scene_box(scene), layout.panes[0]);
    const bool plane = scene.view.shape == "flat";
    const double from = plane ? -2 : line.x(0), to = plane ? 2 : line.x(1), first_y = plane ? 0 : -2, last_y = plane ? 0 : 2;
    composer.draw([&](int, const render::PaneFrame& frame, const render::CanvasStyle&) {
        for (const auto& s : frame.segments) {
            const double x = static_cast<double>(s.x0 + s.x1) / 2, y = static_cast<double>(s.y0 + s.y1) / 2, length = std::abs(static_cast<double>(s.x1 - s.x0));
            const bool square = std::abs(length - 2 * static_cast<double>(s.half_width) * frame.camera.units_per_pixel) < 1e-3 && std::abs(x - to) < 1e-3 && std::abs(y - last_y) < 1e-3;
            const bool ring = length < 0.15 && std::hypot(x - from, y - first_y) < 0.25 && std::abs(std::hypot(static_cast<double>(s.x0) - from, static_cast<double>(s.y0) - first_y) - std::hypot(static_cast<double>(s.x1) - from, static_cast<double>(s.y1) - first_y)) < 1e-4;
            if (square) ++out.squares;
            else if (ring) ++out.ring;
            else out.stroked += length;
        }
    }, scene, ui, results, {}, layout, 1, 400);
    if (!plane) out.stroked *= 4 / (to - from);
    return out;
}

TEST_CASE("paths: dashed with noise, solid without, a ring at the source and a square at the data, in the plane, in space–time, under the mouse and through a pinned point") {
    render::OffscreenContext context;
    const Results results = walker();
    for (const bool noise : {false, true})
        for (const auto theme : {panels::Theme::dark, panels::Theme::projector})
            for (const char* where : {"trajectories", "hovered", "pinned", "space_time", "fan"}) {
                CAPTURE(noise, static_cast<int>(theme), where);
                Scene scene = load_scene("eight_gaussians");
                scene.lanes.resize(1);
                scene.lanes[0] = panels::with_stochastic(scene, 0, noise).lanes[0];
                const std::string place = where;
                scene.view.layers.clear();
                if (place == "trajectories") scene.view.layers = {"trajectories"};
                if (place == "space_time") scene.view.shape = "space_time";
                panels::UiState ui;
                ui.theme = theme;
                ui.playback.t = 1;
                ui.hovered_particle = place == "hovered" ? 0 : -1;
                ui.pinned_particle = place == "pinned" ? 0 : -1;
                Results shown = results;
                if (place == "fan") {  // always of the SDE, beside the ODE, which is solid
                    ProbeLane lane;
                    lane.at.lane = 0;
                    (noise ? lane.fan_on : lane.ode) = ProbeCurves{results.lanes[0]->path.t, results.lanes[0]->path.x};
                    auto probe = std::make_shared<ProbeResult>();
                    probe->lanes = {lane};
                    ui.probes.pinned = probe;
                    ui.pinned_point = panels::PinnedPoint{-2, 0, 0};
                    shown.lanes[0].reset();
                }
                const Way drawn = way(scene, ui, shown);
                const double whole = place == "fan" && !noise ? 8 : 4;  // an ODE through a point lies on a wider stroke of the ground
                if (noise) CHECK((drawn.stroked > 0.6 * whole && drawn.stroked < 0.88 * whole));
                else CHECK(drawn.stroked == Approx(whole).epsilon(0.01));
                CHECK(drawn.ring >= 8);
                CHECK(drawn.squares == 1);
            }
}

TEST_CASE("particles by divergence have one scale in all panes, and equal values equal colours") {
    Scene scene = load_scene("eight_gaussians");
    scene.view.colour = "divergence";
    Results results;
    LayerResults layers;
    for (std::size_t lane = 0; lane < 2; ++lane) {
        auto result = std::make_shared<LaneResult>();
        result->key = 70 + lane;
        result->path.t = {0, 1};
        result->path.x = {Points::Zero(2, 2), Points::Zero(2, 2)};
        result->start = result->path.x.front();
        results.lanes[lane] = result;
        results.lane_current[lane] = true;
        auto values = std::make_shared<ParticleValues>();
        values->key = result_key(*result, "divergence");
        values->colour = "divergence";
        values->t = {0, 1};
        const float reach = lane == 0 ? 2.f : 8.f;  // both lanes have a particle at 1
        values->values = {(Column(2) << 1.f, reach).finished(), (Column(2) << 1.f, reach).finished()};
        values->low = {-reach, -reach}, values->high = {reach, reach};
        layers.values[lane] = values;
    }
    panels::UiState ui;
    ui.playback.t = 0.5;
    Composer composer;
    composer.prepare(scene, ui, results, layers);
    for (std::size_t lane = 0; lane < 2; ++lane) {
        CHECK(composer.legend()[lane].particles_low == -8);
        CHECK(composer.legend()[lane].particles_high == 8);
    }
    panels::Layout layout;
    layout.canvas = {0, 0, 800, 400};
    layout.panes = {{0, 0, 400, 400}, {400, 0, 400, 400}};
    std::vector<std::vector<render::Colour>> colours;
    composer.draw([&](int, const render::PaneFrame& frame, const render::CanvasStyle&) { colours.emplace_back(frame.particle_colours.begin(), frame.particle_colours.end()); }, scene, ui, results, layers, layout, 1, 400);
    REQUIRE(colours.size() == 2);
    REQUIRE((colours[0].size() == 2 && colours[1].size() == 2));
    const auto same = [](render::Colour a, render::Colour b) { return a.r == b.r && a.g == b.g && a.b == b.b; };
    CHECK(same(colours[0][0], colours[1][0]));
    CHECK_FALSE(same(colours[0][1], colours[1][1]));
}

// What the composer gives the renderer for lane 1.
render::PaneFrame frame_of(const Scene& scene, const panels::UiState& ui, const Results& results, Composer& composer, float side = 400) {
    panels::Layout layout;
    layout.canvas = {0, 0, side, side};
    layout.panes = {layout.canvas};
    composer.prepare(scene, ui, results, {});
    render::PaneFrame out;
    composer.draw([&](int, const render::PaneFrame& frame, const render::CanvasStyle&) { out = frame; }, scene, ui, results, {}, layout, 1, static_cast<int>(side));
    return out;
}

TEST_CASE("the scale of log p ends where its values do, also below 0, and has another map than the density") {
    Scene scene = load_scene("eight_gaussians");
    scene.view.colour = "log_p";
    auto lane = std::make_shared<LaneResult>();
    lane->key = 5;
    lane->path.t = {0, 1};
    lane->path.x = {Points::Zero(100, 2), Points::Zero(100, 2)};
    lane->start = lane->path.x.front();
    lane->path.log_p = {Column::LinSpaced(100, -5.2f, -1.1f), Column::LinSpaced(100, -5.2f, -1.1f)};
    Results results;
    results.lanes[0] = lane;
    results.lane_current[0] = true;
    const panels::UiState ui;
    Composer composer;
    const auto coloured = [&] {
        const auto frame = frame_of(scene, ui, results, composer);
        return std::vector(frame.particle_colours.begin(), frame.particle_colours.end());
    };
    const auto over = coloured();
    CHECK(composer.legend()[0].particles_low == -5.5);
    CHECK(composer.legend()[0].particles_high == -1);
    const auto* shown = legend_of(scene, ui.theme, composer.legend()).particle_colours;
    scene.view.layers = {"particles"};
    const auto alone = coloured();
    REQUIRE((over.size() == 100 && alone.size() == 100));
    CHECK_FALSE(over[50] == alone[50]);
    CHECK(legend_of(scene, ui.theme, composer.legend()).particle_colours != shown);
}

TEST_CASE("particles by the hundred thousand let the density through, without one they are as they were") {
    Scene scene = load_scene("eight_gaussians");
    for (const int n : {2000, 200'000})
        for (const char* colour : {"start", "single"})
            for (const bool density : {true, false}) {
                CAPTURE(n, colour, density);
                scene.view.colour = colour;
                scene.view.layers = density ? std::vector<std::string>{"density", "particles"} : std::vector<std::string>{"particles"};
                auto lane = std::make_shared<LaneResult>();
                lane->key = 5;
                lane->path.t = {0, 1};
                lane->path.x = {Points::Zero(n, 2), Points::Zero(n, 2)};
                lane->start = lane->path.x.front();
                Results results;
                results.lanes[0] = lane;
                results.lane_current[0] = true;
                Composer composer;
                const auto frame = frame_of(scene, {}, results, composer);
                CHECK(frame.particle_colours.front().a == 255);
                CHECK((frame.particle_cover < 0.5f) == (n > 2000 && density));
                CHECK((frame.particle_cover == 1) == (n == 2000 || !density));
            }
}

TEST_CASE("however many particles lie on it, half of the density's contrast remains") {
    Scene scene = load_scene("eight_gaussians");
    scene.lanes.resize(1);
    scene.lanes[0].steps = 2;
    scene.view.colour = "single";
    panels::UiState ui;
    ui.playback.t = 0.7;
    CanvasOf<200, 200> canvas;
    // Between the top of a mode and its side, where particles lie as closely.
    const auto contrast = [&](const Results& results, std::vector<std::string> layers) {
        scene.view.layers = std::move(layers);
        const auto pixels = canvas.draw(scene, ui, results, {{0, 0, 200, 200}});
        const double pixel = panels::pane_camera(ui, panels::scene_box(scene), {0, 0, 200, 200}).units_per_pixel;
        // The mean of five pixels above each other, between particles and on them.
        const auto at = [&](double x, int channel) {
            int sum = 0;
            for (int row = 98; row <= 102; ++row) sum += pixels[static_cast<std::size_t>(4 * (row * canvas.width + std::lround(100 + x / pixel)) + channel)];
            return sum / 5.0;
        };
        double sum = 0;
        for (int c = 0; c < 3; ++c) sum += std::abs(at(2, c) - at(2.45, c));
        return sum;
    };
    for (const auto theme : {panels::Theme::dark, panels::Theme::light, panels::Theme::projector})
        for (const int n : {10'000, 50'000, 200'000}) {
            CAPTURE(static_cast<int>(theme), n);
            ui.theme = theme;
            scene.lanes[0].particles = n;
            const Results results = results_of(scene);
            const double bare = contrast(results, {"density"});
            REQUIRE(bare > 50);
            if (n > 10'000) CHECK(contrast(results, {"density", "particles"}) > bare / 2);
            Composer composer;
            const auto frame = frame_of(scene, ui, results, composer);
            CHECK((frame.particle_cover == 1) == (n == 10'000));
            CHECK((pane_svg(frame, canvas_style(theme), {0, 0, 200, 200}, "a", false).find("<g opacity=\"0.45\">") != std::string::npos) == (n > 10'000));
        }
}

TEST_CASE("short arrows are thin and have no head") {
    Scene scene = load_scene("eight_gaussians");
    scene.view.layers = {"velocity"};
    auto movie = std::make_shared<FieldMovie>();
    movie->box = {-1, 1, -1, 1};
    movie->width = movie->height = 4;
    movie->t = {0, 1};
    Points all = Points::Zero(16, 2);
    all.col(0).setConstant(1);
    all(5, 0) = 0.1f;
    movie->velocity = {all, all};
    Results results;
    results.fields[0] = movie;
    panels::UiState ui;
    ui.theme = panels::Theme::projector;
    Composer composer;
    const auto frame = frame_of(scene, ui, results, composer);
    CHECK(frame.segments.size() == 15 * 3 + 1);
    for (const auto& s : frame.segments)
        CHECK((s.half_width < 1) == (std::hypot(s.x1 - s.x0, s.y1 - s.y0) < 4 * frame.camera.units_per_pixel));
}

TEST_CASE("trails lie behind what moves: towards the noise, or towards the data when time runs back") {
    Scene scene = load_scene("eight_gaussians");
    scene.lanes.resize(1);
    scene.view.layers = {"particles", "trails"};
    auto lane = std::make_shared<LaneResult>();
    lane->key = 5;
    lane->path.t = {0, 1};
    lane->path.x = {Points::Zero(1, 2), Points::Ones(1, 2)};
    lane->start = lane->path.x.front();
    Results results;
    results.lanes[0] = lane;
    panels::UiState ui;
    const auto ends = [&](double t, bool reversed, bool turned = false) {  // of the trail, from the oldest slice to the particle
        ui.playback.t = t, ui.playback.reversed = reversed, ui.playback.turned = turned;
        Composer composer;
        const auto frame = frame_of(scene, ui, results, composer);
        const double here = double((*frame.particles)(0, 0));
        return std::pair{frame.trail.empty() ? here : double((*frame.trail.front())(0, 0)), here};
    };
    const auto [past, now] = ends(0.5, false);
    CHECK(now == Approx(0.5));
    CHECK(past == Approx(0.5 - 0.1).margin(1e-4));
    CHECK(ends(0.5, true).first == Approx(0.5 + 0.1).margin(1e-4));
    CHECK(ends(0.98, true).first == Approx(0.98 + 2 * trail_spacing).margin(1e-4));
    CHECK(ends(1, true).first == 1);
    CHECK(ends(0, false).first == 0);
    // Where it turned a moment ago the trail leads round the end: as long as before, and the same on both sides of the turn.
    CHECK(ends(0.98, true, true).first == Approx(1 - 0.08).margin(1e-4));
    CHECK(ends(1, true, true).first == Approx(ends(1, false).first).margin(1e-6));
    CHECK(ends(0.5, true, true).first == Approx(0.5 + 0.1).margin(1e-4));
    CHECK(ends(0.02, false, true).first == Approx(0.08).margin(1e-4));
    CHECK(ends(0, false, true).first == Approx(ends(0, true).first).margin(1e-6));
}

TEST_CASE("where many particles would cover a small pane they are smaller, down to half; few are not") {
    Scene scene = load_scene("eight_gaussians");
    scene.lanes.resize(1);
    scene.view.layers = {"particles"};
    panels::UiState ui;
    const auto radius = [&](int particles, float side) {
        auto lane = std::make_shared<LaneResult>();
        lane->key = 5;
        lane->path.t = {0, 1};
        lane->path.x = {Points::Zero(particles, 2), Points::Zero(particles, 2)};
        lane->start = lane->path.x.front();
        Results results;
        results.lanes[0] = lane;
        Composer composer;
        return double(frame_of(scene, ui, results, composer, side).particle_radius);
    };
    const double large = radius(2000, 600);
    CHECK(radius(2000, 900) == large);
    // Together 6 % of the pane.
    CHECK(2000 * 3.14159 * std::pow(radius(2000, 360), 2) == Approx(0.06 * 360 * 360).epsilon(1e-3));
    CHECK(radius(2000, 100) == Approx(large / 2));
    CHECK(radius(100, 150) == radius(100, 900));
    CHECK(radius(100, 900) > large);
    ui.scale = 2;
    CHECK(radius(2000, 1200) == Approx(2 * large));
    CHECK(radius(2000, 720) == Approx(2 * std::sqrt(0.06 * 360 * 360 / 2000 / 3.14159)).epsilon(1e-3));
}

TEST_CASE("on the projector, where particles keep their size, they let the density of a small pane through") {
    using panels::Theme;
    const auto cover = [](double pane, bool density) { return particle_look(Theme::projector, 2000, pane, 720, density, 1).cover; };
    CHECK(cover(430, true) == 1);
    CHECK((cover(220, true) > 0.5 && cover(220, true) < 0.7));
    CHECK(cover(60, true) == 0.45);
    CHECK(cover(220, false) == 1);
    CHECK(particle_look(Theme::projector, 2000, 220, 720, true, 2).cover == 1);  // closer to it
    CHECK(particle_look(Theme::projector, 2000, 220, 720, true, 1).radius == particle_look(Theme::projector, 2000, 430, 720, true, 1).radius);
}

// Ink of a layer in one column, in pixels: half covered counts half.
template <class AnyCanvas>
double thickness(AnyCanvas& canvas, const char* layer, int x) {
    Scene scene = load_scene("eight_gaussians");
    scene.lanes.resize(1);
    panels::UiState ui;
    ui.theme = panels::Theme::projector;
    ui.playback.t = 0.5;
    scene.view.layers = {layer};
    if (layer == std::string("trails")) scene.view.layers.insert(scene.view.layers.begin(), "particles");
    const auto pixels = canvas.draw(scene, ui, walker(), {{0, 0, AnyCanvas::width, AnyCanvas::height}});
    double ink = 0, most = 0;
    for (int y = 0; y < AnyCanvas::height; ++y) {
        const auto* p = &pixels[static_cast<std::size_t>(4 * (y * AnyCanvas::width + x))];
        const double here = 1 - std::min({p[0], p[1], p[2]}) / 255.0;
        ink += here;
        most = std::max(most, here);
    }
    return ink / std::max(0.05, most);
}

TEST_CASE("on the projector particles are at least 5 pixels wide, lines at least 3 and trails nearly so, at 1080p without scaling; in a lower window particles are smaller") {
    CanvasOf<800, 1080> canvas;
    const int middle = canvas.width / 2;  // where the particle stands
    CHECK(thickness(canvas, "particles", middle) >= 4.5);
    CHECK(thickness(canvas, "trajectories", middle - 20) >= 2.5);
    double trail = 0;
    for (int x = middle - 16; x < middle - 6; ++x) trail = std::max(trail, thickness(canvas, "trails", x));
    CHECK(trail >= 2.2);
    CanvasOf<800, 720> low;
    CHECK(thickness(low, "particles", middle) >= 2.8);
    CHECK(thickness(low, "particles", middle) < 4);
    CHECK(thickness(low, "trajectories", middle - 20) >= 2.5);
}
