// A lecture while it is given: steps, edits that stay, transitions, words, clock and keys.
#include "app/runtime/scene_file.h"
#include "tests/catch.h"
#include "tests/panels/glyphs.h"
#include "tests/panels/walk.h"

using namespace pf;
using namespace pf::panels;

namespace {

// Three stops of the small scene; the last is reached by a transition of σ from 1 to 3 and of t.
Lecture talk() {
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
    return lecture;
}

std::string squeezed(std::string text) {
    std::erase_if(text, [](char c) { return c == ' ' || c == '\n'; });
    return text;
}

struct Given : Driver {
    explicit Given(ImVec2 size = {1600, 900}) : Driver(talk().stops[0].scene, size) {
        session.begin_at(opened(talk()));
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
    const auto changed = [&] { return is_changed(d.session.place(), d.session.committed()); };
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
    now_saved(d.session.place(), d.session.committed(), "talk.json");
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
    CHECK(d.ui.lecture->place.stop == 1);
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
    CHECK(as_given(d.session.place(), d.session.committed()).stops[0].scene == edited);
    d.press(key::page_down);
    d.frame();
    const Lecture given = as_given(d.session.place(), d.session.committed());
    CHECK(given.stops[0].scene == edited);
    CHECK(given.stops[1] == talk().stops[1]);
    d.press(key::page_up);
    d.frame();
    d.ui.playback.t = 0.9;
    d.press('R', key::control);
    d.frame();
    CHECK(d.session.scene() == talk().stops[0].scene);
    CHECK(d.ui.playback.t == 0);
    CHECK(d.session.undo_label() == "reset to stop");
    d.press(key::page_down);
    d.frame();
    d.press(key::page_up);
    d.frame();
    CHECK(d.session.scene() == talk().stops[0].scene);
    for (int i = 0; i < 3; ++i) d.session.undo();
    CHECK(d.session.scene() == edited);
}

TEST_CASE("a stop that was changed says that its caption is old, also when the lecturer comes back to it, and in the lecture as given") {
    Given d;
    d.press('S');
    CHECK(d.read().find("Changedsince.Itwas:captionofthefirst") != std::string::npos);
    d.press(key::page_down);
    CHECK(d.read().find("Changedsince") == std::string::npos);
    CHECK(as_given(d.session.place(), d.session.committed()).stops[0].scene.sentence == "Changed since. It was: caption of the first");
    CHECK(as_given(d.session.place(), d.session.committed()).stops[1] == talk().stops[1]);
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
    CHECK(d.session.scene() == talk().stops[0].scene);
}

TEST_CASE("another scene in between is left behind: PageUp returns to the stop, PageDown goes on") {
    for (const bool back : {true, false}) {
        Given d;
        d.press(key::page_down);
        d.frame();
        d.session.load(load_scene("same_marginals"), "open");
        d.frame();
        CHECK(shown_stop(d.session) == nullptr);
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
    CHECK(d.session.scene() == talk().stops[2].scene);
    CHECK(d.ui.playback.t == 0.75);
    CHECK(d.ui.playback.playing);
    CHECK(as_given(d.session.place(), d.session.committed()) == talk());
    d.session.undo();
    CHECK(d.title() == "second");
    // Back, and with reduced motion, it is a cut.
    d.press(key::page_down);
    d.press(key::page_up);
    d.frame();
    CHECK_FALSE(in_transition(d.ui));
    CHECK(d.session.scene() == talk().stops[1].scene);
    d.ui.reduced_motion = true;
    d.press(key::page_down);
    d.frame();
    CHECK(d.session.scene() == talk().stops[2].scene);
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
    CHECK(d.session.scene() == talk().stops[0].scene);
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
    CHECK(d.session.place().lecture->title == builtin_lectures().back().lecture.title);
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
        open_lecture(d.session, opened(builtin.lecture));
        for (const Stop& stop : builtin.lecture.stops) {
            CAPTURE(builtin.id, stop.scene.title);
            if (&stop != &builtin.lecture.stops.front()) d.press(key::page_down);
            d.now += 100;  // at the end of the transition
            d.frame();
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
        open_lecture(d.session, opened(builtin.lecture));
        for (const Stop& stop : builtin.lecture.stops) {
            if (&stop != &builtin.lecture.stops.front()) d.press(key::page_down);
            d.frame();
            d.now += 100;  // at the end of the transition
            d.frame();
            for (const Convention convention : {Convention::flow, Convention::diffusion}) {
                CAPTURE(builtin.id, stop.scene.title);
                d.ui.convention = convention;
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
}

namespace {

std::vector<std::string> titles(const Session& session) {
    std::vector<std::string> out;
    for (const Stop& stop : as_given(session.place(), session.committed()).stops) out.push_back(stop.scene.title);
    return out;
}
using Titles = std::vector<std::string>;
constexpr int f9 = 298;

}  // namespace

TEST_CASE("a lecture is made in the window: begun, added to, described, ordered and thinned out, each of it one step to undo") {
    Driver d;
    const Scene before = d.session.scene();
    const auto act = [&](auto&& what) {
        Context context = d.make_context();
        what(context);
        d.ui.words.open = false;
        for (int i = 0; i < 3; ++i) d.frame();
    };
    d.ui.playback.t = 0.4;
    act(new_lecture);
    CHECK(titles(d.session) == Titles{before.title});
    CHECK(d.session.scene() == before);
    CHECK(d.session.place().there);
    CHECK(d.ui.playback.t == 0.4);
    CHECK(is_changed(d.session.place(), d.session.committed()));  // no file has it
    // A change and "add": the first stop stays as it was, the second has the change, and begins where time stands.
    d.press('C');
    d.ui.playback.t = 0.7;
    act(add_stop);
    const Lecture two = as_given(d.session.place(), d.session.committed());
    CHECK(titles(d.session) == Titles{before.title, before.title + " 2"});
    CHECK(two.stops[0].scene == before);
    CHECK(has_layer(two.stops[1].scene, "contours"));
    CHECK(two.stops[0].t == 0.4);
    CHECK(two.stops[1].t == 0.7);
    CHECK(two.stops[1].minutes == 1);
    // What is changed at a stop after it was described stays there; what was changed before another was added does not.
    d.press(key::page_up);
    d.frame();
    CHECK(d.session.scene() == before);
    d.session.load(load_scene("moons"), "open");
    d.frame();
    act(add_stop);
    CHECK(titles(d.session) == Titles{before.title, load_scene("moons").title, before.title + " 2"});
    CHECK(as_given(d.session.place(), d.session.committed()).stops[1].train);
    act([](Context& c) { move_stop(c, -1); });
    CHECK(titles(d.session) == Titles{load_scene("moons").title, before.title, before.title + " 2"});
    CHECK(d.session.place().stop == 0);
    act([](Context& c) { move_stop(c, -1); });
    CHECK(titles(d.session).front() == load_scene("moons").title);
    act(remove_stop);
    CHECK(titles(d.session) == Titles{before.title, before.title + " 2"});
    CHECK(d.session.scene().title == load_scene("moons").title);
    CHECK(shown_stop(d.session) == nullptr);
    CHECK(d.session.undo_label() == "remove stop 1");
    d.session.undo();
    d.frame();
    CHECK(titles(d.session).size() == 3);
    CHECK(shown_stop(d.session)->scene.title == load_scene("moons").title);
    while (d.session.undo()) d.frame();
    CHECK_FALSE(d.session.place());
    CHECK_FALSE(d.ui.lecture);
    CHECK(d.session.scene() == before);
    while (d.session.redo()) d.frame();
    CHECK(titles(d.session) == Titles{before.title, before.title + " 2"});
}

TEST_CASE("words of a stop: title, caption, what to watch, notes; a title that another stop has is refused") {
    Given d;
    d.press(f9);
    for (int i = 0; i < 3; ++i) d.frame();
    REQUIRE(d.ui.words.open);
    d.type("second");
    d.tap(ImGuiKey_Enter);
    CHECK(d.ui.words.open);
    CHECK(d.title() == "first");
    CHECK(d.press(key::escape));
    for (int i = 0; i < 3; ++i) d.frame();
    d.press(f9);
    for (int i = 0; i < 3; ++i) d.frame();
    d.type("beginning");
    d.click(d.find("##words", {"Change"}));
    CHECK_FALSE(d.ui.words.open);
    CHECK(titles(d.session) == Titles{"beginning", "second", "third"});
    CHECK(d.session.undo_label() == "words of the stop");
    CHECK(is_changed(d.session.place(), d.session.committed()));
    // The rest of the stop is as it was.
    const Lecture given = as_given(d.session.place(), d.session.committed());
    CHECK(given.stops[0].watch == talk().stops[0].watch);
    CHECK(given.stops[0].notes == talk().stops[0].notes);
    CHECK(given.stops[0].scene.sentence == talk().stops[0].scene.sentence);
    CHECK(given.stops[2] == talk().stops[2]);
    d.session.undo();
    CHECK_FALSE(is_changed(d.session.place(), d.session.committed()));
    CHECK(d.title() == "first");
}

TEST_CASE("words that were written at a stop stay with it when another is made of what is changed then") {
    Driver d;
    const auto open = [&](void (*what)(Context&), const char* title) {
        Context context = d.make_context();
        what(context);
        for (int i = 0; i < 3; ++i) d.frame();
        REQUIRE(d.ui.words.open);
        d.type(title);
        d.tap(ImGuiKey_Enter);
        d.frame();
        REQUIRE_FALSE(d.ui.words.open);
    };
    open(new_lecture, "What we see");
    d.press('C');
    open(add_stop, "The same with contours");
    CHECK(titles(d.session) == Titles{"What we see", "The same with contours"});
    const Lecture lecture = as_given(d.session.place(), d.session.committed());
    CHECK_FALSE(has_layer(lecture.stops[0].scene, "contours"));
    CHECK(has_layer(lecture.stops[1].scene, "contours"));
}

TEST_CASE("a scene opened over a changed stop takes nothing from it") {
    Given d;
    d.press('C');
    d.session.load(load_scene("moons"), "open");
    d.frame();
    CHECK(is_changed(d.session.place(), d.session.committed()));
    CHECK(has_layer(as_given(d.session.place(), d.session.committed()).stops[0].scene, "contours"));
    d.press(key::page_up);
    d.frame();
    CHECK(has_layer(d.session.scene(), "contours"));
}
