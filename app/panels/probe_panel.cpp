#include <cmath>
#include <optional>
#include <utility>

#include "app/panels/panels.h"
#include "core/math/field/mixture_field.h"
#include "core/math/schedule/schedules.h"

namespace pf::panels {
namespace {

// The exact field of a scene's data on one schedule, kept until either changes; null without a closed form.
const Field* exact_field(const DataSpec& data, const Choice& schedule) {
    static std::optional<DataSpec> known_data;
    static Choice known_schedule;
    static std::unique_ptr<Field> field;
    if (!known_data || !(*known_data == data) || !(known_schedule == schedule)) {
        const auto mixture = make_dataset(data)->mixture();
        field = mixture ? std::make_unique<MixtureField>(mixture, std::shared_ptr<const Schedule>(build(schedules(), schedule, "schedule"))) : nullptr;
        known_data = data;
        known_schedule = schedule;
    }
    return field.get();
}

std::string vector_text(double x, double y) { return fmt::format("({:.3f}, {:.3f})", x, y); }

void line(const char* name, const std::string& value) {
    ImGui::TableNextRow();
    ImGui::TableNextColumn();
    text(name);
    ImGui::TableNextColumn();
    text(value);
}

void exact_lines(const Scene& scene, const Lane& lane, Position at, double t) {
    const Field* field = exact_field(scene.data, model_named(scene, lane.model).schedule);
    if (!field) return;
    FieldValues<double> values;
    const PointsD x = (PointsD(1, 2) << at.x, at.y).finished();
    for (const unsigned want : {want_velocity, want_score, want_denoiser, want_log_density}) {
        const TimeRange range = field->domain(want);
        if (t < range.min || t > range.max) continue;
        field->evaluate(x, t, want, values);
        if (want == want_velocity) line("u", vector_text(values.velocity(0, 0), values.velocity(0, 1)));
        if (want == want_score) line("s", vector_text(values.score(0, 0), values.score(0, 1)));
        if (want == want_denoiser) line("D", vector_text(values.denoiser(0, 0), values.denoiser(0, 1)));
        if (want == want_log_density) line("log p", fmt::format("{:.3f}", values.log_density(0)));
    }
}

void lane_table(Context& context, int lane, int particle) {
    const Scene& scene = context.session.scene();
    const double t = context.ui.playback.t;
    const auto at = particle_position(context.results.lanes[static_cast<std::size_t>(lane)].get(), particle, t);
    if (!at) return;
    const WithFont font(small_font());
    ImGui::TextColored(vec4(palette(context.ui.theme).lanes[static_cast<std::size_t>(lane)]), "lane %d", lane + 1);
    if (!ImGui::BeginTable(fmt::format("##probe{}", lane).c_str(), 2, ImGuiTableFlags_SizingFixedFit)) return;
    line("x", vector_text(at->x, at->y));
    exact_lines(scene, scene.lanes[static_cast<std::size_t>(lane)], *at, t);
    ImGui::EndTable();
}

}  // namespace

void draw_probe_tooltip(Context& context, int lane) {
    const int particle = context.ui.hovered_particle;
    if (particle < 0) return;
    ImGui::BeginTooltip();
    text(fmt::format("particle {}   t = {:.3f}", particle, context.ui.playback.t));
    lane_table(context, lane, particle);
    ImGui::EndTooltip();
}

void draw_probe_panel(Context& context) {
    if (!section("Probe", true)) return;
    const Id scope("Probe");
    const int particle = context.ui.pinned_particle >= 0 ? context.ui.pinned_particle : context.ui.hovered_particle;
    if (particle < 0) return muted("Point at a particle: it lights up in every pane. A click keeps it.", context.ui.theme);
    static int shown = -1;  // a particle pinned since the last frame brings the panel into view
    if (std::exchange(shown, context.ui.pinned_particle) != context.ui.pinned_particle && context.ui.pinned_particle >= 0) ImGui::SetScrollHereY(0);
    const Scene& scene = context.session.scene();
    const double t = context.ui.playback.t;
    text(fmt::format("particle {}{}   t = {:.3f}", particle, context.ui.pinned_particle >= 0 ? " (pinned)" : "", t));
    if (context.ui.pinned_particle >= 0 && ImGui::SmallButton("unpin")) context.ui.pinned_particle = -1;
    for (int lane = 0; lane < pane_count(scene); ++lane) lane_table(context, lane, particle);
    muted("u, s, D and log p are the exact ones at this point.", context.ui.theme);
}

}  // namespace pf::panels
