// The pictures of films: what a frame shows depends on its index and the settings alone.
#include "app/picture/film_pictures.h"

#include "app/picture/compose.h"
#include "app/runtime/scene_file.h"
#include "tests/catch.h"

using namespace pf;

namespace {

using Pixels = std::vector<std::uint8_t>;

FilmSource small_source() {
    FilmSource source;
    source.scene = load_scene("eight_gaussians");
    for (Lane& lane : source.scene.lanes) lane.particles = 300, lane.steps = 30;
    source.scene.lanes[1].sigma = {"decreasing", {}};  // a number that changes with t
    source.weights.resize(source.scene.models.size());
    source.fields = make_fields(source.scene, source.weights, nullptr);
    return source;
}

FilmSettings small_film() {
    FilmSettings s;
    s.size = "640x360";
    s.fps = 10, s.seconds = 2;
    return s;
}

// One frame of a film of its own.
Pixels frame(const FilmSettings& settings, int k, FilmSource source = small_source()) {
    FilmPictures film(settings, static_cast<int>(source.scene.lanes.size()));
    film.prepare(std::move(source));
    Pixels out;
    film.draw(k, out);
    return out;
}

// Rows of the picture (of `width`) in which the two differ.
std::vector<bool> different_rows(const Pixels& a, const Pixels& b, std::size_t width) {
    std::vector<bool> out(a.size() / (4 * width));
    for (std::size_t i = 0; i < a.size(); ++i) out[i / (4 * width)] = out[i / (4 * width)] || a[i] != b[i];
    return out;
}
long count(const std::vector<bool>& rows, std::size_t from, std::size_t to) { return std::count(rows.begin() + static_cast<std::ptrdiff_t>(from), rows.begin() + static_cast<std::ptrdiff_t>(to), true); }

}  // namespace

TEST_CASE("frame k is the picture at its t, whatever was drawn before; a loop ends in its start") {
    FilmSettings s = small_film();
    s.easing = "smooth", s.hold_start = 10, s.loop = true;
    const FilmPlan plan(s);
    FilmPictures film(s, 2);
    film.prepare(small_source());
    REQUIRE(film.frames() == 20);
    Pixels picture, at_t, first;
    film.draw(0, first);
    for (const int k : {0, 7, 13, 17}) {
        film.draw(k, picture);
        film.draw_at(plan.at(k).t, at_t);
        CHECK((picture == at_t));
    }
    film.draw_at(0.33, at_t);
    film.draw(7, picture);
    Pixels again;
    film.draw(7, again);
    CHECK((picture == again));
    CHECK(picture != first);
}

TEST_CASE("what was pinned in a scene is in the frames of its film, a point that moves with t where t is; every frame whatever was drawn before") {
    const FilmSettings s = small_film();
    const auto pinned = [](std::optional<double> t, int particle = -1) {
        FilmSource source = small_source();
        source.seen.emplace();
        source.seen->pin = Pin{particle, 0.5, 0.25, t};
        return source;
    };
    const Pixels plain = frame(s, 7), still = frame(s, 7, pinned(0.4)), moving = frame(s, 7, pinned({})), particle = frame(s, 7, pinned({}, 3));
    CHECK((still != plain && moving != plain && particle != plain && still != moving && moving != particle));
    FilmPictures film(s, 2);
    film.prepare(pinned({}));
    Pixels picture;
    for (const int k : {12, 7}) film.draw(k, picture);
    CHECK((picture == moving));
    const Document kept = film.document(0.25);
    REQUIRE(kept.viewpoint);
    CHECK((kept.viewpoint->t == 0.25 && kept.viewpoint->pin == Pin{-1, 0.5, 0.25, {}}));
}

TEST_CASE("at the seam of a loop the panes dissolve into the first ones, and what is written is of one frame, then of the other") {
    FilmSettings s = small_film();
    s.loop = true, s.equation = true;
    CHECK(FilmPlan(s).at(18).dissolve == Approx(1 / 3.0));
    CHECK(FilmPlan(s).at(19).dissolve == Approx(2 / 3.0));
    const auto frames = [&] {
        FilmPictures film(s, 2);
        film.prepare(small_source());
        std::array<Pixels, 4> out;  // the first, the one before the dissolve, and the dissolve
        for (std::size_t i = 0; i < 4; ++i) film.draw(std::array{0, 17, 18, 19}[i], out[i]);
        return out;
    };
    const auto largest = [](const Pixels& a, const Pixels& b, std::size_t from_row, std::size_t to_row) {
        int far = 0;
        for (std::size_t i = 4 * 640 * from_row; i < 4 * 640 * to_row; ++i) far = std::max(far, std::abs(a[i] - b[i]));
        return far;
    };
    constexpr std::size_t below_panes = 300, height = 360;  // equations, legend, time
    const auto [first, last, early, late] = frames();
    CHECK(largest(first, last, below_panes, height) > 100);
    CHECK(largest(early, last, below_panes, height) <= 1);
    CHECK(largest(late, first, below_panes, height) <= 1);
    CHECK(largest(late, first, 32, below_panes) > 20);
    s.caption = s.labels = s.legend = s.equation = s.time = false;
    for (const bool transparent : {false, true}) {
        CAPTURE(transparent);
        s.kind = "apng", s.transparent = transparent;
        const auto [from, to, third, two_thirds] = frames();
        Pixels between = to;
        dissolve(between, from, 2 / 3.0);
        CHECK((two_thirds == between));
        bool linear = true;
        for (std::size_t i = transparent ? 3 : 0; i < between.size(); i += transparent ? 4 : 1) linear = linear && std::abs(between[i] - (from[i] * 171 + to[i] * 85) / 256) <= 1;
        CHECK(linear);
        CHECK(third != two_thirds);
    }
}

TEST_CASE("pixels over others: opaque ones replace them, clear ones leave them, the rest adds up") {
    Pixels p{10, 20, 30, 255, 10, 20, 30, 128, 10, 20, 30, 0, 10, 20, 30, 200};
    lay_over(p, {250, 240, 230, 255, 0, 0, 0, 0, 100, 110, 120, 77, 110, 120, 130, 51});
    CHECK(p == Pixels{250, 240, 230, 255, 10, 20, 30, 128, 100, 110, 120, 77, 34, 44, 54, 211});
}

TEST_CASE("what is written can be left out, each by itself, and the panes take its place") {
    const FilmSettings s = small_film();
    const Pixels whole = frame(s, 10);
    const std::size_t width = 640, caption = 32, time = 340;
    FilmSettings other = s;
    other.legend = false;
    auto rows = different_rows(whole, frame(other, 10), width);
    CHECK(count(rows, 0, caption) == 0);
    CHECK(count(rows, caption, time) > 10);
    CHECK(count(rows, time, 360) == 0);
    other.labels = false;  // and neither: the panes alone between title and time
    rows = different_rows(whole, frame(other, 10), width);
    CHECK(count(rows, 0, caption) == 0);
    CHECK(count(rows, caption, time) > 50);
    other = s;
    other.caption = false;
    rows = different_rows(whole, frame(other, 10), width);
    CHECK(count(rows, 0, time) > 250);
    CHECK(count(rows, time, 360) == 0);
    other = s;
    other.time = false;
    rows = different_rows(whole, frame(other, 10), width);
    CHECK(count(rows, 0, caption) == 0);
    CHECK(count(rows, time, 360) > 10);
    other = s;
    other.equation = true;
    const Pixels with_equation = frame(other, 10);
    rows = different_rows(whole, with_equation, width);
    CHECK(count(rows, 0, caption) == 0);
    CHECK(count(rows, time, 360) == 0);
    CHECK(count(rows, 300, time) > 15);
    // Its numbers are those at t.
    CHECK(count(different_rows(with_equation, frame(other, 4), width), 300, time) > 3);
    for (const char* theme : {"light", "projector"}) {
        other.theme = theme;
        CHECK(frame(other, 10) != with_equation);
    }
    other.theme = "dark", other.convention = "diffusion";
    CHECK(frame(other, 10) != with_equation);
}

TEST_CASE("lanes alone: a film of lane 1 is that of a scene with one pane; lane 2 is another; a view of its own is another") {
    FilmSettings s = small_film();
    FilmSource one_pane = small_source();
    one_pane.scene.view.panes = 1;
    const Pixels first = frame(s, 10, one_pane);
    s.panes = "1";
    CHECK((frame(s, 10) == first));
    s.panes = "2";
    const Pixels second = frame(s, 10);
    CHECK(second != first);
    CHECK((frame(s, 10, one_pane) == second));
    s.panes = "1,2";
    const Pixels both = frame(s, 10);
    s.panes = "all";
    CHECK((frame(s, 10) == both));
    s.camera = "1,0,2";
    CHECK(frame(s, 10) != both);
    s.panes = "3";
    CHECK_THROWS_AS(FilmPictures(s, 2), BadInput);
}

TEST_CASE("a transparent film laid over the theme's ground is the opaque one; nothing is where only the ground was") {
    for (const char* theme : {"dark", "light"}) {
        CAPTURE(theme);
        FilmSettings s = small_film();
        s.kind = "apng", s.theme = theme;
        const Pixels opaque = frame(s, 12);
        s.transparent = true;
        const Pixels clear = frame(s, 12);
        const render::Colour ground = canvas_style(theme == std::string("dark") ? panels::Theme::dark : panels::Theme::light).background;
        long far = 0, open = 0, solid = 0;
        for (std::size_t i = 0; i < clear.size(); i += 4) {
            const int alpha = clear[i + 3];
            open += alpha < 3, solid += alpha > 250;
            const std::uint8_t under[3] = {ground.r, ground.g, ground.b};
            for (std::size_t c = 0; c < 3; ++c) far += std::abs((clear[i + c] * alpha + under[c] * (255 - alpha)) / 255 - opaque[i + c]) > 4;
        }
        CHECK(far < 200);  // of 691,200
        CHECK(open > 20'000);
        CHECK(solid > 2'000);
        bool all_opaque = true;
        for (std::size_t i = 3; i < opaque.size(); i += 4) all_opaque = all_opaque && opaque[i] == 255;
        CHECK(all_opaque);
    }
}

TEST_CASE("a size of any shape, and text that grows with it") {
    FilmSettings s = small_film();
    s.size = "201x333", s.scale = 2;
    FilmPictures film(s, 2);
    CHECK(film.size() == PixelSize{402, 666});
    film.prepare(small_source());
    Pixels out;
    film.draw(3, out);
    CHECK(out.size() == std::size_t{402} * 666 * 4);
}

TEST_CASE("a film of training: particles follow the network, the line follows its steps, holds repeat the frame") {
    FilmSource source;
    source.scene = load_scene("moons");
    source.scene.models[0].network.hidden = {16, 16};
    source.scene.models[0].training = {.steps = 60, .batch = 64};
    for (Lane& lane : source.scene.lanes) lane.particles = 200, lane.steps = 10;
    source.engine = &nn::open_engine(nn::EngineChoice::fused);
    source.device = nn::Device::cpu;
    FilmSettings s = small_film();
    s.training = true;
    Pixels first, middle, last, held;
    {
        FilmPictures film(s, static_cast<int>(source.scene.lanes.size()));
        film.prepare(source);
        film.draw(0, first);
        film.draw(8, middle);
        film.draw(18, last);
        film.draw(19, held);
    }
    CHECK((last == held));
    auto rows = different_rows(first, last, 640);
    CHECK(count(rows, 0, 32) == 0);
    CHECK(count(rows, 32, 340) > 100);
    CHECK(count(rows, 340, 360) > 5);
    CHECK(middle != last);
    CHECK((frame(s, 18, source) == last));  // trained in one go
}
