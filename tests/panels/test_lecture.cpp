// A lecture while it is given: steps, edits that stay, transitions, words, clock and keys.
#include "app/runtime/scene_file.h"
#include "tests/catch.h"
#include "tests/panels/glyphs.h"
#include "tests/panels/walk.h"

using namespace pf;
using namespace pf::panels;

namespace {

// Three stops of the small scene; the last is reached by a transition of σ from 1 to 3 and of t.
std::shared_ptr<const Lecture> talk() {
    Lecture lecture;
    lecture.title = "Talk";
    for (const char* title : {"first", "second", "third"}) {
        Stop stop;
        stop.scene = completed(two_lanes());
        stop.scene.title = title;
        stop.scene.sentence = fmt::format("caption of the {}", title);
        stop.watch = fmt::format("watch the {}", title);
        stop.notes = fmt::format("notes on the {}", title);
        lecture.stops.push_back(stop);
    }
    lecture.stops[1].t = 0.25;
    lecture.stops[1].playing = false;
    lecture.stops[2].scene.lanes[1].sigma.values["max"] = 3;
    lecture.stops[2].transition = 4;
    lecture.stops[2].t = 0.75;
    lecture.stops[2].reversed = true;
    lecture.stops[2].speed = 2;
    return std::make_shared<const Lecture>(lecture);
}

std::string squeezed(std::string text) {
    std::erase_if(text, [](char c) { return c == ' ' || c == '\n'; });
    return text;
}

struct Given : Driver {
    explicit Given(ImVec2 size = {1600, 900}) : Driver(talk()->stops[0].scene, size) {
        ui.lecture = begin_lecture(talk());
        ui.reduced_motion = false;
        frame();
    }
    std::string title() const { return session.scene().title; }
    double sigma() const { return session.scene().lanes[1].sigma.values.at("max"); }
    void at(double seconds) {
        now = seconds;
        frame();
    }
    // What is on screen, without the gaps, which depend on sizes.
    std::string read() {
        frame();
        return squeezed(seen_text(seen_glyphs()));
    }
};

}  // namespace

TEST_CASE("a lecture whose stops were changed is unsaved, wherever one stands in it, until it is saved or they are as they were") {
    Given d;
    const auto changed = [&] { return lecture_changed(d.session, d.ui); };
    CHECK_FALSE(changed());
    d.press('C');
    CHECK(changed());
    d.press('C');
    CHECK_FALSE(changed());
    d.press('C');
    d.press(key::page_down);
    d.at(d.now + 5);
    CHECK(d.title() == "second");
    CHECK(changed());  // the first one is kept so
    lecture_saved(d.session, d.ui);
    CHECK_FALSE(changed());
    d.press('C');
    CHECK(changed());
    d.press('R', key::control);
    CHECK_FALSE(changed());
    d.press(key::page_up);
    d.at(d.now + 5);
    d.press('R', key::control);  // as in the lecture's file, but no longer as it was saved
    CHECK(changed());
}

TEST_CASE("PageDown and PageUp step through the stops, from each one's own time, and stay at the ends") {
    Given d;
    CHECK(d.title() == "first");
    CHECK(d.ui.playback.playing);
    d.press(key::page_up);
    CHECK(d.title() == "first");
    CHECK(d.session.undo_label().empty());
    d.ui.zoom = 3;
    d.session.set_file("/tmp/mine.json");
    d.press(key::page_down);
    d.frame();
    CHECK(d.title() == "second");
    CHECK(d.ui.playback.t == 0.25);
    CHECK_FALSE(d.ui.playback.playing);
    CHECK(d.ui.zoom == 1);
    CHECK(d.session.file().empty());
    d.press(key::page_down);
    d.at(d.now + 5);
    CHECK(d.title() == "third");
    CHECK(d.ui.playback.t == 0.75);
    CHECK((d.ui.playback.playing && d.ui.playback.reversed && d.ui.playback.speed == 2));
    d.press(key::page_down);
    d.frame();
    CHECK(d.title() == "third");
    for (const char* title : {"second", "first"}) {
        d.press(key::page_up);
        d.frame();
        CHECK(d.title() == title);
    }
    CHECK_FALSE(d.ui.playback.reversed);
    // Each step is undone by itself, and the words follow.
    d.session.undo();
    d.frame();
    CHECK(d.title() == "second");
    CHECK(d.ui.lecture->stop == 1);
    d.press(key::page_down);
    CHECK(d.title() == "third");
}

TEST_CASE("what was changed at a stop stays when it is left, until it is reset, and that can be undone") {
    Given d;
    d.press('C');
    const Scene edited = d.session.scene();
    CHECK(has_layer(edited, "contours"));
    d.press(key::page_down);
    d.frame();
    CHECK_FALSE(has_layer(d.session.scene(), "contours"));
    d.press(key::page_up);
    d.frame();
    CHECK(d.session.scene() == edited);
    CHECK(lecture_as_given(d.session, d.ui).stops[0].scene == edited);
    d.press(key::page_down);
    d.frame();
    const Lecture given = lecture_as_given(d.session, d.ui);
    CHECK(given.stops[0].scene == edited);
    CHECK(given.stops[1] == talk()->stops[1]);
    d.press(key::page_up);
    d.frame();
    d.ui.playback.t = 0.9;
    d.press('R', key::control);
    d.frame();
    CHECK(d.session.scene() == talk()->stops[0].scene);
    CHECK(d.ui.playback.t == 0);
    CHECK(d.session.undo_label() == "reset to stop");
    d.press(key::page_down);
    d.frame();
    d.press(key::page_up);
    d.frame();
    CHECK(d.session.scene() == talk()->stops[0].scene);
    for (int i = 0; i < 3; ++i) d.session.undo();
    CHECK(d.session.scene() == edited);
}

TEST_CASE("a stop that was changed says that its caption is old, also when the lecturer comes back to it, and in the lecture as given") {
    Given d;
    d.press('S');
    CHECK(d.read().find("Changedsince.Itwas:captionofthefirst") != std::string::npos);
    d.press(key::page_down);
    CHECK(d.read().find("Changedsince") == std::string::npos);
    CHECK(lecture_as_given(d.session, d.ui).stops[0].scene.sentence == "Changed since. It was: caption of the first");
    CHECK(lecture_as_given(d.session, d.ui).stops[1] == talk()->stops[1]);
    d.press(key::page_up);
    CHECK(d.read().find("Changedsince.Itwas:captionofthefirst") != std::string::npos);
    d.press('R', key::control);
    CHECK(d.read().find("Changedsince") == std::string::npos);
}

TEST_CASE("a slider held while the lecturer steps on is let go, and changes nothing") {
    Given d;
    Scene held = d.session.scene();
    held.lanes[1].sigma.values["max"] = 2;
    d.session.preview(held);
    d.press(key::page_down);
    d.press(key::page_up);
    CHECK(d.session.scene() == talk()->stops[0].scene);
}

TEST_CASE("another scene in between is left behind: PageUp returns to the stop, PageDown goes on") {
    for (const bool back : {true, false}) {
        Given d;
        d.press(key::page_down);
        d.frame();
        d.session.load(load_scene("same_marginals"), "open");
        d.frame();
        CHECK(shown_stop(d.ui, d.session.scene()) == nullptr);
        CHECK(d.read().find(squeezed("another scene is on screen")) != std::string::npos);
        d.press('R', key::control);
        CHECK(d.title() == load_scene("same_marginals").title);
        d.press(back ? key::page_up : key::page_down);
        d.frame();
        CHECK_FALSE(in_transition(d.ui));  // which leads from the stop before only
        CHECK(d.title() == (back ? "second" : "third"));
    }
}

TEST_CASE("a transition moves σ and t from stop to stop in its time, is one step to undo, and ends exactly") {
    Given d;
    d.press(key::page_down);
    d.frame();
    const double began = d.now;
    d.press(key::page_down);
    d.frame();
    CHECK(d.title() == "third");
    CHECK(in_transition(d.ui));
    double before = 1;
    for (const double seconds : {0.5, 1.0, 2.0, 3.0, 3.9}) {
        d.at(began + seconds);
        CHECK(d.sigma() > before);
        CHECK(d.ui.playback.t == Approx(0.25 + 0.5 * (d.sigma() - 1) / 2));
        before = d.sigma();
        if (seconds == 2.0) CHECK(d.sigma() == Approx(2));
    }
    CHECK(before < 3);
    d.at(began + 4);
    CHECK_FALSE(in_transition(d.ui));
    CHECK(d.session.scene() == talk()->stops[2].scene);
    CHECK(d.ui.playback.t == 0.75);
    CHECK(d.ui.playback.playing);
    CHECK(lecture_as_given(d.session, d.ui) == *talk());
    d.session.undo();
    CHECK(d.title() == "second");
    // Back, and with reduced motion, it is a cut.
    d.press(key::page_down);
    d.press(key::page_up);
    d.frame();
    CHECK_FALSE(in_transition(d.ui));
    CHECK(d.session.scene() == talk()->stops[1].scene);
    d.ui.reduced_motion = true;
    d.press(key::page_down);
    d.frame();
    CHECK(d.session.scene() == talk()->stops[2].scene);
    CHECK_FALSE(in_transition(d.ui));
    CHECK_FALSE(d.ui.playback.playing);
}

TEST_CASE("whoever touches anything on the way has the stop at once, with nothing lost") {
    const std::function<void(Given&)> touches[] = {
        [](Given& d) { d.press(key::space); },
        [](Given& d) { d.press(key::end); },
        [](Given& d) { d.press(key::page_up), d.press(key::page_down), d.press(key::space); },
        [](Given& d) { d.press('C'); },
        [](Given& d) { d.session.undo(), d.session.redo(); },
        [](Given& d) { d.press_button({800, 300}, 1); },
    };
    for (const auto& touch : touches) {
        Given d;
        d.press(key::page_down);
        d.frame();
        d.press(key::page_down);
        d.at(d.now + 2);
        REQUIRE(in_transition(d.ui));
        touch(d);
        d.at(d.now + 0.1);
        d.at(d.now + 9);
        CHECK_FALSE(in_transition(d.ui));
        CHECK(d.title() == "third");
        CHECK(d.session.undo_label() == (has_layer(d.session.scene(), "contours") ? "contours on" : "stop 3: third"));
    }
}

TEST_CASE("works with a clicker alone: F5, on, back, black, Esc") {
    Given d;
    d.press(key::f5);
    CHECK(d.ui.presenting);
    d.press(key::page_down);
    CHECK(d.title() == "second");
    d.press('.');
    CHECK(d.ui.blanked);
    d.press(key::page_down);  // wakes the screen, and no more
    CHECK_FALSE(d.ui.blanked);
    CHECK(d.title() == "second");
    d.press(key::page_up);
    CHECK(d.title() == "first");
    d.press(key::escape);
    CHECK_FALSE(d.ui.presenting);
    CHECK(d.ui.lecture);
}

TEST_CASE("the lecturer reads place, what to watch, notes, what comes next and the clock; the audience only its words") {
    Given d;
    d.press(key::page_down);
    d.at(d.now + 65);
    std::string words = d.read();
    for (const char* expected : {"stop 2 of 3", "Watch: watch the second", "notes on the second", "Next: third. caption of the third", "1:05", "of 3:00", "14:05", "this stop 1:05 of 1:00"}) {
        CAPTURE(words, expected);
        CHECK(words.find(squeezed(expected)) != std::string::npos);
    }
    CHECK(words.find(",over") == std::string::npos);
    d.at(d.now + 120);
    CHECK(d.read().find("of3:00,over") != std::string::npos);
    d.press(key::f5);
    words = d.read();
    CAPTURE(words);
    CHECK(words.find(squeezed("caption of the second")) != std::string::npos);
    CHECK(words.find(squeezed("Watch: watch the second")) != std::string::npos);
    CHECK(words.find("2/3") != std::string::npos);
    CHECK(words.find(squeezed("notes on")) == std::string::npos);
    CHECK(words.find("Next:") == std::string::npos);
}

TEST_CASE("the panel's buttons do as their keys, and restart, save and close") {
    Given d;
    const auto click = [&](const char* label) {
        const ImVec2 at = d.find("numbers", {label}, {0.1f, 0.25f, 0.45f, 0.6f, 0.75f, 0.9f});
        REQUIRE(at.x >= 0);
        d.click(at);
        d.rest();
    };
    click("Next stop");
    CHECK(d.title() == "second");
    click("Back##stop");
    CHECK(d.title() == "first");
    d.press('C');
    d.frame();
    click("Reset##stop");
    CHECK(d.session.scene() == talk()->stops[0].scene);
    d.now += 500;
    click("Restart clock");
    CHECK(d.ui.lecture->began > 500);
    click("Audience window");
    click("Save lecture");
    CHECK(d.asked == std::vector<std::string>{"audience", "save-lecture"});
    click("Close lecture");
    CHECK_FALSE(d.ui.lecture);
    CHECK(d.title() == "first");
    d.press(key::page_down);
    CHECK(d.title() == builtin_scenes().front().scene.title);
}

TEST_CASE("with a window for the audience, black is there and not here") {
    Given d;
    d.ui.audience = Reach{};
    d.press('.');
    CHECK(d.ui.blanked);
    CHECK(d.read().find(squeezed("the audience sees black")) != std::string::npos);
    d.ui.audience.reset();
    CHECK(d.read().empty());
}

TEST_CASE("a lecture fits at every size and scale, presented or not") {
    for (const bool presenting : {false, true})
        for (const auto& [size, scale] : {std::pair{ImVec2{1280, 720}, 2.f}, {{640, 400}, 1.f}, {{2560, 1440}, 2.f}}) {
            Given d(size);
            d.ui.scale = scale;
            d.ui.presenting = presenting;
            apply_theme(d.ui);
            d.press(key::page_down);
            for (int i = 0; i < 4; ++i) d.frame();
            CAPTURE(size.x, scale, presenting);
            CHECK(d.title() == "second");
            for (const ImGuiWindow* w : GImGui->Windows)
                if (w->Active && !w->Hidden) CHECK(w->ScrollMax.x <= 1);
            CHECK(d.last_layout.canvas.height > 0.5f * size.y);
        }
}

TEST_CASE("the gallery opens a lecture at its first stop; undo leads back") {
    Driver d(load_scene("moons"));
    const Scene before = d.session.scene();
    d.press(key::f7);
    for (int i = 0; i < 4; ++i) d.frame();
    d.press(key::end);
    d.press(key::enter);
    d.frame();
    REQUIRE(d.ui.lecture);
    CHECK(d.ui.lecture->lecture->title == builtin_lectures().back().lecture.title);
    CHECK(d.session.scene() == builtin_lectures().back().lecture.stops[0].scene);
    d.press(key::page_down);
    d.frame();
    CHECK(d.session.scene() == builtin_lectures().back().lecture.stops[1].scene);
    d.session.undo();
    d.session.undo();
    CHECK(d.session.scene() == before);
    CHECK(gallery_matches("lectures").size() == builtin_lectures().size());
}

TEST_CASE("every word of the shipped lectures has its letters, in both notations") {
    Driver d;
    const auto unknown = [](const std::string& text) {
        std::string out;
        for (const char* at = text.c_str(); *at;) {
            unsigned code = 0;
            at += ImTextCharFromUtf8(&code, at, nullptr);
            if (code != '\n' && !body_font()->FindGlyphNoFallback(static_cast<ImWchar>(code))) out += fmt::format("U+{:04X} ", code);
        }
        return out;
    };
    for (const auto& builtin : builtin_lectures())
        for (const Stop& stop : builtin.lecture.stops)
            for (const std::string& text : {stop.scene.title, stop.scene.sentence, stop.watch, stop.notes})
                for (const Convention convention : {Convention::flow, Convention::diffusion}) {
                    CAPTURE(builtin.id, text);
                    const std::string words = in_convention(convention, text);
                    CHECK(unknown(words) == "");
                    if (convention == Convention::diffusion) CHECK(words.find("ₜ") == std::string::npos);
                }
}

TEST_CASE("at 200 % too, 1280 × 720, what to watch of the shipped lectures is read to its end") {
    Driver d(two_lanes(), {1280, 720});
    d.ui.presenting = true;
    d.ui.scale = 2;
    apply_theme(d.ui);
    for (const auto& builtin : builtin_lectures()) {
        d.ui.lecture = begin_lecture(std::make_shared<const Lecture>(builtin.lecture));
        for (const Stop& stop : builtin.lecture.stops) {
            CAPTURE(builtin.id, stop.scene.title);
            d.session.load(stop.scene, "stop");
            d.ui.lecture->began = 0;
            d.frame();
            std::vector<SeenGlyph> words = seen_glyphs();
            std::erase_if(words, [&](const SeenGlyph& glyph) { return glyph.max.y > d.last_layout.top.height; });
            CHECK(seen_text(words).find("…") == std::string::npos);
            CHECK(d.last_layout.canvas.height >= 0.45f * 720);
        }
    }
}

TEST_CASE("captions and what to watch of the shipped lectures fit at 1280 × 720, presented, in both notations") {
    Driver d(two_lanes(), {1280, 720});
    d.ui.presenting = true;
    for (const auto& builtin : builtin_lectures()) {
        d.ui.lecture = begin_lecture(std::make_shared<const Lecture>(builtin.lecture));
        for (const Stop& stop : builtin.lecture.stops)
            for (const Convention convention : {Convention::flow, Convention::diffusion}) {
                CAPTURE(builtin.id, stop.scene.title);
                d.ui.convention = convention;
                d.session.load(stop.scene, "stop");
                d.ui.lecture->began = 0;
                d.frame();
                std::vector<SeenGlyph> words = seen_glyphs();
                std::erase_if(words, [&](const SeenGlyph& glyph) { return glyph.max.y > d.last_layout.top.height; });
                CHECK(words.size() > stop.scene.sentence.size() / 2);
                CHECK(seen_text(words).find("…") == std::string::npos);
                // As films have them: two lines of caption, one of what to watch (app/presentation.cpp).
                ImFont* font = body_font();
                CHECK(font->CalcTextSizeA(font->FontSize, 1e6f, 1280 - 36, in_convention(convention, stop.scene.sentence).c_str()).y < 2.5f * font->FontSize);
                CHECK(font->CalcTextSizeA(font->FontSize, 1e6f, 0, ("Watch: " + in_convention(convention, stop.watch)).c_str()).x < 1280 - 36);
            }
    }
}
