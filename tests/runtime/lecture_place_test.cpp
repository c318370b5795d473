// A lecture that is open: what its steps make of it, without a window.
#include "app/runtime/lecture_place.h"

#include "app/runtime/limits.h"
#include "app/runtime/session.h"
#include "tests/catch.h"
#include "tests/runtime/helpers.h"

using namespace pf;
using namespace pf::testing;

namespace {

Lecture three() {
    Lecture out;
    out.title = "talk";
    for (const char* title : {"a", "b", "c"}) {
        Stop& stop = out.stops.emplace_back();
        stop.scene = builtin("eight_gaussians");
        stop.scene.title = title;
        stop.notes = std::string("of ") + title;
    }
    return out;
}

std::string titles(const LecturePlace& place) {
    std::string out;
    for (const Stop& stop : place.lecture->stops) out += stop.scene.title;
    return out;
}

LecturePlace at(LecturePlace place, int stop) {
    place.stop = stop;
    return place;
}

Scene with_noise(Scene scene) {
    scene.lanes[0].sigma = {"beta", {{"max", 1.0}}};
    scene.lanes[0].solver = {"euler_maruyama", {}};
    return scene;
}

}  // namespace

TEST_CASE("stops come, go and change places with all that belongs to them, and the place before is as it was") {
    const LecturePlace first = opened(three());
    CHECK(first.there);
    CHECK_FALSE(is_changed(first, first.shown().scene));
    Stop stop;
    stop.scene = builtin("moons");
    stop.scene.title = "d";
    const LecturePlace added = with_stop(first, stop);
    CHECK(titles(added) == "adbc");
    CHECK(added.stop == 1);
    CHECK(added.preset() == stop.scene);
    CHECK(titles(moved(added, 1)) == "abdc");
    CHECK(moved(added, 1).stop == 2);
    CHECK(moved(added, 1).preset() == stop.scene);
    CHECK(moved(moved(added, 1), 1).shown().scene.title == "d");
    CHECK(moved(at(added, 3), 1) == at(added, 3));
    CHECK(moved(at(added, 0), -1) == at(added, 0));
    const LecturePlace removed = without_stop(at(added, 3));
    CHECK(titles(removed) == "adb");
    CHECK(removed.stop == 2);
    CHECK_FALSE(removed.there);
    CHECK(titles(first) == "abc");
    LecturePlace last = unsaved(three());
    for (int i = 0; i < 2; ++i) last = without_stop(last), last.there = true;
    CHECK_FALSE(may_remove(last));
    for (int i = 1; i < limits::stops.max; ++i) {
        REQUIRE(may_add(last));
        last = with_stop(last, stop);
    }
    CHECK_FALSE(may_add(last));
    CHECK(last.last() + 1 == limits::stops.max);
}

TEST_CASE("titles of stops differ, however they came to be the same, and can be read again") {
    const Lecture lecture = three();
    CHECK(unused_title(lecture, "z") == "z");
    CHECK(unused_title(lecture, "a") == "a 2");
    CHECK(unused_title(lecture, "a", 0) == "a");
    Lecture twice = lecture;
    twice.stops[1].scene.title = "a 2";
    CHECK(unused_title(twice, "a") == "a 3");
    std::string longest;
    while (longest.size() + 2 <= limits::title) longest += "α";
    twice.stops[2].scene.title = longest;
    const std::string numbered = unused_title(twice, longest);
    CHECK(numbered.size() <= limits::title);
    CHECK(numbered.ends_with("α 2"));
    // A reset brings back a title that another stop has by now.
    LecturePlace place = opened(lecture);
    Scene renamed = place.shown().scene;
    renamed.title = "first";
    place = at(taken_up(place, renamed), 1);
    Scene b = place.shown().scene;
    b.title = "a";
    place = at(taken_up(place, b), 0);
    const Lecture given = as_given(place, place.preset());
    const Lecture back = lecture_from_json(lecture_to_json(given), "talk");
    CHECK(back.stops[0].scene.title == "a 2");
    CHECK(back.stops[1].scene.title == "a");
}

TEST_CASE("a caption says that it is old where its stop was changed after it was written, and not before") {
    Session session(three().stops[0].scene, false);
    session.begin_at(opened(three()));
    const std::string caption = session.scene().sentence;
    session.commit("SDE", with_noise(session.scene()));
    CHECK(told_scene(session).sentence == "Changed since. It was: " + caption);
    CHECK(as_given(session.place(), session.committed()).stops[0].scene.sentence == told_scene(session).sentence);
    Scene words = session.scene();
    words.sentence = "With noise.";
    session.commit("words", words);
    CHECK(told_scene(session).sentence == "With noise.");
    CHECK(as_given(session.place(), session.committed()).stops[0].scene.sentence == "With noise.");
    Scene back = session.scene();
    back.lanes[0] = three().stops[0].scene.lanes[0];
    session.commit("ODE", back);
    CHECK(told_scene(session).sentence == "Changed since. It was: With noise.");
    CHECK(as_given(session.place(), session.committed()).stops[0].scene.sentence == "Changed since. It was: With noise.");
    session.undo();
    CHECK(told_scene(session).sentence == "With noise.");
    session.undo();
    session.undo();
    CHECK(told_scene(session).sentence == caption);
}

TEST_CASE("without a lecture too, a sentence of one's own is outdated by what is changed after it") {
    Session session(builtin("eight_gaussians"), false);
    Scene words = session.scene();
    words.sentence = "Without noise in lane 1.";
    session.commit("words", words);
    CHECK(told_scene(session).sentence == words.sentence);
    session.commit("SDE", with_noise(session.scene()));
    CHECK(told_scene(session).sentence == "Changed since. It was: " + words.sentence);
    session.undo();
    CHECK(told_scene(session).sentence == words.sentence);
}
