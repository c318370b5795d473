#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <optional>

#include "app/panels/log_snr.h"
#include "app/panels/panels.h"
#include "app/panels/plot.h"
#include "core/math/schedule/schedules.h"

namespace pf::panels {
namespace {

constexpr int samples = 97;

// A function of the selected model's schedule over t.
template <class Value>
Figure::Curve over_time(Context& context, std::string name, int ink, bool dashed, const Value& value) {
    const auto model = static_cast<std::size_t>(selected_model(context));
    const auto schedule = build(schedules(), context.session.scene().models[model].schedule, "schedule");
    Figure::Curve out{std::move(name), {}, {}, {}, ink, dashed};
    for (int i = 0; i < samples; ++i) {
        const double t = static_cast<double>(i) / (samples - 1), v = value(schedule->at(t));
        out.x.push_back(t);
        out.y.push_back(std::isfinite(v) ? v : std::numeric_limits<double>::quiet_NaN());
    }
    return out;
}

// The t that the selected lane holds, where it follows this path and holds one.
std::optional<double> held_t(Context& context) {
    const Scene& scene = context.session.scene();
    const Lane& lane = scene.lanes[static_cast<std::size_t>(selected_lane(context))];
    const bool holds = lane.process == "langevin" && model_index(scene, lane.model) == selected_model(context);
    return holds ? std::optional(lane.frozen_t) : std::nullopt;
}

// A path that does not begin at the noise, or does not end at the data, by more than can be seen.
void warn_of_ends(const Context& context, int model) {
    constexpr double seen = 0.02;
    const Scene& scene = context.session.scene();
    const auto schedule = build(schedules(), scene.models[static_cast<std::size_t>(model)].schedule, "schedule");
    const double alpha = schedule->at(0).alpha, beta = schedule->at(1).beta;
    const WithColour ink(ImGuiCol_Text, vec4(palette(context.ui.theme).warning));
    const auto say = [](const std::string& sentence) { wrapped(sentence); };
    if (alpha > seen) say(fmt::format("α₀ = {:.2g}: the path begins with data in the noise, particles begin with noise alone and do not follow pₜ", alpha));
    if (beta > seen) say(fmt::format("β₁ = {:.2g}: the path ends with noise left in the data", beta));
}

// The third way to draw a path. What would be no path is not taken.
void log_snr_row(Context& context, int model, const Choice& drawn) {
    CurvePoints points = log_snr_points(drawn);
    if (points.empty()) return;
    const Choice fresh{drawn.id, {}, read_curves(*find(schedules(), drawn.id, "schedule").make())};
    const auto path = build(schedules(), drawn, "schedule");
    const auto log_snr = [&](double t) { return std::clamp(2 * path->at(t).half_log_snr(), -most_log_snr, most_log_snr); };
    const CurvePoints reset = log_snr_points(fresh);
    const Gesture gesture = curve_row({"log-SNR", "2ℓₜ", "2 log(αₜ/βₜ), rising from noise to data; moves α and β together along α² + β²", "", reset}, points, log_snr_rule, log_snr);
    if (gesture == Gesture::none) return;
    if (points == reset) context.session.commit("log-SNR of the path", with_schedule(context.session.scene(), model, fresh));
    else if (auto next = with_log_snr(drawn, points)) apply(context, gesture, "log-SNR of the path", with_schedule(context.session.scene(), model, *next));
    else if (gesture == Gesture::commit) context.session.commit("log-SNR of the path", context.session.scene());  // as far as it went
}

}  // namespace

Figure schedule_figure(Context& context) {
    Figure out;
    out.id = "schedule";
    out.title = "Schedule";
    out.x = {"t", "1", false, 0, 1, true};
    out.now = held_t(context);
    out.y = {"αₜ and βₜ", "1"};
    out.curves.push_back(over_time(context, "α data", 0, false, [](const Coefficients& c) { return c.alpha; }));
    out.curves.push_back(over_time(context, "β noise", 1, true, [](const Coefficients& c) { return c.beta; }));
    out.y.max = 1.05 * std::max(1.0, *std::max_element(out.curves.back().y.begin(), out.curves.back().y.end()));
    return out;
}

Figure log_snr_figure(Context& context) {
    Figure out;
    out.id = "log_snr";
    out.title = "Log-SNR";
    out.x = {"t", "1", false, 0, 1, true};
    out.now = held_t(context);
    out.y = {"log-SNR = 2 log(α/β)", "1"};
    out.curves.push_back(over_time(context, "log-SNR", 2, false, [](const Coefficients& c) { return 2 * c.half_log_snr(); }));
    return out;
}

void draw_path_panel(Context& context) {
    if (!section("Path", true)) return;
    const Id scope("Path");
    const int model = selected_model(context);
    const Scene& scene = context.session.scene();
    const Choice& choice = scene.models[static_cast<std::size_t>(model)].schedule;
    const auto items = [&] {
        std::vector<Item> out;
        for (const auto& entry : schedules()) {
            const Scene next = with_schedule(scene, model, {std::string(entry.id), {}});
            out.push_back({std::string(entry.id), std::string(entry.label), std::string(entry.meaning), why_not(next, next.models[static_cast<std::size_t>(model)])});
        }
        return out;
    };
    if (const auto id = pick("##schedule", std::string(find(schedules(), choice.id, "schedule").label), items))
        context.session.commit("schedule", with_schedule(scene, model, {*id, {}}));
    tooltip("how noise turns into data along the path: Xₜ = αₜ z + βₜ ε");

    Choice edited = context.session.scene().models[static_cast<std::size_t>(model)].schedule;
    const bool open = more("path");
    // The time bar shows the same curves.
    if (open || !short_window()) draw_plot(context, "schedule");
    if (open) draw_plot(context, "log_snr");
    // What is drawn by hand has its handles in sight.
    if (open || edited.id == "custom") {
        std::string changed;
        const Gesture gesture = option_rows(schedules(), edited, &changed);
        apply(context, gesture, changed + " of the path", with_schedule(context.session.scene(), model, edited));
        if (edited.id == "custom" && gesture == Gesture::none) log_snr_row(context, model, edited);
    }
    warn_of_ends(context, model);
    if (!schedules_shared(context.session.scene()))
        muted(fmt::format("the path of model '{}'", context.session.scene().models[static_cast<std::size_t>(model)].name), context.ui.theme);
}

}  // namespace pf::panels
