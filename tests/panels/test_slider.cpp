// A slider's handle and digits.
#include <algorithm>
#include <string>

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
