// Words of the window: where lines end, and what the rules of a scene say.
#include <algorithm>
#include <string>

#include "app/panels/spoken.h"
#include "app/panels/widgets.h"
#include "tests/catch.h"
#include "tests/panels/driver.h"
#include "tests/panels/glyphs.h"

using namespace pf;
using namespace pf::panels;

TEST_CASE("lines end at spaces alone, and none is wider than there is room") {
    Driver d;
    d.frame();
    ImFont* font = body_font();
    const auto wide = [&](const std::string& s) { return font->CalcTextSizeA(font->FontSize, 1e6f, 0, s.c_str()).x; };
    const std::string words = "Langevin dynamics live on noise, and σ is 0 at t = 0.6; choose constant noise, −0.9896 and 1,234.5 of few_steps.exact.json\nand a line of its own";
    for (float room = 200; room < 500; room += 7) {
        CAPTURE(room);
        const std::string lines = broken(words, font, room);
        std::string joined;
        for (std::size_t at = 0; at <= lines.size();) {
            const std::size_t end = std::min(lines.find('\n', at), lines.size());
            CHECK(wide(lines.substr(at, end - at)) <= room);
            joined += (joined.empty() ? "" : " ") + lines.substr(at, end - at);
            at = end + 1;
        }
        std::string expected = words;
        expected[expected.find('\n')] = ' ';
        expected.replace(expected.find(" = "), 3, "\u00A0=\u00A0");
        CHECK(joined == expected);
    }
    for (float room = 140; room < 400; room += 7) {
        const std::string lines = broken("each is affine in D = E[z | x], the mean of all data", font, room);
        CHECK(lines.find("z\u00A0|\u00A0x") != std::string::npos);
    }
    // What is wider than a line is cut, after a slash where there is one.
    const std::string path = broken("/home/somebody/scenes/of/a/lecture.json", font, 120);
    CHECK(path.find("/\n") != std::string::npos);
    std::string whole = path;
    std::erase(whole, '\n');
    CHECK(whole == "/home/somebody/scenes/of/a/lecture.json");
    CHECK(broken("", font, 100).empty());
    CHECK(broken("wide", font, 0.1f).find("w\ni") == 0);
}

TEST_CASE("what a scene refuses is said in the words of the window") {
    CHECK(spoken("scene: models[0].schedule.beta: no").starts_with("Path: no"));
    CHECK(spoken("scene: models[1].network.hidden: no") == "Model: no");
    CHECK(spoken("scene: lanes[1].steps: no") == "Lane 2: no");
    CHECK(spoken("scene: title: no") == "scene: title: no");
    CHECK(spoken("σ is 0 at t = 0.6; choose sigma 'constant'") == "σ is 0 at t = 0.6; choose constant noise σₜ");
    CHECK(spoken("'heun' follows an ODE; choose sigma zero or the solver 'stochastic_heun'").find('\'') == std::string::npos);

    // By hand: α and β stand still together.
    Scene scene = two_lanes();
    scene.models[0].schedule.id = "custom";
    Driver d(scene);
    scene.models[0].schedule.curves = {{"alpha", {{0, 0}, {0.4, 0.5}, {0.6, 0.5}, {1, 1}}}, {"beta", {{0, 1}, {0.3, 0.6}, {0.7, 0.6}, {1, 0}}}};
    d.session.commit("path", scene);
    for (const Notice& notice : d.session.take_notices()) d.notices.push_back(notice);
    REQUIRE(d.notices.size() == 1);
    for (const Convention convention : {Convention::flow, Convention::diffusion}) {
        d.ui.convention = convention;
        d.frame();
        const std::string words = seen_text(seen_glyphs());
        CHECK(words.find("Path:") != std::string::npos);
        CHECK(words.find("models[0]") == std::string::npos);
        CHECK(words.find(convention == Convention::flow ? "α/β" : "α/σ") != std::string::npos);
    }
}
