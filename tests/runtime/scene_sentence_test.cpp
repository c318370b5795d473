// The sentence of a scene that goes on after it was written.
#include "app/runtime/limits.h"
#include "app/runtime/scene_sentence.h"
#include "app/runtime/share_line.h"
#include "tests/catch.h"
#include "tests/runtime/helpers.h"

using namespace pf;
using namespace pf::testing;

namespace {

Scene without_noise(Scene scene) {
    for (Lane& lane : scene.lanes) lane.sigma = {"zero", {}}, lane.solver = {"heun", {}};
    return scene;
}

}  // namespace

TEST_CASE("what leaves with a sentence that no longer fits says so, once, and so does what comes back") {
    const Scene preset = builtin("eight_gaussians"), now = without_noise(preset);
    CHECK(true_sentence(preset, preset) == preset.sentence);
    CHECK(truly_told(preset, preset) == preset);
    const Scene told = truly_told(now, preset);
    CHECK(told.sentence == std::string(outdated_mark) + preset.sentence);
    const Scene back = scene_from_line(share_line(told), "line");
    CHECK(true_sentence(back, written_for(back, back)) == told.sentence);
    // Written anew, it speaks of what is shown.
    Scene anew = now;
    anew.sentence = "Mine.";
    CHECK(truly_told(anew, preset).sentence == "Mine.");
    Scene again = back;
    again.data = builtin("moons").data;
    CHECK(truly_told(again, back).sentence == told.sentence);  // marked once
}

TEST_CASE("a built-in sentence belongs to its scene, whatever was opened since; others to what was opened") {
    const Scene moons = builtin("moons"), ring = builtin("eight_gaussians");
    CHECK(&written_for(moons, moons) != &moons);
    CHECK(written_for(moons, ring) == moons);                 // undone to the scene before
    CHECK(true_sentence(without_noise(ring), written_for(without_noise(ring), moons)).starts_with(outdated_mark));
    Scene own = ring;
    own.sentence = "Mine.";
    CHECK(&written_for(own, moons) == &moons);
    own.sentence = std::string(limits::sentence - 3, 'x');
    CHECK(truly_told(without_noise(own), own).sentence.empty());  // no room for the mark
    CHECK(truly_told(own, own).sentence == own.sentence);
}
