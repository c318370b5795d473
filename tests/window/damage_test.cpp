#include "app/window/damage.h"

#include <imgui_impl_opengl3.h>

#include <random>

#include "app/panels/compat.h"
#include "app/render/offscreen.h"
#include "app/render/screen.h"
#include "tests/catch.h"

namespace pf {
namespace {

constexpr int width = 512, height = 320;

// Dear ImGui with OpenGL, and one list of things drawn by hand.
class Hand {
public:
    Hand() : kept(width, height), whole(width, height) {
        ImGui::CreateContext();
        ImGui::GetIO().IniFilename = nullptr;
        ImGui::GetIO().DisplaySize = {width, height};
        ImGui_ImplOpenGL3_Init("#version 330 core");
        ImGui_ImplOpenGL3_NewFrame();
        ImGui::NewFrame();
        ImGui::EndFrame();
    }
    ~Hand() {
        list_.reset();
        ImGui_ImplOpenGL3_Shutdown();
        ImGui::DestroyContext();
    }

    ImDrawList& begin() {
        list_ = std::make_unique<ImDrawList>(ImGui::GetDrawListSharedData());
        list_->_ResetForNewFrame();
        list_->PushTextureID(ImGui::GetIO().Fonts->TexID);
        list_->PushClipRect({0, 0}, {width, height});
        return *list_;
    }
    ImDrawData& end() {
        data_ = {};
        panels::compat::one_list(data_, *list_, {width, height});
        return data_;
    }

    render::OffscreenContext context;
    render::Framebuffer kept, whole;  // drawn where it differs; drawn all over
    Damage damage;

private:
    std::unique_ptr<ImDrawList> list_;
    ImDrawData data_;
};

// As a window does: the ground of all, then the interface of each.
void draw_parts(ImDrawData& data, const std::vector<PixelRect>& parts) {
    render::set_size(width, height);
    for (const PixelRect& part : parts) render::fill({part.x0, height - part.y1, part.x1 - part.x0, part.y1 - part.y0}, {20, 24, 30, 255});
    for (const PixelRect& part : parts) with_clip(data, part, [&] { ImGui_ImplOpenGL3_RenderDrawData(&data); });
}

long pixels_of(const std::vector<PixelRect>& rects) {
    long sum = 0;
    for (const auto& r : rects) sum += static_cast<long>(r.x1 - r.x0) * (r.y1 - r.y0);
    return sum;
}

TEST_CASE("a picture kept and drawn anew where it differs is the picture drawn all over") {
    Hand hand;
    std::mt19937 random(7);
    const auto below = [&](int n) { return static_cast<float>(random() % static_cast<unsigned>(n)); };
    struct Thing {
        int kind;
        float x, y, w, h, clip;
        ImU32 colour;
    };
    const auto any = [&] {
        return Thing{static_cast<int>(below(6)), below(width), below(height), 2 + below(160), 2 + below(90), below(width), IM_COL32(below(256), below(256), below(256), 60 + below(196))};
    };
    std::vector<Thing> things;
    for (int i = 0; i < 12; ++i) things.push_back(any());
    std::vector<std::uint8_t> kept, whole, before;
    long drawn = 0, changed_frames = 0;
    for (int frame = 0; frame < 120; ++frame) {
        // Most frames one thing moves, comes, goes, changes its colour or place in the order, or is cut elsewhere; some frames nothing.
        const auto i = static_cast<std::size_t>(below(static_cast<int>(things.size())));
        // Some frames many things at once.
        if (frame % 16 == 14)
            for (std::size_t k = 0; k < things.size(); k += 2) things[k].colour ^= 0x00102030;
        switch (frame % 8) {
            case 0: things[i].x += 3; break;
            case 1: things[i].colour ^= 0x00204080; break;
            case 2: things.push_back(any()); break;
            case 3: things.erase(things.begin() + static_cast<std::ptrdiff_t>(i)); break;
            case 4: std::swap(things[i], things.back()); break;
            case 5: things[i].clip = below(width); break;
            case 6: things[i].h += 0.5f; break;
            default: break;
        }
        ImDrawList& list = hand.begin();
        for (const Thing& t : things) {
            // Not on whole pixels, which backends cut off in their own way.
            list.PushClipRect({0.3f, t.clip / 7 + 0.4f}, {t.clip + 100.6f, height - t.clip / 5 - 0.3f}, true);
            if (t.kind == 0) list.AddRectFilled({t.x, t.y}, {t.x + t.w, t.y + t.h}, t.colour, 6);
            else if (t.kind == 1) list.AddText({t.x, t.y}, t.colour, "learned 0.123 of 7");
            else if (t.kind == 2) list.AddCircleFilled({t.x, t.y}, t.h, t.colour);
            else if (t.kind == 3) list.AddLine({t.x, t.y}, {t.x + t.w, t.y - t.h}, t.colour, 1.5f);
            else if (t.kind == 4) list.AddRect({t.x, t.y}, {t.x + t.w, t.y + t.h}, t.colour);
            else list.AddTriangleFilled({t.x, t.y}, {t.x + t.w, t.y}, {t.x, t.y + t.h}, t.colour);
            list.PopClipRect();
        }
        ImDrawData& data = hand.end();
        const auto parts = hand.damage.of(data, {});
        CHECK(parts.size() <= Damage::most_rects);
        hand.kept.bind();
        draw_parts(data, parts);
        hand.kept.read(kept);
        hand.whole.bind();
        draw_parts(data, {{0, 0, width, height}});
        hand.whole.read(whole);
        REQUIRE((kept == whole));  // not CHECK(kept == whole): no megabytes in the log
        if (frame >= Damage::frames_of_another_size) drawn += pixels_of(parts), changed_frames += whole != before;
        if (frame > 0 && frame % 8 == 7) CHECK(parts.empty());
        before = whole;
    }
    CHECK(changed_frames > 40);
    CHECK(drawn < 119L * width * height / 3);  // it saves something
}

TEST_CASE("what must be drawn anyway is; everything after another size and when told") {
    Hand hand;
    const auto frame = [&]() -> ImDrawData& {
        hand.begin().AddText({40, 40}, IM_COL32_WHITE, "t = 0.5");
        return hand.end();
    };
    const std::vector<PixelRect> everything{{0, 0, width, height}};
    for (int i = 0; i < Damage::frames_of_another_size; ++i) CHECK(hand.damage.of(frame(), {}) == everything);
    CHECK(hand.damage.of(frame(), {}).empty());
    // Whole tiles.
    CHECK(hand.damage.of(frame(), std::array{PixelRect{70, 20, 130, 30}}) == std::vector<PixelRect>{{64, 16, 192, 32}});
    CHECK(hand.damage.of(frame(), std::array{PixelRect{-50, 310, 10, 900}, PixelRect{5, 5, 5, 90}}) == std::vector<PixelRect>{{0, 304, 64, height}});
    hand.damage.everything();
    CHECK(hand.damage.of(frame(), {}) == everything);
    CHECK(hand.damage.of(frame(), {}).empty());
    // The picture may be lost a little later than the size is known.
    for (int i = 0; i <= Damage::frames_of_another_size; ++i) {
        ImDrawData& wider = frame();
        wider.DisplaySize.x += 40;
        const auto parts = hand.damage.of(wider, {});
        CHECK((i < Damage::frames_of_another_size ? parts == std::vector<PixelRect>{{0, 0, width + 40, height}} : parts.empty()));
    }
}

TEST_CASE("many small differences become few rectangles that hold them all") {
    Hand hand;
    const auto dots = [&](ImU32 colour) -> ImDrawData& {
        ImDrawList& list = hand.begin();
        for (float x = 20; x < width; x += 140)
            for (float y = 20; y < height; y += 70) list.AddRectFilled({x, y}, {x + 4, y + 4}, colour);
        return hand.end();
    };
    for (int i = 0; i < Damage::frames_of_another_size; ++i) hand.damage.of(dots(IM_COL32_WHITE), {});
    const auto parts = hand.damage.of(dots(IM_COL32_BLACK), {});
    REQUIRE(!parts.empty());
    CHECK(parts.size() <= Damage::most_rects);
    for (std::size_t i = 0; i < parts.size(); ++i)
        for (std::size_t j = 0; j < i; ++j) CHECK(common(parts[i], parts[j]).empty());
    for (int x = 20; x < width; x += 140)
        for (int y = 20; y < height; y += 70) {
            const bool held = std::any_of(parts.begin(), parts.end(), [&](const PixelRect& r) { return common(r, {x, y, x + 4, y + 4}) == PixelRect{x, y, x + 4, y + 4}; });
            CHECK(held);
        }
}

TEST_CASE("rectangles of scattered differences never lie over one another, else what is drawn twice is blended twice") {
    Hand hand;
    std::mt19937 random(11);
    bool together = true;
    for (int trial = 0; trial < 200; ++trial) {
        ImDrawList& list = hand.begin();
        for (int i = 0; i < 14; ++i) {
            const auto x = static_cast<float>(random() % (width - 8)), y = static_cast<float>(random() % (height - 8));
            list.AddRectFilled({x, y}, {x + 5, y + 5}, IM_COL32_WHITE);
        }
        const auto parts = hand.damage.of(hand.end(), {});
        for (std::size_t i = 0; i < parts.size(); ++i)
            for (std::size_t j = 0; j < i; ++j) together = together && common(parts[i], parts[j]).empty();
    }
    CHECK(together);
}

}  // namespace
}  // namespace pf
