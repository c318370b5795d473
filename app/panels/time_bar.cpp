#include <algorithm>
#include <array>
#include <cmath>

#include "app/panels/edits.h"
#include "app/panels/notation.h"
#include "app/panels/panels.h"
#include "app/panels/plot.h"

namespace pf::panels {
namespace {

constexpr int samples = 128;

void draw_buttons(Context& context) {
    Playback& playback = context.ui.playback;
    const bool own = clock_of(context.session.scene()).duration.has_value();
    if (icon_button("start", Icon::to_start, own ? "to the start, r = 0 (Home)" : "to the noise, t = 0 (Home)")) playback.t = 0, playback.hold = 0;
    ImGui::SameLine(0, 4);
    if (icon_button("back", Icon::step_back, "one step back (←, ten with Shift)")) step_time(context, -1);
    ImGui::SameLine(0, 4);
    if (icon_button("play", playback.playing ? Icon::pause : Icon::play, "play or pause (Space)", true)) toggle_play(context);
    ImGui::SameLine(0, 4);
    if (icon_button("forward", Icon::step_forward, "one step on (→, ten with Shift)")) step_time(context, 1);
    ImGui::SameLine(0, 4);
    if (icon_button("end", Icon::to_end, own ? "to the end of r (End)" : "to the data, t = 1 (End)")) playback.t = 1, playback.hold = 0;
}

void draw_speed(Context& context, float width) {
    Playback& playback = context.ui.playback;
    const auto name = [](double speed) { return speed < 1 ? fmt::format("×1/{:.0f}", 1 / speed) : fmt::format("×{:.0f}", speed); };
    ImGui::SetNextItemWidth(width);
    if (ImGui::BeginCombo("##speed", name(playback.speed).c_str())) {
        for (double speed = 8; speed >= 1.0 / 16; speed /= 2)
            if (ImGui::Selectable(name(speed).c_str(), playback.speed == speed)) playback.speed = speed;
        ImGui::EndCombo();
    } else {
        tooltip("speed: J slower, L faster");
    }
    ImGui::SameLine(0, 4);
    if (icon_button("reverse", playback.reversed ? Icon::reverse : Icon::forward, "direction of play: noise → data, or data → noise (R)", playback.reversed))
        playback.reversed = !playback.reversed, playback.hold = 0;
}

struct Profile {
    std::array<float, samples> t{}, alpha{}, beta{}, sigma{};
    float most_sigma = 0;
};

// α_t, β_t, σ_t of the lane on a common scale where the greatest value is 1.
Profile profile(const LaneFunctions& lane) {
    Profile out;
    float greatest = 1e-6f;
    for (std::size_t i = 0; i < samples; ++i) {
        const double t = static_cast<double>(i) / (samples - 1);
        const Coefficients c = lane.schedule->at(t);
        out.t[i] = static_cast<float>(t);
        out.alpha[i] = static_cast<float>(c.alpha);
        out.beta[i] = static_cast<float>(c.beta);
        out.sigma[i] = static_cast<float>(lane.sigma->at(t, *lane.schedule));
        greatest = std::max({greatest, out.alpha[i], out.beta[i]});
    }
    out.most_sigma = *std::max_element(out.sigma.begin(), out.sigma.end());
    const float greatest_sigma = std::max(greatest, out.most_sigma);
    for (std::size_t i = 0; i < samples; ++i) {
        out.alpha[i] /= greatest;
        out.beta[i] /= greatest;
        out.sigma[i] /= greatest_sigma;
    }
    return out;
}

void draw_profile(ImDrawList& draw, const Profile& p, bool stochastic, ImVec2 min, ImVec2 max, float scale, Theme theme) {
    const Palette& colours = palette(theme);
    const auto one = [&](const std::array<float, samples>& y, Rgb colour, bool dashed) {
        std::array<ImVec2, samples> points;
        for (std::size_t i = 0; i < samples; ++i) points[i] = {min.x + p.t[i] * (max.x - min.x), max.y - y[i] * (max.y - min.y)};
        draw_curve(draw, points, rgba(colour, 0.9f), line_width(theme) * scale, dashed);
    };
    one(p.alpha, colours.lanes[0], false);
    one(p.beta, colours.lanes[1], true);
    if (stochastic) one(p.sigma, colours.lanes[3], false);
}

void hover_values(const LaneFunctions& lane, double t) {
    const Coefficients c = lane.schedule->at(t);
    tooltip(fmt::format("`t = {:.3f}   τ = 1 − t = {:.3f}`\nαₜ = {:.3f}   βₜ = {:.3f}   σₜ = {:.3f}\nlog-SNR = 2 log(αₜ/βₜ) = {:.2f}", t, 1 - t, c.alpha, c.beta,
                        lane.sigma_at(t), 2 * c.half_log_snr()));
}

void draw_handle(ImDrawList& draw, float x, ImVec2 min, ImVec2 max, const std::string& label, const Palette& p, float scale) {
    const float top = min.y - 2 * scale, radius = 7 * scale;
    draw.AddLine({x, top}, {x, max.y}, rgba(p.accent), 2 * scale);
    draw.AddCircleFilled({x, top}, radius, rgba(p.accent));
    draw.AddCircleFilled({x, top}, radius * 0.4f, rgba(p.panel));
    const ImVec2 size = ImGui::CalcTextSize(label.c_str());
    float left = x + radius + 5 * scale;
    if (left + size.x > max.x) left = x - radius - 5 * scale - size.x;
    draw.AddRectFilled({left - 3 * scale, top - size.y / 2}, {left + size.x + 3 * scale, top + size.y / 2}, rgba(p.panel, 0.9f), 3 * scale);
    draw.AddText({left, top - size.y / 2}, rgba(p.text), label.c_str());
}

// Names of the curves, small, in their colours, at the right end of the track.
// `noisy`: whose σ_t is drawn, "" for the selected lane; none where no lane has noise.
void draw_names(ImDrawList& draw, const Clock& clock, const Profile& shape, const std::optional<std::string>& noisy, ImVec2 min, ImVec2 max, float scale, Theme theme) {
    const Palette& p = palette(theme);
    const WithFont font(small_font());
    float x = min.x, y = max.y + 2 * scale;
    const auto put = [&](const std::string& words, Rgb colour, bool right = false) {
        const std::string s = shown(words);
        const float width = ImGui::CalcTextSize(s.c_str()).x;
        draw.AddText({right ? max.x - width : x, y}, rgba(colour), s.c_str());
        if (!right) x += width + 14 * scale;
    };
    // Both conventions label the ends, that of the frame first.
    const bool flow = written_in() == Convention::flow;
    if (clock.duration) {
        put(fmt::format("{}   {} = 0", clock.start, clock.letter), p.muted);
        return put(fmt::format("{} = {:g}   {}", clock.letter, *clock.duration, clock.end), p.muted, true);
    }
    const std::string noise = fmt::format("`{}   {}`", clock.start, flow ? "t = 0, τ = 1" : "τ = 1, t = 0"), data = fmt::format("`{}   {}`", flow ? "t = 1, τ = 0" : "τ = 0, t = 1", clock.end);
    const float room = max.x - min.x - 100 * scale, ends = ImGui::CalcTextSize(shown(noise + data).c_str()).x;
    const bool curves = ends + 30 * scale < room;
    put(curves ? noise : clock.start, p.muted);
    put(curves ? data : clock.end, p.muted, true);
    if (!curves) return;
    x = (min.x + max.x) / 2 - 50 * scale;
    put("— αₜ", p.lanes[0]);
    put("- - βₜ", p.lanes[1]);
    if (!noisy) return;
    const float end = max.x - ImGui::CalcTextSize(shown(data).c_str()).x - 14 * scale;
    for (const std::string& sigma : {fmt::format("— σₜ{}, reaches {:.3g}", *noisy, shape.most_sigma), "— σₜ" + *noisy, std::string("— σₜ")})
        if (x + ImGui::CalcTextSize(shown(sigma).c_str()).x < end) return put(sigma, p.lanes[3]);
}

void draw_track(Context& context, ImVec2 at, float width, float height) {
    const float scale = context.ui.scale, names = small_size * scale + 4 * scale, margin = 8 * scale;
    const Scene& scene = context.session.scene();
    const int index = selected_lane(context);
    const Clock clock = clock_of(scene);
    LaneFunctions lane = lane_functions(scene, index);
    // σ_t of the selected lane, or of the first beside it that has noise.
    std::optional<std::string> noisy;
    if (is_stochastic(scene.lanes[static_cast<std::size_t>(index)])) noisy = "";
    for (int other = 0; other < pane_count(scene) && !noisy; ++other)
        if (is_stochastic(scene.lanes[static_cast<std::size_t>(other)])) noisy = fmt::format(" of lane {}", other + 1), lane.sigma = lane_functions(scene, other).sigma, lane.own_noise = 0;
    Playback& playback = context.ui.playback;

    ImGui::SetCursorScreenPos(at);
    ImGui::InvisibleButton("##time", {std::max(1.f, width), std::max(1.f, height)});
    const ImVec2 min{at.x + margin, at.y + margin + 2 * scale};
    const ImVec2 max{at.x + std::max(margin + 2, width - margin), std::max(min.y + 2, at.y + height - names)};
    const double mouse = std::clamp(static_cast<double>((ImGui::GetIO().MousePos.x - min.x) / (max.x - min.x)), 0.0, 1.0);
    touch("t");
    if (ImGui::IsItemActive()) {
        playback.t = mouse;
        playback.playing = false;
        playback.hold = 0;
    } else if (ImGui::IsItemHovered()) {
        if (!clock.duration) hover_values(lane, mouse);
    }

    const Palette& p = palette(context.ui.theme);
    ImDrawList& draw = *ImGui::GetWindowDrawList();
    const float x = min.x + static_cast<float>(playback.t) * (max.x - min.x);
    draw.AddRectFilled(min, max, rgba(p.frame));
    // Cut, not shorter, so that what was drawn left of the handle stays the same while it moves.
    draw.PushClipRect(min, {x, max.y}, true);
    draw.AddRectFilled(min, max, rgba(p.accent, 0.16f));
    draw.PopClipRect();
    const Profile shape = profile(lane);
    if (!clock.duration) draw_profile(draw, shape, noisy.has_value(), {min.x, min.y + 3 * scale}, {max.x, max.y - 2 * scale}, scale, context.ui.theme);
    draw_names(draw, clock, shape, noisy, min, max, scale, context.ui.theme);
    draw_handle(draw, x, min, max, clock_label(clock, playback.t), p, scale);
}

}  // namespace

void draw_time_bar(Context& context, const Rect& rect) {
    if (rect.width < 1 || rect.height < 1) return;
    const Window window("time", rect, ImGuiWindowFlags_NoScrollbar | ImGuiWindowFlags_NoScrollWithMouse);
    if (!window) return;
    touch_section("Time");
    const ImVec2 padding = ImGui::GetStyle().WindowPadding;
    const float button = ImGui::GetFrameHeight(), scale = context.ui.scale;
    const float line = std::max(1.f, rect.height - 2 * padding.y);
    const float group = 5 * button + 16, speed = 3.6f * ImGui::GetFontSize() + button;
    const bool two_rows = line >= 2 * button + 4 * scale;
    ImGui::SetCursorPosY(padding.y + std::max(0.f, (line - (two_rows ? 2 * button + 6 * scale : button)) / 2));
    draw_buttons(context);
    if (two_rows)
        ImGui::SetCursorPos({padding.x, ImGui::GetCursorPosY()});
    else
        ImGui::SameLine();
    draw_speed(context, two_rows ? group - button - 4 : speed);
    const float left = rect.x + padding.x + (two_rows ? group : group + speed + button + 8) + 12 * scale;
    draw_track(context, {left, rect.y + padding.y / 2}, rect.x + rect.width - padding.x - left, rect.height - padding.y);
}

}  // namespace pf::panels
