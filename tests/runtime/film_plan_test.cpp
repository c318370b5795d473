// What a film is: its settings, and what each of its frames shows.
#include "app/runtime/media/film_plan.h"

#include <cmath>

#include "app/runtime/media/film_estimate.h"
#include "core/math/errors.h"
#include "tests/catch.h"
#include "tests/runtime/helpers.h"

using namespace pf;
using pf::testing::builtin;

namespace {

FilmSettings frames(int count, const std::string& motion = "forward") {
    FilmSettings s;
    s.fps = 10;
    s.seconds = count / 10.0;
    s.motion = motion;
    return s;
}

std::string refused(const FilmSettings& settings) {
    try {
        check_settings(settings);
    } catch (const BadInput& error) {
        return error.what();
    }
    return "";
}

}  // namespace

TEST_CASE("a film runs evenly from noise to data and then holds, as it always did") {
    const FilmPlan plan((FilmSettings()));
    REQUIRE(plan.frames() == 400);
    for (int k = 0; k < 400; ++k) CHECK(plan.at(k).t == std::min(1.0, k / 339.0));
    CHECK(FilmPlan(frames(1)).at(0).t == 0);
    FilmSettings odd;
    odd.fps = 25, odd.seconds = 1.5;
    CHECK(FilmPlan(odd).frames() == 38);
}

TEST_CASE("every motion, easing, hold and loop: t stays in its range, starts and ends where it should, never jumps back") {
    for (const FilmWord& easing : easings())
        for (const double hold : {0.0, 20.0, 45.0})
            for (const bool loop : {false, true})
                for (const int count : {2, 7, 50, 400}) {
                    CAPTURE(easing.id, hold, loop, count);
                    FilmSettings s = frames(count);
                    s.easing = easing.id, s.hold_start = s.hold_end = hold, s.loop = loop;
                    const FilmPlan forward(s);
                    s.motion = "backward";
                    const FilmPlan backward(s);
                    CHECK(forward.at(0).t == 0);
                    if (count >= 50) CHECK(forward.at(count - 1).t == 1);
                    double before = 0;
                    bool rises = true, mirrored = true;
                    for (int k = 0; k < count; ++k) {
                        const double t = forward.at(k).t;
                        rises = rises && t >= before && t <= 1;
                        mirrored = mirrored && backward.at(k).t == 1 - t;
                        before = t;
                    }
                    CHECK(rises);
                    CHECK(mirrored);
                    if (count == 400 && hold < 45) {
                        const int first = static_cast<int>(hold * 4), last = 399 - first - (loop ? 40 : 0);
                        CHECK((forward.at(first).t == 0 && forward.at(first + 1).t > 0 && forward.at(last - 1).t < 1 && forward.at(last).t == 1));
                    }
                    s.motion = "there_and_back";
                    const FilmPlan both(s);
                    double highest = 0;
                    bool symmetric = true;
                    for (int k = 0; k < count; ++k) {
                        const int other = loop ? count - k : count - 1 - k;
                        highest = std::max(highest, both.at(k).t);
                        symmetric = symmetric && both.at(k).t >= 0 && both.at(k).t <= 1 && (other == count || both.at(k).t == both.at(other).t) && both.at(k).dissolve == 0;
                    }
                    CHECK(symmetric);
                    CHECK(both.at(0).t == 0);
                    if (count >= 50) CHECK(highest > 0.9);
                }
}

TEST_CASE("a loop has no seam: there and back shows no frame twice, one way dissolves into its start in equal steps") {
    FilmSettings s = frames(40, "there_and_back");
    for (const bool loop : {false, true}) {  // backward is said of the frames at which t falls, or fell before it stood at 0
        s.loop = loop;
        const FilmPlan both(s);
        for (int k = 1; k < both.frames(); ++k) {
            const double before = both.at(k - 1).t, t = both.at(k).t;
            CAPTURE(loop, k, before, t);
            if (t < before) CHECK(both.at(k).backward);
            CHECK(both.at(k).turned == (loop || both.at(k).backward));
            if (t > before || t == 1) CHECK_FALSE(both.at(k).backward);
        }
    }
    s = frames(40, "there_and_back");
    CHECK(FilmPlan(frames(9, "backward")).at(0).backward);
    CHECK_FALSE(FilmPlan(frames(9, "forward")).at(8).backward);
    CHECK_FALSE(FilmPlan(frames(9, "backward")).at(4).turned);
    s.hold_start = s.hold_end = 0;
    CHECK(FilmPlan(s).at(39).t == 0);
    s.loop = true;
    const FilmPlan round(s);
    CHECK(round.at(20).t == 1);
    CHECK(round.at(39).t == Approx(round.at(1).t));  // and the next is frame 0
    CHECK(round.at(39).t > 0);

    s.motion = "forward";
    const FilmPlan one_way(s);
    for (int k = 0; k < 36; ++k) CHECK(one_way.at(k).dissolve == 0);
    for (int k = 36; k < 40; ++k) {
        CHECK(one_way.at(k).dissolve == Approx((k - 35) / 5.0));
        CHECK(one_way.at(k).t == 1);
    }
    CHECK(one_way.at(35).t == 1);
    CHECK(one_way.at(34).t < 1);
}

TEST_CASE("easings are what their names say") {
    const auto speed = [](const char* easing, double at) { return (eased(easing, at + 0.01) - eased(easing, at - 0.01)) / 0.02; };
    for (const FilmWord& word : easings()) {
        CHECK(eased(word.id, 0) == 0);
        CHECK(eased(word.id, 1) == 1);
    }
    CHECK(speed("linear", 0.1) == Approx(1));
    CHECK(speed("smooth", 0.02) < 0.2);
    CHECK(speed("smooth", 0.98) < 0.2);
    CHECK(speed("slow_start", 0.02) < 0.1);
    CHECK(speed("slow_start", 0.98) > 1.9);
    CHECK(speed("slow_end", 0.98) < 0.1);
}

TEST_CASE("a film of training: its share rises from 0 to 1 while t stands or sweeps") {
    FilmSettings s = frames(100);
    s.training = true;
    s.t = 0.7;
    const FilmPlan still(s);
    CHECK(still.at(0).training == 0);
    CHECK(still.at(42).training == Approx(0.5));
    CHECK(still.at(99).training == 1);
    for (int k = 0; k < 100; ++k) CHECK(still.at(k).t == 0.7);
    s.sweeps = 4;
    const FilmPlan sweeping(s);
    for (const int k : {0, 25, 50, 75}) CHECK(sweeping.at(k).t == Approx(0).margin(1e-12));
    for (const int k : {22, 47, 72, 99}) CHECK(sweeping.at(k).t == 1);
    CHECK(sweeping.at(10).t == Approx(0.4 / 0.85));
}

TEST_CASE("settings that cannot be are refused by the name of their option") {
    const auto with = [](auto&& change) {
        FilmSettings s;
        change(s);
        return refused(s);
    };
    CHECK(refused({}).empty());
    CHECK(with([](auto& s) { s.kind = "avi"; }) == "unknown kind of film 'avi' (known endings: .mp4, .webm, .gif, .apng, .png)");
    CHECK(with([](auto& s) { s.size = "1920"; }) == "--size: expected WIDTHxHEIGHT from 64x64 to 8192x8192, got '1920'");
    CHECK(with([](auto& s) { s.size = "1920x1080x"; }).starts_with("--size"));
    CHECK(with([](auto& s) { s.size = "4096x2160", s.scale = 4; }) == "--scale: 4 times 4096x2160 is 16384x8640 pixels: at most 8192 a side");
    CHECK(with([](auto& s) { s.scale = 5; }) == "--scale: expected 1 to 4, got 5");
    CHECK(with([](auto& s) { s.fps = 0; }) == "--fps: expected 1 to 120, got 0");
    CHECK(with([](auto& s) { s.hold_end = 46; }) == "--hold-end: expected 0 to 45, got 46");
    CHECK(with([](auto& s) { s.seconds = std::nan(""); }).starts_with("--seconds"));
    CHECK(with([](auto& s) { s.motion = "sideways"; }) == "--motion: unknown word 'sideways' (known: forward, backward, there_and_back)");
    CHECK(with([](auto& s) { s.easing = "odd"; }) == "--easing: unknown word 'odd' (known: linear, smooth, slow_start, slow_end)");
    CHECK(with([](auto& s) { s.transparent = true; }) == "--transparent: only PNG and APNG hold a transparent ground");
    CHECK(with([](auto& s) { s.transparent = true, s.kind = "apng"; }).empty());
    CHECK(with([](auto& s) { s.chroma = "444", s.kind = "webm"; }) == "--chroma: only an MP4 has this choice");
    CHECK(with([](auto& s) { s.training = true, s.motion = "backward"; }) == "--motion: training runs forward only");
    CHECK(with([](auto& s) { s.sweeps = 2; }) == "--sweeps: only in a film of training");
    for (const char* camera : {"1,2", "1,2,3,4", "1,2,0", "1,2,3x", "nan,0,1", "1,2,3,4,5,6", "1,2,3,", "1,2,3,4,5,", ",,,"}) {
        CAPTURE(camera);
        CHECK(with([&](auto& s) { s.camera = camera; }).starts_with("--camera: expected"));
    }
    CHECK(with([](auto& s) { s.camera = "0.5,-1,2"; }).empty());
}

TEST_CASE("panes: all, or lanes that are there, in order") {
    FilmSettings s;
    CHECK(film_panes(s, 3) == std::vector{0, 1, 2});
    s.panes = "2";
    CHECK(film_panes(s, 3) == std::vector{1});
    s.panes = "1,3";
    CHECK(film_panes(s, 3) == std::vector{0, 2});
    for (const char* bad : {"", "4", "0", "2,1", "1,1", "1,", "1;2", "one", "12"}) {
        CAPTURE(bad);
        s.panes = bad;
        CHECK_THROWS_AS(film_panes(s, 3), BadInput);
    }
}

TEST_CASE("each option that is not as usual is one word for the command line; a view comes back from its words") {
    CHECK(film_arguments({}).empty());
    FilmSettings s;
    s.kind = "png", s.scale = 2, s.hold_end = 7.25, s.caption = false, s.equation = true, s.theme = "light";
    CHECK(film_arguments(s) == std::vector<std::string>{"--scale=2", "--hold-end=7.25", "--no-caption", "--equation", "--theme=light", "--sequence"});
    const FilmCamera view{0.1, -1.0 / 3, 7.5, -12, 40};
    s.camera = camera_text(view);
    CHECK(refused(s).empty());
    const FilmCamera back = film_camera(s);
    CHECK((back.x == view.x && back.y == view.y && back.zoom == view.zoom && back.turn == view.turn && back.tilt == view.tilt));
}

TEST_CASE("the estimate grows with length, pixels and what moves; its words are short") {
    const Scene scene;
    FilmSettings s;
    const FilmEstimate one = estimate_film(s, scene);
    CHECK(one.frames == 400);
    Scene noisy = scene;
    noisy.lanes[0].sigma.id = "constant";
    const double of_noise = estimate_film(s, noisy).bytes;
    s.seconds = 16;
    CHECK(estimate_film(s, noisy).bytes == Approx(2 * of_noise).epsilon(0.05));
    // Gliding half as fast is easier to foresee: 100 and 400 frames of 'guidance' became 1.18 and 2.48 MB.
    CHECK(estimate_film(s, scene).bytes > 1.4 * one.bytes);
    CHECK(estimate_film(s, scene).bytes < 1.9 * one.bytes);
    s.seconds = 8, s.scale = 2;
    CHECK(estimate_film(s, scene).bytes > 1.5 * one.bytes);
    s.scale = 1;
    Scene many = scene;
    for (Lane& lane : many.lanes) lane.particles = 20000;
    CHECK(estimate_film(s, many).bytes > 1.5 * one.bytes);
    CHECK(bytes_text(340e3) == "340 kB");
    // Films of 100 frames, 960×540, as they became. Particles that glide take a fraction of those with noise.
    s = {};
    s.size = "960x540", s.fps = 25, s.seconds = 4;
    struct Film {
        const char* scene;
        double bytes;
    };
    for (const Film& film : {Film{"blow_up", 3133691}, {"broken_wrong_noise", 5081261}, {"checkerboard", 2958585}, {"ddpm_ddim", 4336881}, {"eight_gaussians", 2735636}, {"few_steps", 1243968}, {"fokker_planck_particles", 2966904},
                             {"four_predictions", 1986102}, {"guidance", 1182697}, {"langevin", 3757229}, {"loss_floor", 1834561}, {"moons", 1624325}, {"optimal_transport", 1647872}, {"own_letters", 1775704},
                             {"paths_over_time", 235911}, {"ring_of_11", 1373477}, {"same_marginals", 1719902}, {"schedules", 1225019}, {"there_and_back", 5413893}, {"ve_vp", 2754766}}) {
        const double guess = estimate_film(s, builtin(film.scene)).bytes;
        CAPTURE(film.scene, guess);
        CHECK(guess > film.bytes / 2);
        CHECK(guess < 2 * film.bytes);
    }
    CHECK(bytes_text(12.34e6) == "12.3 MB");
    CHECK(duration_text(0.2) == "1 s");
    CHECK(duration_text(200) == "3 min");
}
