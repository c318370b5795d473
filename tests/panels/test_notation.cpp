#include "app/panels/notation.h"
#include "app/panels/plot.h"
#include "app/panels/widgets.h"
#include "tests/catch.h"
#include "tests/panels/driver.h"
#include "tests/panels/glyphs.h"

using namespace pf;
using namespace pf::panels;

namespace {

std::string literature(std::string_view text) { return in_convention(Convention::diffusion, text); }

struct Written {
    explicit Written(Convention convention) { write_in(convention); }
    ~Written() { write_in(Convention::flow); }
};

// A scene with what has letters: an SDE, guidance, a network, the space–time axes.
Scene lettered() {
    Scene scene = two_lanes();
    scene.models[0].field = "network";
    return scene;
}

void open_everything(Driver& d) {
    for (const char* window : {"controls", "numbers"})
        for (const auto& path : {std::vector<std::string>{"Path", "path", "more"}, {"Model", "model", "more"}, {"Sampling", "sampling", "more"}, {"Equation", "equation", "more"}, {"View"}, {"View", "view", "more"}}) {
            const ImVec2 at = d.find(window, path, {0.5f});
            if (at.x >= 0) d.click(at);
        }
    d.rest();
}

}  // namespace

TEST_CASE("texts are rewritten in the literature's letters and time") {
    const std::pair<const char*, const char*> pairs[] = {
        {"Xₜ = αₜ z + βₜ ε", "X_τ = α_τ z + σ_τ ε"},
        {"α_t = 0.100 β_t σ_t g_t p_t", "α_τ = 0.100 σ_τ g_τ g_fwd p_τ"},
        {"t = 0.620", "τ = 0.380"},
        {"near t = 1 and t = 0", "near τ = 0 and τ = 1"},
        {"up to t = 0.99.", "up to τ = 0.01."},
        {"at t = ½", "at τ = ½"},
        {"t from 0 to 0.25", "τ from 1 to 0.75"},
        {"from noise to data, t = 0 to 1", "from noise to data, τ = 1 to 0"},
        {"at t = 1e-05: no", "at τ = 0.99999: no"},
        {"at 1 − t, over t", "at τ, over τ"},
        {"its fields at 1 − t: noise", "its fields at 1 − τ: noise"},
        {"Fields taken at 1 − t: the drift", "Fields taken at 1 − τ: the drift"},
        {"finite for t from 0 to 0.999 only", "finite for τ from 1 to 0.001 only"},
        {"α = t, β = √(1−t)", "α = 1 − τ, σ = √τ"},
        {"equal in √t", "equal in √(1−τ)"},
        {"lane 1 · SDE σ = `2*t`", "lane 1 · SDE g = 2*t"},
        {"σ = 2 and ½σ²s", "g = 2 and ½g²s"},
        {"σ_max, σ_min and σ₁ of the data", "σ_max, σ_min and σ₁ of the data"},
        {"N(0, β₀² I) and p₁", "N(0, σ₁² I) and p₀"},
        {"2 log(α/β)", "2 log(α/σ)"},
        {"t_min … t_max, t*", "τ_max … τ_min, τ*"},
        {"reverse SDE gₜ, weight g²", "reverse SDE g_fwd, weight g_fwd²"},
        {"linear b(τ), b_max", "linear β(τ), β_max"},
        {"Heun with σ = β/α as the clock", "Heun with σ/α as the clock"},
        {"dX = (u + ½σ²s) dt + σ dW: rough", "dX = −(u + ½g²s) dτ + g dW: rough"},
        {"log(t/(1−t)) is Gaussian", "log((1−τ)/τ) is Gaussian"},
        {"typed in `t, alpha (αₜ)`, at time t", "typed in t, alpha (αₜ), at time τ"},
        {"10 points, the data, don't start at it", "10 points, the data, don't start at it"},
        {"x₁ over t, (0.50, −1.00), step 3 of 5", "x₁ over τ, (0.50, −1.00), step 3 of 5"},
        {"α̇ₜ = 1", "α̇_τ = 1"},
        {"trails over Δt = 0.1, drift (u + ½σ²s) Δt", "trails over |Δτ| = 0.1, drift (u + ½g²s) |Δτ|"},
        {"noise only in the middle: sin(πt)", "noise only in the middle: sin(πτ)"},
    };
    for (const auto& [project, expected] : pairs) {
        CHECK(literature(project) == expected);
        std::string same(project);
        std::erase(same, '`');
        CHECK(in_convention(Convention::flow, project) == same);
    }
    CHECK(literature("").empty());
    CHECK(literature("`") == "");
    CHECK(literature("\xce").size() == 1);  // half a letter is passed on
}

TEST_CASE("time is written in the convention of the frame") {
    write_in(Convention::flow);
    CHECK(time_label(0.62) == "t = 0.620");
    const Written written(Convention::diffusion);
    CHECK(time_label(0.62) == "τ = 0.380");
    CHECK(time_label(1, 0) == "τ = 0");
    CHECK(shown_time(0.25) == 0.75);
    CHECK(time_letter() == "τ");
    CHECK(plain(shown("αₜ")) == "α_τ");
    CHECK(shown("αₜ") == "α\xE2\x82\x9D");  // one letter, which the fonts have
}

TEST_CASE("no built-in text keeps a letter of the other convention") {
    const auto clean = [](std::string_view text) {
        const std::string out = literature(text);
        CAPTURE(text, out);
        for (const char* left : {"β", "ₜ", "_t", " t ", "t =", "gₜ"}) {
            // β is VP's rate in the literature.
            if (std::string_view(left) == "β" && out.find("β(τ)") != std::string::npos) continue;
            CHECK(out.find(left) == std::string::npos);
        }
    };
    for (const LayerLabel& layer : layer_labels) clean(layer.label), clean(layer.meaning);
    for (const Shortcut& shortcut : shortcuts())
        if (shortcut.keys != "N") clean(shortcut.meaning);
}

TEST_CASE("a key and a button switch the convention, and everything on screen is relabelled") {
    Driver d(lettered(), {1600, 3000});
    open_everything(d);
    d.ui.playback.t = 0.62;
    d.frame();
    const std::string before = seen_text(seen_glyphs());
    CHECK(before.find("t = 0.620") != std::string::npos);
    CHECK(before.find("βₜ") != std::string::npos);
    CHECK(d.press('N'));
    CHECK(d.ui.convention == Convention::diffusion);
    d.frame();
    d.frame();
    const std::string after = seen_text(seen_glyphs());
    INFO(after);
    CHECK(after.find("τ = 0.380") != std::string::npos);
    CHECK(after.find("t = 0.620") == std::string::npos);
    CHECK(after.find("β") == std::string::npos);
    CHECK(after.find("ₜ") == std::string::npos);
    CHECK(d.session.undo_label().empty());  // no part of the scene
    for (auto at = after.find(" over t"); at != std::string::npos; at = after.find(" over t", at + 1)) CHECK(after.substr(at, 14) == " over training");
    CHECK(after.find("per t") == std::string::npos);
    CHECK(after.find("τ min") == std::string::npos);
    CHECK(after.find("τₘₐₓ") != std::string::npos);
    CHECK(after.find("_max") == std::string::npos);
    // The ends of the time bar are labelled with both.
    CHECK(after.find("τ = 1, t = 0") != std::string::npos);
    d.click(d.find("top", {"###notation"}, {0.7f, 0.72f, 0.74f, 0.76f, 0.78f, 0.8f, 0.82f, 0.84f, 0.86f, 0.88f}));
    CHECK(d.ui.convention == Convention::flow);
}

TEST_CASE("in a narrow window notation, theme and presenting are behind a button") {
    Scene scene = two_lanes();
    scene.title = "A title that takes its room, and more";
    Driver d(scene, {1280, 720});
    d.ui.scale = 2;
    apply_theme(d.ui);
    std::vector<float> columns;
    for (float x = 0.6f; x < 0.98f; x += 0.02f) columns.push_back(x);
    const auto pick = [&](const char* entry) {
        CAPTURE(entry);
        d.frame();
        const ImVec2 button = d.find("top", {"rest", "##icon"}, columns);
        REQUIRE(button.x > 0);
        d.click(button);
        for (int i = 0; i < 3; ++i) d.frame();
        const auto popup = std::find_if(GImGui->Windows.begin(), GImGui->Windows.end(), [](const ImGuiWindow* w) { return w->Active && (w->Flags & ImGuiWindowFlags_Popup); });
        REQUIRE(popup != GImGui->Windows.end());
        const ImVec2 at = d.find((*popup)->Name, {entry}, {0.3f});
        REQUIRE(at.x > 0);
        d.click(at);
        for (int i = 0; i < 3; ++i) d.frame();
    };
    pick("###notation");
    CHECK(d.ui.convention == Convention::diffusion);
    pick("###theme");
    CHECK(d.ui.theme == Theme::light);
    pick("Present");
    CHECK(d.ui.presenting);
    d.ui.presenting = false;
    d.ui.scale = 1;
    apply_theme(d.ui);
    d.frame();
    CHECK(d.find("top", {"rest", "##icon"}, columns).x < 0);
}

TEST_CASE("what leaves a box per t enters it per τ: the sign is said") {
    Scene scene = two_lanes();
    scene.view.density = "histogram";
    scene.view.box = Box{-1, 1, -1, 1};
    Driver d(scene);
    const Results results = some_results(scene);
    auto flow = std::make_shared<BoxFlow>();
    flow->t = {0, 1}, flow->mass = {0.25, 0.5}, flow->outflow = {-0.25, -0.25};
    LayerResults layers;
    layers.box_flows[0] = flow;
    const HeatMapLegend none;
    for (const Convention convention : {Convention::flow, Convention::diffusion}) {
        d.ui.convention = convention;
        d.frame();
        ImGui::NewFrame();
        draw_pane_overlay({d.session.scene(), d.ui, results, none, &layers}, d.last_layout.panes[0], 0);
        ImGui::Render();
        std::string words = seen_text(seen_glyphs());
        std::erase(words, ' ');
        INFO(words);
        CHECK(words.find(convention == Convention::flow ? "outflow−0.250pert\n" : "outflow−0.250per−τ\n") != std::string::npos);
    }
}

TEST_CASE("small print tells times in the literature's clock too") {
    Driver d(two_lanes());
    const auto says = [&](Convention convention) {
        d.ui.convention = convention;
        d.frame();
        ImGui::NewFrame();
        write_in(convention);
        ImGui::SetNextWindowPos({0, 0});
        ImGui::SetNextWindowSize({700, 200});
        ImGui::Begin("small print");
        muted("the same particle is 1.09 apart at t = 0.82", d.ui.theme);
        ImGui::End();
        ImGui::Render();
        write_in(Convention::flow);
        return seen_text(seen_glyphs());
    };
    CHECK(says(Convention::flow).find("t = 0.82") != std::string::npos);
    CHECK(says(Convention::diffusion).find("τ = 0.18") != std::string::npos);
}

TEST_CASE("what runs is t from the noise or the source, or the time of Langevin dynamics") {
    Scene scene = two_lanes();
    CHECK(clock_of(scene).start == "noise");
    CHECK(clock_label(clock_of(scene), 0.5, 2) == "t = 0.50");
    scene.source = scene.data;
    CHECK(clock_of(scene).start == "source");
    scene.source.reset();
    scene = with_process(scene, 1, "langevin");
    CHECK_FALSE(clock_of(scene).duration);  // beside a lane that runs in t
    scene = with_process(scene, 0, "langevin");
    for (Lane& lane : scene.lanes) lane.duration = 6;
    REQUIRE(clock_of(scene).duration);
    CHECK(clock_label(clock_of(scene), 0.25, 2) == "r = 1.50");
    scene.lanes[1].duration = 3;  // not equally long: the share of either
    CHECK(clock_label(clock_of(scene), 0.25, 2) == "r/R = 0.25");
    CHECK(clock_of(scene).duration == 1);
    scene.lanes[1] = two_lanes().lanes[1];
    CHECK(clock_label(clock_of(scene), 0.25, 2) == "t = 0.25");
}

TEST_CASE("a slider of a time shows τ and sets t") {
    Scene scene = two_lanes();
    scene = with_process(scene, 1, "langevin");
    Driver d(scene, {1600, 3000});
    d.ui.selected_lane = 1;
    d.ui.convention = Convention::diffusion;
    d.frame();
    d.click(d.find("controls", {"Sampling", "sampling", "more"}, {0.5f}));
    const ImVec2 slider = d.find("controls", {"Sampling", "held at", "##slider"});
    REQUIRE(slider.x >= 0);
    CHECK(d.session.scene().lanes[1].frozen_t == 0.9);
    const std::string text = seen_text(seen_glyphs());
    INFO(text);
    CHECK(text.find("0.1") != std::string::npos);
    d.drag(slider, {slider.x + 400, slider.y});  // to its right end: τ = 1
    CHECK(d.session.scene().lanes[1].frozen_t == 0);
    CHECK(d.session.undo_label() == "Langevin dynamics of lane 2");
    d.ui.convention = Convention::flow;
    const Scene before = d.session.scene();
    d.frame();
    d.move(slider);
    CHECK(d.session.scene() == before);  // looking at it changes nothing
}

TEST_CASE("the widgets tell which control is touched") {
    Driver d(two_lanes());
    d.ui.selected_lane = 1;
    d.frame();
    CHECK(d.ui.touched.empty());
    const ImVec2 slider = d.find("controls", {"Sampling", "max", "##slider"});
    REQUIRE(slider.x >= 0);
    d.move(slider);
    CHECK(d.ui.touched == "Sampling/max");
    const ImVec2 list = d.find("controls", {"Path", "##schedule"});
    REQUIRE(list.x >= 0);
    d.move(list);
    CHECK(d.ui.touched == "Path/schedule");
    d.click(list);  // its list is open, wherever the mouse goes
    d.rest();
    CHECK(d.ui.touched == "Path/schedule");
    d.click({800, 400});
    d.move({800, d.last_layout.time_bar.y + 40});
    CHECK(d.ui.touched == "Time/t");
    d.rest();
    CHECK(d.ui.touched.empty());
}
