#include "app/panels/theme.h"

#include <algorithm>
#include <cmath>

#include "embedded/fonts.h"

namespace pf::panels {
namespace {

// Latin, Greek, combining marks, punctuation, super- and subscripts, letterlike, arrows, operators, technical, shapes, signs.
constexpr ImWchar glyphs[] = {0x0020, 0x017f, 0x02b7, 0x02b7, 0x0300, 0x0310, 0x0370, 0x03ff, 0x1e80, 0x1e9f, 0x2010, 0x2044, 0x2070, 0x209c, 0x2100, 0x2138, 0x2190, 0x21ff,
                              0x2200, 0x226b, 0x2295, 0x2299, 0x22c5, 0x22ef, 0x2300, 0x2335, 0x2500, 0x2503, 0x25a0, 0x25ff, 0x2600, 0x2606, 0x2630,
                              0x2630, 0x2699, 0x2699, 0x2713, 0x2718, 0};

Theme applied = Theme::dark;

ImFont* font(int index) {
    auto& fonts = ImGui::GetIO().Fonts->Fonts;
    return index < fonts.Size ? fonts[index] : ImGui::GetFont();
}

void add_font(float pixels) {
    ImFontConfig config;
    config.FontDataOwnedByAtlas = false;
    config.OversampleH = pixels < 24 ? 2 : 1;
    config.OversampleV = 1;
    config.PixelSnapH = false;
    const std::string_view file = embedded::fonts("DejaVuSans.ttf");
    // The atlas only reads the data; its interface is not const.
    ImGui::GetIO().Fonts->AddFontFromMemoryTTF(const_cast<char*>(file.data()), static_cast<int>(file.size()), std::round(pixels), &config, glyphs);
}

// Unicode has no subscript τ: the letter of a smaller font, lowered.
void add_subscript_tau(ImFontAtlas& atlas) {
    constexpr float share = 0.72f, lowered = 0.16f;  // of the font's size
    for (ImFont* font : atlas.Fonts) {
        const auto misfit = [&](const ImFont* other) { return std::abs(other->FontSize - share * font->FontSize); };
        const ImFont* small = *std::min_element(atlas.Fonts.begin(), atlas.Fonts.end(), [&](const ImFont* a, const ImFont* b) { return misfit(a) < misfit(b); });
        const ImFontGlyph* found = small->FindGlyphNoFallback(0x3c4);
        if (!found) continue;
        const ImFontGlyph tau = *found;
        const float wanted = share * font->FontSize / small->FontSize, scale = std::abs(wanted - 1) < 0.2f ? 1 : wanted;  // as it was drawn, where that will do
        const float top = std::round(font->Ascent + lowered * font->FontSize - small->Ascent * scale);
        font->AddGlyph(nullptr, subscript_tau, tau.X0 * scale, top + tau.Y0 * scale, tau.X1 * scale, top + tau.Y1 * scale, tau.U0, tau.V0, tau.U1, tau.V1, tau.AdvanceX * scale);
        font->BuildLookupTable();
    }
}

void set_sizes(ImGuiStyle& style, bool projector) {
    style.WindowPadding = {16, 12};
    style.FramePadding = {8, 5};
    style.ItemSpacing = {8, 8};
    style.ItemInnerSpacing = {8, 5};
    style.CellPadding = {6, 4};
    style.IndentSpacing = 12;
    style.ScrollbarSize = 10;
    style.GrabMinSize = 12;
    style.WindowRounding = 0;
    style.ChildRounding = style.FrameRounding = style.GrabRounding = style.PopupRounding = style.TabRounding = 5;
    style.ScrollbarRounding = 5;
    style.WindowBorderSize = 0;
    style.FrameBorderSize = projector ? 1.f : 0.f;
    style.PopupBorderSize = 1;
    style.WindowMinSize = {1, 1};
    style.DisabledAlpha = 0.55f;
}

void set_colours(ImGuiStyle& style, const Palette& p) {
    const auto set = [&](ImGuiCol slot, Rgb c, float alpha = 1) { style.Colors[slot] = vec4(c, alpha); };
    set(ImGuiCol_Text, p.text);
    set(ImGuiCol_TextDisabled, p.muted);
    set(ImGuiCol_WindowBg, p.panel);
    set(ImGuiCol_ChildBg, p.panel, 0);
    set(ImGuiCol_PopupBg, p.panel);
    set(ImGuiCol_Border, p.border);
    set(ImGuiCol_BorderShadow, p.border, 0);
    for (const auto slot : {ImGuiCol_FrameBg, ImGuiCol_Button, ImGuiCol_Tab, ImGuiCol_TabUnfocused}) set(slot, p.frame);
    const Rgb raised{(p.frame.r * 5 + p.accent.r) / 6, (p.frame.g * 5 + p.accent.g) / 6, (p.frame.b * 5 + p.accent.b) / 6};
    for (const auto slot : {ImGuiCol_FrameBgHovered, ImGuiCol_FrameBgActive, ImGuiCol_ButtonHovered, ImGuiCol_ButtonActive, ImGuiCol_HeaderHovered,
                            ImGuiCol_HeaderActive, ImGuiCol_TabHovered, ImGuiCol_TabActive})
        set(slot, raised);
    set(ImGuiCol_Header, p.frame);
    for (const auto slot : {ImGuiCol_TitleBg, ImGuiCol_TitleBgActive, ImGuiCol_TitleBgCollapsed, ImGuiCol_TableHeaderBg}) set(slot, p.panel);
    set(ImGuiCol_ScrollbarBg, p.panel, 0);
    set(ImGuiCol_ScrollbarGrab, p.border);
    for (const auto slot : {ImGuiCol_ScrollbarGrabHovered, ImGuiCol_ScrollbarGrabActive, ImGuiCol_CheckMark,
                            ImGuiCol_PlotHistogram, ImGuiCol_PlotLines, ImGuiCol_NavHighlight, ImGuiCol_SeparatorHovered, ImGuiCol_SeparatorActive})
        set(slot, p.accent);
    // Sliders draw their own handle, clear of the digits (slider_row.cpp).
    for (const auto slot : {ImGuiCol_SliderGrab, ImGuiCol_SliderGrabActive}) set(slot, p.accent, 0);
    set(ImGuiCol_Separator, p.border);
    set(ImGuiCol_TextSelectedBg, p.accent, 0.35f);
    set(ImGuiCol_TableBorderLight, p.border);
    set(ImGuiCol_TableBorderStrong, p.border);
    set(ImGuiCol_ModalWindowDimBg, p.canvas, 0.6f);
}

}  // namespace

ImFont* body_font() { return font(0); }
ImFont* small_font() { return font(1); }
ImFont* title_font() { return font(2); }
std::array<const ImFont*, 5> math_fonts() { return {font(2), font(0), font(1), font(3), font(4)}; }

Theme applied_theme() { return applied; }

void apply_theme(const UiState& ui) {
    applied = ui.theme;
    const float scale = std::clamp(ui.scale, 0.75f, 3.f);
    ImGuiStyle& style = ImGui::GetStyle();
    style = ImGuiStyle();
    set_sizes(style, ui.theme == Theme::projector);
    style.ScaleAllSizes(scale);
    style.WindowMinSize = {1, 1};
    set_colours(style, palette(ui.theme));

    ImFontAtlas& atlas = *ImGui::GetIO().Fonts;
    const float wanted = std::round(body_size * scale);
    if (atlas.Fonts.Size == 5 && atlas.Fonts[0]->FontSize == wanted) return;
    atlas.Clear();
    for (const float size : {body_size, small_size, title_size, script_size, smallest_size}) add_font(size * scale);
    atlas.Build();
    add_subscript_tau(atlas);
}

}  // namespace pf::panels
