// A slider's handle and digits, and buttons beside each other.
#include <algorithm>
#include <string>
#include <vector>

#include "app/panels/widgets.h"
#include "tests/catch.h"
#include "tests/panels/driver.h"
#include "tests/panels/glyphs.h"

using namespace pf;
using namespace pf::panels;

namespace {

constexpr Domain any{-10, 10};
constexpr Slider range{-10, 10};

struct SeenSlider {
    std::string digits;
    float digits_foot = 0, handle_top = 0, handle_left = 0, handle_right = 0;
    ImVec2 min, max;
    ImU32 ink = 0;
};

// A row of its own window, drawn once more.
SeenSlider drawn(double value, const Shade* shade = nullptr) {
    SeenSlider out;
    const auto row = [&] {
        ImGui::NewFrame();
        ImGui::SetNextWindowPos({0, 0});
        ImGui::SetNextWindowSize({600, 300});
        ImGui::Begin("one slider");
        if (shade) number_row({"value", "v", "a number", 0}, value, any, range, *shade);
        else number_row({"value", "v", "a number", 0}, value, any, range);
        out.min = ImGui::GetItemRectMin(), out.max = ImGui::GetItemRectMax();
        ImGui::End();
        ImGui::Render();
    };
    for (int i = 0; i < 2; ++i) row();
    for (const SeenGlyph& glyph : seen_glyphs())
        if (glyph.min.x > out.min.x && glyph.max.x < out.max.x && glyph.min.y >= out.min.y && glyph.max.y <= out.max.y)
            out.digits += utf8(glyph.code), out.digits_foot = std::max(out.digits_foot, glyph.max.y), out.ink = glyph.colour;
    const ImU32 accent = rgba(palette(applied_theme()).accent) & ~IM_COL32_A_MASK;
    out.handle_top = out.max.y, out.handle_left = out.max.x, out.handle_right = out.min.x;
    const ImDrawData& data = *ImGui::GetDrawData();
    for (int list = 0; list < data.CmdListsCount; ++list)
        for (const ImDrawVert& v : data.CmdLists[list]->VtxBuffer)
            if ((v.col & ~IM_COL32_A_MASK) == accent && (v.col & IM_COL32_A_MASK) >> IM_COL32_A_SHIFT > 100 && v.pos.x >= out.min.x && v.pos.x <= out.max.x && v.pos.y >= out.min.y && v.pos.y <= out.max.y)
                out.handle_top = std::min(out.handle_top, v.pos.y), out.handle_left = std::min(out.handle_left, v.pos.x), out.handle_right = std::max(out.handle_right, v.pos.x);
    return out;
}

}  // namespace

TEST_CASE("a slider's digits are written clear of its handle, in every theme and at every scale, wherever it stands") {
    Driver d;
    for (const Theme theme : {Theme::dark, Theme::light, Theme::projector})
        for (const float scale : {0.75f, 1.f, 2.f})
            for (const double value : {-10.0, -2.0, 0.0, 0.5, 10.0})
                for (const bool shaded : {false, true}) {
                    CAPTURE(static_cast<int>(theme), scale, value, shaded);
                    d.ui.theme = theme, d.ui.scale = scale;
                    apply_theme(d.ui);
                    const Shade shade{0.3, "stable"};
                    const SeenSlider seen = drawn(value, shaded ? &shade : nullptr);
                    CHECK(!seen.digits.empty());
                    CHECK(seen.ink == rgba(palette(theme).text));
                    CHECK(seen.handle_top >= seen.digits_foot);
                    CHECK(seen.handle_top <= seen.max.y - 2 * scale);  // and it can be seen
                    if (shaded) continue;
                    const double inset = 2 + static_cast<double>(ImGui::GetStyle().GrabMinSize) / 2, way = static_cast<double>(seen.max.x - seen.min.x) - 2 * inset;
                    CHECK((seen.handle_left + seen.handle_right) / 2 == Approx(static_cast<double>(seen.min.x) + inset + (value + 10) / 20 * way).margin(1));
                }
}

TEST_CASE("a slider shows a minus sign") {
    Driver d;
    CHECK(drawn(-2.5).digits == "−2.5");
    CHECK(drawn(2.5).digits == "2.5");
}

TEST_CASE("buttons beside each other stand in two rows where their words are too long for one, and none is cut while there is room for two") {
    Driver d;
    const std::vector<Item> items = {{"1", "lane one", "", ""}, {"2", "lane two", "", ""}, {"3", "lane three", "", ""}, {"4", "lane four", "", ""}};
    const auto rows_in = [&](float width) {
        for (int i = 0; i < 2; ++i) {
            ImGui::NewFrame();
            ImGui::SetNextWindowPos({0, 0});
            ImGui::SetNextWindowSize({width, 300});
            ImGui::Begin("buttons", nullptr, ImGuiWindowFlags_NoTitleBar);
            segmented("lanes", items, "1");
            ImGui::End();
            ImGui::Render();
        }
        const auto glyphs = seen_glyphs();
        std::string words = seen_text(glyphs);
        std::erase_if(words, [](char c) { return c == ' ' || c == '\n'; });
        CHECK(words == "laneonelanetwolanethreelanefour");
        float low = 1e9f, high = 0;
        for (const SeenGlyph& glyph : glyphs) low = std::min(low, glyph.max.y), high = std::max(high, glyph.max.y);
        return high - low > ImGui::GetFontSize() ? 2 : 1;
    };
    const float widest = ImGui::CalcTextSize("lane three").x;
    CHECK(rows_in(6 * widest) == 1);
    CHECK(rows_in(3 * widest) == 2);
}
