#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "app/panels/panels.h"
#include "app/panels/plot.h"
#include "core/math/schedule/schedules.h"

namespace pf::panels {
namespace {

constexpr int samples = 97;

void plot_schedule(const Schedule& schedule, Theme theme, bool log_snr) {
    std::array<float, samples> t{}, alpha{}, beta{}, snr{};
    double largest = 1;
    for (std::size_t i = 0; i < samples; ++i) {
        const double at = static_cast<double>(i) / (samples - 1);
        const Coefficients c = schedule.at(at);
        t[i] = static_cast<float>(at);
        alpha[i] = static_cast<float>(c.alpha);
        beta[i] = static_cast<float>(c.beta);
        snr[i] = static_cast<float>(2 * c.half_log_snr());
        if (!std::isfinite(snr[i])) snr[i] = std::numeric_limits<float>::quiet_NaN();
        largest = std::max(largest, c.beta);
    }
    const Palette& p = palette(theme);
    const Curve curves[] = {{t, alpha, p.lanes[0], false, "α data"}, {t, beta, p.lanes[1], true, "β noise"}};
    plot("##schedule", curves, {0, 1, false, "t"}, {0, 1.05 * largest, false, ""}, ImGui::GetFontSize() * 6.5f, theme);
    tooltip("Xₜ = αₜ z + βₜ ε: how much of the data z and of the noise ε there is at time t");
    if (!log_snr) return;
    const Curve ratio[] = {{t, snr, p.lanes[2], false, "log-SNR = 2 log(α/β)"}};
    plot("##snr", ratio, {0, 1, false, "t"}, fitted(ratio, false, ""), ImGui::GetFontSize() * 6.5f, theme);
}

}  // namespace

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
    plot_schedule(*build(schedules(), edited, "schedule"), context.ui.theme, open);
    if (open) {
        std::string changed;
        const Gesture gesture = option_rows(schedules(), edited, &changed);
        apply(context, gesture, changed + " of the path", with_schedule(context.session.scene(), model, edited));
    }
    if (!schedules_shared(context.session.scene()))
        muted(fmt::format("the path of model '{}'", context.session.scene().models[static_cast<std::size_t>(model)].name), context.ui.theme);
}

}  // namespace pf::panels
