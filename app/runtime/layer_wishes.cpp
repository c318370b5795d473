#include <algorithm>

#include "app/runtime/keys.h"
#include "app/runtime/layers.h"
#include "app/runtime/shown_density.h"
#include "core/math/random.h"

namespace pf {

double opacity_of(const View& view, std::string_view layer) {
    if (std::find(view.layers.begin(), view.layers.end(), layer) == view.layers.end()) return 0;
    const auto it = view.opacity.find(std::string(layer));
    return it == view.opacity.end() ? 1 : it->second;
}

std::string why_no_layer(const Scene& scene, const Lane& lane, std::string_view layer) {
    const Model& model = model_named(scene, lane.model);
    const bool frozen = lane.process == "langevin";
    if (layer == "error") {
        if (frozen) return "Langevin dynamics at one t has no velocity";
        if (model.field != "network") return "only a network differs from the exact velocity; choose field 'network'";
        if (!on_gaussian_path(scene, model)) return "the exact velocity of a coupled path is not known";
        Model exact = model;
        exact.field = "exact";
        if (!why_not(scene, exact).empty()) return fmt::format("the exact velocity is known for mixtures only, and '{}' is none", scene.data.choice.id);
    }
    // What is not known of a lane is counted too (shown_source()).
    if (layer == "contours" && shows(scene.view, "difference") && (scene.view.density == "histogram" || !why_no_density(scene, lane).empty()))
        return "of a difference counted from particles they would be those of its sampling noise";
    if (layer == "trails" && !shows(scene.view, "particles")) return "trails are those of particles; show particles too";
    if (layer == "trails" && lane.particles > most_with_trails) return fmt::format("more than {} particles leave no trails", most_with_trails);
    if (layer == "grid" && frozen) return "Langevin dynamics stays at one t: no flow leads there from the noise";
    if (layer == "denoiser") {
        if (model.field == "formula") return "a typed field has no denoiser";
        if (!on_gaussian_path(scene, model)) return "a coupled path has no denoiser";
    }
    return {};
}

std::string why_no_colour(const Scene& scene, const Lane& lane, std::string_view colour) {
    if (colour == "log_p") return why_no_log_p(scene, lane);
    if ((colour == "divergence" || colour == "speed") && lane.process == "langevin") return "Langevin dynamics at one t has no velocity";
    return {};
}

bool wants_layer(const Scene& scene, int lane, std::string_view layer) {
    return lane < scene.view.panes && scene.view.shape == "flat" && shows(scene.view, layer) && why_no_layer(scene, scene.lanes.at(static_cast<std::size_t>(lane)), layer).empty();
}

bool wants_values(const Scene& scene, int lane) {
    const std::string& colour = scene.view.colour;
    return lane < scene.view.panes && (colour == "label" || colour == "divergence" || colour == "speed") && (shows(scene.view, "particles") || shows(scene.view, "trajectories")) &&
           why_no_colour(scene, scene.lanes.at(static_cast<std::size_t>(lane)), colour).empty();
}

bool wants_marginals(const Scene& scene, int lane) {
    return lane < scene.view.panes && scene.view.shape == "space_time" && shows(scene.view, "density") && shown_source(scene, lane) == "histogram";
}

bool wants_box_flow(const Scene& scene, int lane) { return scene.view.box && lane < scene.view.panes && shown_source(scene, lane) == "histogram"; }

Key error_key(const Scene& scene, int lane, const WeightSet& weights) {
    const int model = model_index(scene, scene.lanes.at(static_cast<std::size_t>(lane)).model);
    return stream_key(field_key(scene, model, weights), fmt::format("error {}", density_key(scene, model)));
}

Key result_key(const LaneResult& result, std::string_view what) { return stream_key(result.key, fmt::format("{} {} {}", what, result.coarse, result.start.rows())); }

void values_at(const ParticleValues& values, double t, Column& out, double& low, double& high) {
    low = high = 0;
    out.resize(0);
    if (values.values.empty()) return;
    const auto i = static_cast<std::size_t>(slice_at(values.t, t)), next = std::min(i + 1, values.t.size() - 1);
    const double span = values.t[next] - values.t[i], share = span > 0 ? std::clamp((t - values.t[i]) / span, 0.0, 1.0) : 0;
    const auto f = static_cast<float>(share);
    out = share > 0 ? Column((1 - f) * values.values[i] + f * values.values[next]) : values.values[i];
    low = static_cast<double>((1 - f) * values.low[i] + f * values.low[next]);
    high = static_cast<double>((1 - f) * values.high[i] + f * values.high[next]);
}

}  // namespace pf
