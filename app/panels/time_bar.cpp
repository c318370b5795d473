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
    // α_t, β_t of the lanes on screen, each path once; the first is that of the selected lane.
    struct Path {
        Curve alpha{}, beta{};
        std::vector<int> lanes;
    };
    std::vector<Path> paths;
    float most = 0;  // of all α and β, which share one scale
    std::size_t with_most = 0;  // its path
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

// One curve for lanes that share it; its place.
template <class Shared>
std::size_t add(std::vector<Shared>& all, Shared one, bool (*same)(const Shared&, const Shared&)) {
    const auto found = std::find_if(all.begin(), all.end(), [&](const Shared& other) { return same(other, one); });
    const auto place = static_cast<std::size_t>(found - all.begin());
    if (found == all.end()) all.push_back(std::move(one));
    else found->lanes.insert(found->lanes.end(), one.lanes.begin(), one.lanes.end());
    return place;
}

// α_t and β_t on a scale where the greatest of all lanes is 1, and σ_t on that, or on one where the greatest σ is 1.
Profile profile(const Scene& scene, int selected) {
    Profile out;
    std::vector<int> lanes{selected};
    for (int lane = 0; lane < pane_count(scene); ++lane)
        if (lane != selected) lanes.push_back(lane);
    for (const int lane : lanes) {
        const LaneFunctions functions = lane_functions(scene, lane);
        Profile::Path path{{}, {}, {lane}};
        float greatest = 1e-6f;
        for (std::size_t i = 0; i < samples; ++i) {
            const Coefficients c = functions.schedule->at(time_of_sample(i));
            path.alpha[i] = static_cast<float>(c.alpha);
            path.beta[i] = static_cast<float>(c.beta);
            greatest = std::max({greatest, path.alpha[i], path.beta[i]});
        }
        const std::size_t place = add<Profile::Path>(out.paths, std::move(path), [](const auto& a, const auto& b) { return a.alpha == b.alpha && a.beta == b.beta; });
        if (greatest > out.most) out.most = greatest, out.with_most = place;
        if (!is_stochastic(scene.lanes[static_cast<std::size_t>(lane)]) && functions.own_noise == 0) continue;
        Profile::Noise noise{{}, {lane}};
        for (std::size_t i = 0; i < samples; ++i) noise.sigma[i] = static_cast<float>(functions.sigma_at(time_of_sample(i)));
        out.bounded &= std::all_of(noise.sigma.begin(), noise.sigma.end(), [](float y) { return std::isfinite(y); });
        constexpr std::size_t margin = samples / 16;
        const std::size_t aside = functions.own_noise > 0 ? margin : 0;
        for (std::size_t i = aside; i < samples - aside; ++i) out.most_sigma = std::max(out.most_sigma, noise.sigma[i]);
        add<Profile::Noise>(out.noises, std::move(noise), [](const auto& a, const auto& b) { return a.sigma == b.sigma; });
    }
    for (Profile::Path& path : out.paths) scale_down(path.alpha, out.most), scale_down(path.beta, out.most);
    for (Profile::Noise& noise : out.noises) scale_down(noise.sigma, std::max(out.most, out.most_sigma));
    return out;
}

void draw_profile(ImDrawList& draw, const Profile& p, ImVec2 min, ImVec2 max, float scale, Theme theme) {
    const Palette& colours = palette(theme);
    const auto one = [&](const Curve& y, Rgb colour, float opacity, bool dashed, float stretch = 1) {
        std::array<ImVec2, samples> points;
        for (std::size_t i = 0; i < samples; ++i) points[i] = {min.x + static_cast<float>(time_of_sample(i)) * (max.x - min.x), max.y - y[i] * (max.y - min.y)};
        draw_curve(draw, points, rgba(colour, opacity), line_width(theme) * scale, dashed, stretch);
    };
    for (std::size_t i = p.paths.size(); i-- > 0;) {
        one(p.paths[i].alpha, colours.lanes[0], i == 0 ? 0.9f : 0.5f, false);
        one(p.paths[i].beta, colours.lanes[1], i == 0 ? 0.9f : 0.5f, true);
    }
    constexpr float dashes[] = {1, 1, 0.4f, 2.5f};
    for (std::size_t i = p.noises.size(); i-- > 0;) one(p.noises[i].sigma, colours.lanes[3], i == 0 ? 0.9f : 0.7f, i > 0, dashes[i]);
}

// On each of several curves of one kind the numbers of its lanes: in a part of the time of its own, where it is farthest from the others.
void draw_lane_numbers(ImDrawList& draw, const std::vector<std::pair<const Curve*, std::vector<int>>>& curves, ImVec2 min, ImVec2 max, float scale, Theme theme) {
    if (curves.size() < 2) return;
    const Palette& colours = palette(theme);
    const WithFont font(small_font());
    const std::size_t part = samples / curves.size();
    for (std::size_t k = 0; k < curves.size(); ++k) {
        const Curve& curve = *curves[k].first;
        std::size_t at = k * part + part / 2;
        float farthest = 0;
        for (std::size_t i = k * part + part / 6; i < (k + 1) * part - part / 6; ++i) {
            float apart = 1;
            for (const auto& [other, lanes] : curves)
                if (other != &curve) apart = std::min(apart, std::abs(curve[i] - (*other)[i]));
            if (apart > farthest) farthest = apart, at = i;
        }
        std::vector<int> lanes = curves[k].second;
        std::sort(lanes.begin(), lanes.end());
        const float size = ImGui::GetFontSize(), y = max.y - curve[at] * (max.y - min.y);
        ImVec2 pen{min.x + static_cast<float>(time_of_sample(at)) * (max.x - min.x), std::clamp(y - size / 2, min.y, std::max(min.y, max.y - size))};
        for (const int lane : lanes) {
            const std::string number = std::to_string(lane + 1);
            const float width = ImGui::CalcTextSize(number.c_str()).x + 4 * scale;
            draw.AddRectFilled(pen, {pen.x + width, pen.y + size}, rgba(colours.frame, 0.9f), 3 * scale);
            draw.AddText({pen.x + 2 * scale, pen.y}, rgba(colours.lanes[static_cast<std::size_t>(lane)]), number.c_str());
            pen.x += width;
        }
    }
}

// Whose curves these are, where not of all lanes on screen: " of lane 2", " of lanes 2, 3".
std::string owners(const Scene& scene, std::vector<int> lanes) {
    std::sort(lanes.begin(), lanes.end());
    const bool all = std::all_of(scene.lanes.begin(), scene.lanes.begin() + pane_count(scene), [&, lane = 0](const Lane&) mutable { return std::binary_search(lanes.begin(), lanes.end(), lane++); });
    if (all) return {};
    for (int& lane : lanes) ++lane;
    return fmt::format(" of lane{} {}", lanes.size() == 1 ? "" : "s", fmt::join(lanes, ", "));
}
// How far α and β reach, where not to 1: " up to 5.5", and of which lane where not of that whose curves are named.
std::string reach_of_paths(const Scene& scene, const Profile& shape) {
    const std::string reach = fmt::format(" up to {:.3g}", shape.most);
    if (reach == " up to 1") return {};
    return (shape.with_most == 0 ? "," : "," + owners(scene, shape.paths[shape.with_most].lanes)) + reach;
}
std::string noise_owners(const Scene& scene, const Profile& shape) {
    std::vector<int> lanes;
    for (const Profile::Noise& noise : shape.noises) lanes.insert(lanes.end(), noise.lanes.begin(), noise.lanes.end());
    return owners(scene, lanes);
}

void draw_lane_numbers(ImDrawList& draw, const Profile& p, ImVec2 min, ImVec2 max, float scale, Theme theme) {
    std::vector<std::pair<const Curve*, std::vector<int>>> noises, paths;
    for (const Profile::Noise& noise : p.noises) noises.emplace_back(&noise.sigma, noise.lanes);
    for (const Profile::Path& path : p.paths) paths.emplace_back(&path.alpha, path.lanes);
    draw_lane_numbers(draw, paths, min, max, scale, theme);
    draw_lane_numbers(draw, noises, min, max, scale, theme);
}

// Of every lane on screen, in their order; once where they agree.
void hover_values(const Scene& scene, double t) {
    std::array<std::vector<std::string>, 5> all;  // α, β, σ, log-SNR, lane
    for (int lane = 0; lane < pane_count(scene); ++lane) {
        const LaneFunctions functions = lane_functions(scene, lane);
        const Coefficients c = functions.schedule->at(t);
        const std::array numbers{fmt::format("{:.3f}", c.alpha), fmt::format("{:.3f}", c.beta), three_digits(functions.sigma_at(t)), fmt::format("{:.2f}", 2 * c.half_log_snr()), std::to_string(lane + 1)};
        for (std::size_t i = 0; i < all.size(); ++i) all[i].push_back(numbers[i]);
    }
    const auto same = [&](std::size_t i) { return std::all_of(all[i].begin(), all[i].end(), [&](const std::string& s) { return s == all[i].front(); }); };
    const auto told = [&](std::size_t i) { return same(i) ? all[i].front() : fmt::format("{}", fmt::join(all[i], " · ")); };
    const bool agree = same(0) && same(1) && same(2);
    tooltip(fmt::format("`t = {:.3f}   τ = 1 − t = {:.3f}`\n{}αₜ = {}\nβₜ = {}\nσₜ = {}\nlog-SNR = {}{}", t, 1 - t, agree ? "" : fmt::format("lanes {}\n", fmt::join(all[4], " · ")), told(0), told(1), told(2), same(3) ? "2 log(αₜ/βₜ) = " : "", told(3)));
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
    const float end = max.x - ImGui::CalcTextSize(shown(data).c_str()).x - 14 * scale;
    const std::string whose_path = owners(scene, shape.paths.front().lanes), most = reach_of_paths(scene, shape);
    std::string path_of = whose_path + most;
    const auto fits = [&] { return min.x + ImGui::CalcTextSize(shown(noise + "— αₜ- - βₜ" + path_of).c_str()).x + 60 * scale <= end; };
    if (!fits()) path_of = most;
    if (!fits()) path_of.clear();
    if (!path_of.empty()) x = min.x + ImGui::CalcTextSize(shown(noise).c_str()).x + 28 * scale;
    put("— αₜ", p.lanes[0]);
    put("- - βₜ" + path_of, p.lanes[1]);
    if (shape.noises.empty()) return;
    const std::string whose = noise_owners(scene, shape), reach = !shape.bounded ? " → ∞" : fmt::format(", {} {:.3g}", shape.noises.size() == 1 ? "reaches" : "up to", shape.most_sigma);
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
        if (!clock.duration) hover_values(scene, mouse);
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
    const ImVec2 top{min.x, min.y + 3 * scale}, foot{max.x, max.y - 2 * scale};
    if (!clock.duration) draw_profile(draw, shape, top, foot, scale, context.ui.theme), draw_lane_numbers(draw, shape, top, foot, scale, context.ui.theme);
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
