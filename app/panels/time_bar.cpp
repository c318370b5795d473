#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

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

using Curve = std::array<float, samples>;

double time_of_sample(std::size_t i) { return static_cast<double>(i) / (samples - 1); }

struct Profile {
    Curve alpha{}, beta{};
    // σ_t of the lanes on screen that have noise, each curve once; the first is that of the selected lane, or of the first that has any.
    struct Noise {
        Curve sigma{};
        std::vector<int> lanes;
    };
    std::vector<Noise> noises;
    float most_sigma = 0;
    bool bounded = true;  // g of a solver grows beyond every bound where α_t goes to 0, and leaves the track there
};

void scale_down(Curve& curve, float greatest) {
    for (float& y : curve) y = std::min(y / greatest, 1.f);
}

// α_t, β_t of the selected lane on a scale where the greatest value is 1, and σ_t on the same, or on one where the greatest of all lanes is 1.
Profile profile(const Scene& scene, int selected) {
    Profile out;
    const auto schedule = lane_functions(scene, selected).schedule;
    float greatest = 1e-6f;
    for (std::size_t i = 0; i < samples; ++i) {
        const Coefficients c = schedule->at(time_of_sample(i));
        out.alpha[i] = static_cast<float>(c.alpha);
        out.beta[i] = static_cast<float>(c.beta);
        greatest = std::max({greatest, out.alpha[i], out.beta[i]});
    }
    std::vector<int> lanes{selected};
    for (int lane = 0; lane < pane_count(scene); ++lane)
        if (lane != selected) lanes.push_back(lane);
    for (const int lane : lanes) {
        const LaneFunctions functions = lane_functions(scene, lane);
        if (!is_stochastic(scene.lanes[static_cast<std::size_t>(lane)]) && functions.own_noise == 0) continue;
        Profile::Noise noise{{}, {lane}};
        for (std::size_t i = 0; i < samples; ++i) noise.sigma[i] = static_cast<float>(functions.sigma_at(time_of_sample(i)));
        const auto same = std::find_if(out.noises.begin(), out.noises.end(), [&](const Profile::Noise& other) { return other.sigma == noise.sigma; });
        if (same != out.noises.end()) {
            same->lanes.push_back(lane);
            continue;
        }
        out.bounded &= std::all_of(noise.sigma.begin(), noise.sigma.end(), [](float y) { return std::isfinite(y); });
        constexpr std::size_t margin = samples / 16;
        const std::size_t aside = functions.own_noise > 0 ? margin : 0;
        for (std::size_t i = aside; i < samples - aside; ++i) out.most_sigma = std::max(out.most_sigma, noise.sigma[i]);
        out.noises.push_back(std::move(noise));
    }
    scale_down(out.alpha, greatest), scale_down(out.beta, greatest);
    for (Profile::Noise& noise : out.noises) scale_down(noise.sigma, std::max(greatest, out.most_sigma));
    return out;
}

void draw_profile(ImDrawList& draw, const Profile& p, ImVec2 min, ImVec2 max, float scale, Theme theme) {
    const Palette& colours = palette(theme);
    const auto one = [&](const Curve& y, Rgb colour, float opacity, bool dashed) {
        std::array<ImVec2, samples> points;
        for (std::size_t i = 0; i < samples; ++i) points[i] = {min.x + static_cast<float>(time_of_sample(i)) * (max.x - min.x), max.y - y[i] * (max.y - min.y)};
        draw_curve(draw, points, rgba(colour, opacity), line_width(theme) * scale, dashed);
    };
    one(p.alpha, colours.lanes[0], 0.9f, false);
    one(p.beta, colours.lanes[1], 0.9f, true);
    for (std::size_t i = p.noises.size(); i-- > 0;) one(p.noises[i].sigma, colours.lanes[3], i == 0 ? 0.9f : 0.5f, false);
}

// Whose σ_t is drawn, where that is not of all lanes on screen: " of lane 2", " of lanes 2, 3".
std::string owners(const Scene& scene, const Profile& shape) {
    std::vector<int> lanes;
    for (const Profile::Noise& noise : shape.noises)
        for (const int lane : noise.lanes) lanes.push_back(lane + 1);
    std::sort(lanes.begin(), lanes.end());
    if (static_cast<int>(lanes.size()) == pane_count(scene) && lanes.back() == pane_count(scene)) return {};
    return fmt::format(" of lane{} {}", lanes.size() == 1 ? "" : "s", fmt::join(lanes, ", "));
}

// σ_t of every lane on screen, once where they agree.
void hover_values(const Scene& scene, int selected, double t) {
    const Coefficients c = lane_functions(scene, selected).schedule->at(t);
    std::vector<std::string> sigmas;
    for (int lane = 0; lane < pane_count(scene); ++lane) sigmas.push_back(three_digits(lane_functions(scene, lane).sigma_at(t)));
    if (std::all_of(sigmas.begin(), sigmas.end(), [&](const std::string& s) { return s == sigmas.front(); })) sigmas.resize(1);
    tooltip(fmt::format("`t = {:.3f}   τ = 1 − t = {:.3f}`\nαₜ = {:.3f}   βₜ = {:.3f}   σₜ = {}\nlog-SNR = 2 log(αₜ/βₜ) = {:.2f}", t, 1 - t, c.alpha, c.beta, fmt::join(sigmas, " · "), 2 * c.half_log_snr()));
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
void draw_names(ImDrawList& draw, const Scene& scene, const Clock& clock, const Profile& shape, ImVec2 min, ImVec2 max, float scale, Theme theme) {
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
    if (shape.noises.empty()) return;
    const std::string whose = owners(scene, shape), reach = !shape.bounded ? " → ∞" : fmt::format(", {} {:.3g}", shape.noises.size() == 1 ? "reaches" : "up to", shape.most_sigma);
    const float end = max.x - ImGui::CalcTextSize(shown(data).c_str()).x - 14 * scale;
    for (const std::string& sigma : {"— σₜ" + whose + reach, "— σₜ" + whose, std::string("— σₜ")})
        if (x + ImGui::CalcTextSize(shown(sigma).c_str()).x < end) return put(sigma, p.lanes[3]);
}

void draw_track(Context& context, ImVec2 at, float width, float height) {
    const float scale = context.ui.scale, names = small_size * scale + 4 * scale, margin = 8 * scale;
    const Scene& scene = context.session.scene();
    const int index = selected_lane(context);
    const Clock clock = clock_of(scene);
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
        if (!clock.duration) hover_values(scene, index, mouse);
    }

    const Palette& p = palette(context.ui.theme);
    ImDrawList& draw = *ImGui::GetWindowDrawList();
    const float x = min.x + static_cast<float>(playback.t) * (max.x - min.x);
    draw.AddRectFilled(min, max, rgba(p.frame));
    // Cut, not shorter, so that what was drawn left of the handle stays the same while it moves.
    draw.PushClipRect(min, {x, max.y}, true);
    draw.AddRectFilled(min, max, rgba(p.accent, 0.16f));
    draw.PopClipRect();
    const Profile shape = clock.duration ? Profile{} : profile(scene, index);
    if (!clock.duration) draw_profile(draw, shape, {min.x, min.y + 3 * scale}, {max.x, max.y - 2 * scale}, scale, context.ui.theme);
    draw_names(draw, scene, clock, shape, min, max, scale, context.ui.theme);
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
