#include <imgui_internal.h>

#include <algorithm>
#include <cmath>

#include "app/panels/number_in.h"
#include "app/panels/widgets.h"

namespace pf::panels {
namespace {

// A number typed into a row that is outside its domain: the sentence stands below the row for a while after it was set aside.
constexpr double refusal_stays = 6;  // seconds
struct Refusal {
    ImGuiID row = 0;
    std::string sentence;
    double since = 0;
};
Refusal refusal;

// The frame of a slider, whose rail and handle lie along its foot, below the digits.
struct Frame {
    ImVec2 min, max;
    float foot;  // where the rail has its room

    Frame(ImVec2 at, ImVec2 size) : min(at), max{at.x + size.x, at.y + size.y}, foot(max.y - std::round(ImGui::GetStyle().FramePadding.y + 0.07f * ImGui::GetFontSize())) {}
    // Where the middle of the handle stands, as Dear ImGui follows the mouse.
    float x(double share) const {
        const float inset = 2 + ImGui::GetStyle().GrabMinSize / 2;
        return min.x + inset + static_cast<float>(std::clamp(share, 0.0, 1.0)) * std::max(0.f, max.x - min.x - 2 * inset);
    }
};

// With a part of it tinted and its end marked; the slider itself then draws no frame.
void draw_shaded(const Frame& f, double share) {
    const ImGuiStyle& style = ImGui::GetStyle();
    ImDrawList* draw = ImGui::GetWindowDrawList();
    draw->AddRectFilled(f.min, f.max, ImGui::GetColorU32(ImGui::IsMouseHoveringRect(f.min, f.max) ? ImGuiCol_FrameBgHovered : ImGuiCol_FrameBg), style.FrameRounding);
    ImVec4 tint = ImGui::GetStyleColorVec4(ImGuiCol_CheckMark);
    const ImU32 edge = ImGui::GetColorU32(tint);
    tint.w = 0.3f;
    if (share <= 0) return;
    if (share >= 1) return draw->AddRectFilled(f.min, f.max, ImGui::GetColorU32(tint), style.FrameRounding);
    const float x = f.x(share);
    draw->AddRectFilled(f.min, {x, f.max.y}, ImGui::GetColorU32(tint), style.FrameRounding, ImDrawFlags_RoundCornersLeft);
    draw->AddLine({x, f.foot}, {x, f.max.y}, edge, std::max(1.f, 0.12f * ImGui::GetFontSize()));
}

void draw_handle(const Frame& f, double share, const std::string& digits) {
    const ImGuiStyle& style = ImGui::GetStyle();
    ImDrawList* draw = ImGui::GetWindowDrawList();
    const float rail = std::max(1.f, 0.12f * ImGui::GetFontSize()), middle = std::round((f.foot + f.max.y) / 2), half = style.GrabMinSize / 2, x = f.x(share);
    draw->AddRectFilled({f.min.x + style.FrameRounding, middle - rail / 2}, {f.max.x - style.FrameRounding, middle + rail / 2}, ImGui::GetColorU32(ImGuiCol_TextDisabled, 0.5f));
    draw->AddRectFilled({x - half, f.foot}, {x + half, f.max.y - 1}, ImGui::GetColorU32(ImGuiCol_CheckMark), std::min(style.GrabRounding, (f.max.y - f.foot) / 3));
    const ImVec2 wide = ImGui::CalcTextSize(digits.c_str());
    const ImVec4 clip{f.min.x, f.min.y, f.max.x, f.max.y};
    draw->AddText(nullptr, 0, {std::max(f.min.x, (f.min.x + f.max.x - wide.x) / 2), f.min.y + style.FramePadding.y}, ImGui::GetColorU32(ImGuiCol_Text), digits.c_str(), nullptr, 0, &clip);
}

double share_of(double value, double low, double high, bool logarithmic) {
    if (!(high > low)) return 0;
    return logarithmic ? std::log(std::max(value, low) / low) / std::log(high / low) : (value - low) / (high - low);
}

// Slider over a double; what both number rows share.
Gesture slide(const NumberLabel& label, double& value, Domain domain, Slider slider, bool whole, const Shade* shade = nullptr) {
    const Id scope(std::string(label.name).c_str());
    const bool logarithmic = slider.logarithmic && slider.min > 0;
    // A time runs the other way in the other convention; what the scene holds does not.
    const bool mirrored = is_time_symbol(label.symbol) && written_in() == Convention::diffusion;
    const double low = mirrored ? 1 - slider.max : slider.min, high = mirrored ? 1 - slider.min : slider.max, usual = mirrored ? 1 - label.reset : label.reset;
    const std::string range = with_minus(fmt::format("`{:.4g} … {:.4g}`, usually `{:.4g}`", low, high, usual));
    const std::string help = fmt::format("{}\n{}. Double click on the name resets, Ctrl+click types.{}", label.meaning, range, shade ? "\nShaded: " + shade->meaning : "");
    if (row_label(label.name, label.symbol, help)) {
        value = label.reset;
        return Gesture::commit;
    }
    ImGui::SetNextItemWidth(-1);
    const double before = value;
    if (std::abs(value) < 1e-12 * std::max(std::abs(low), std::abs(high))) value = 0;  // what rounding left
    if (mirrored) value = 1 - value;
    // Dear ImGui takes 10^-precision of the format for zero on a logarithmic axis: six digits there, of which a drag fills two.
    const char* format = whole ? "%.0f" : logarithmic ? "%.6g" : "%.3g";
    const Frame frame(ImGui::GetCursorScreenPos(), {std::max(1.f, ImGui::GetContentRegionAvail().x), ImGui::GetFrameHeight()});
    std::optional<WithColour> ground, over, held;
    if (shade) {
        draw_shaded(frame, share_of(shade->to, slider.min, slider.max, logarithmic));
        ground.emplace(ImGuiCol_FrameBg, ImVec4{}), over.emplace(ImGuiCol_FrameBgHovered, ImVec4{}), held.emplace(ImGuiCol_FrameBgActive, ImVec4{});
    }
    // Handle and digits are drawn here, apart from each other; only what is typed is Dear ImGui's.
    std::optional<WithColour> digits;
    const ImGuiID row = ImGui::GetID("##slider");
    if (!ImGui::TempInputIsActive(row)) digits.emplace(ImGuiCol_Text, ImVec4{});
    const bool edited = ImGui::SliderScalar("##slider", ImGuiDataType_Double, &value, &low, &high, format,
                                            logarithmic ? ImGuiSliderFlags_Logarithmic : ImGuiSliderFlags_None);
    digits.reset();
    if (edited && logarithmic && !whole && ImGui::IsMouseDown(0)) value = number_in(fmt::format("{:.2g}", value));
    held.reset(), over.reset(), ground.reset();
    const bool finished = ImGui::IsItemDeactivatedAfterEdit();
    touch(label.name);
    if (!ImGui::IsItemActive()) tooltip(help);
    if (!ImGui::TempInputIsActive(row))
        draw_handle(frame, share_of(value, low, high, logarithmic), with_minus(whole ? fmt::format("{:.0f}", value) : logarithmic ? fmt::format("{:.6g}", value) : fmt::format("{:.3g}", value)));
    const double typed = value;
    if (!edited) value = before;
    else if (mirrored) value = 1 - value;
    if (!std::isfinite(value)) value = before;
    value = std::clamp(whole ? std::round(value) : value, domain.min, domain.max);
    if (edited) {
        const double least = mirrored ? 1 - domain.max : domain.min, most = mirrored ? 1 - domain.min : domain.max;
        if (typed < least || typed > most) refusal = {row, fmt::format("{:.6g} is outside {:.6g} … {:.6g}: {:.6g} is taken.", typed, least, most, mirrored ? 1 - value : value), ImGui::GetTime()};
        else if (refusal.row == row) refusal = {};
    }
    if (refusal.row == row && ImGui::GetTime() - refusal.since < refusal_stays) wrapped(fmt::format("`{}`", with_minus(refusal.sentence)));
    return finished ? Gesture::commit : edited && value != before ? Gesture::preview : Gesture::none;
}

}  // namespace

Gesture number_row(const NumberLabel& label, double& value, Domain domain, Slider slider) { return slide(label, value, domain, slider, false); }
Gesture number_row(const NumberLabel& label, double& value, Domain domain, Slider slider, const Shade& shade) { return slide(label, value, domain, slider, false, &shade); }

Gesture number_row(const NumberLabel& label, int& value, Domain domain, Slider slider) {
    double v = value;
    const Gesture gesture = slide(label, v, domain, slider, true);
    value = static_cast<int>(v);
    return gesture;
}

}  // namespace pf::panels
