#include "app/panels/edits.h"

#include <algorithm>

#include "app/panels/data_edits.h"
#include "core/math/solver/solvers.h"

namespace pf::panels {

Scene with_panes(Scene scene, int panes) {
    scene.view.panes = panes;
    while (static_cast<int>(scene.lanes.size()) < panes) scene.lanes.push_back(scene.lanes.back());
    return scene;
}

Scene with_shown_lanes(Scene scene) {
    scene.lanes.erase(scene.lanes.begin() + pane_count(scene), scene.lanes.end());
    return scene;
}

Scene with_stochastic(Scene scene, int lane, bool on) {
    Lane& l = scene.lanes.at(static_cast<std::size_t>(lane));
    if (on == has_noise(l)) return scene;
    l.sigma_expression.clear();
    l.sigma = on ? Choice{"constant", {{"max", 1.0}}} : Choice{"zero", {}};
    l.solver = on ? Choice{"euler_maruyama", {}} : Choice{"heun", {}};
    return scene;
}

namespace {

// A solver that follows any drift, where the lane's does more.
void make_plain(Lane& l) {
    const auto& solver = find_solver(l.solver.id, "solver");
    if (solver.uses_denoiser || solver.uses_score || solver.own_noise) l.solver = {is_stochastic(l) ? "euler_maruyama" : "heun", {}};
}

}  // namespace

Scene with_process(Scene scene, int lane, const std::string& process) {
    Lane& l = scene.lanes.at(static_cast<std::size_t>(lane));
    l.process = process;
    if (process == "sampling") return scene;
    make_plain(l);
    if (process == "langevin") {
        if (!is_stochastic(l)) scene = with_stochastic(std::move(scene), lane, true);
        scene.lanes[static_cast<std::size_t>(lane)].grid = {"uniform", {}};
    }
    return scene;
}

Scene with_variant(Scene scene, int lane, const std::string& variant) {
    Lane& l = scene.lanes.at(static_cast<std::size_t>(lane));
    l.variant = variant;
    if (variant == "right") return scene;
    make_plain(l);
    return variant == "reversed_time" || is_stochastic(l) ? scene : with_stochastic(std::move(scene), lane, true);
}

Scene with_layer(Scene scene, const std::string& id, bool on) {
    std::vector<std::string> sorted;
    for (const auto& layer : layer_labels)
        if (layer.id == id ? on : has_layer(scene, layer.id)) sorted.emplace_back(layer.id);
    scene.view.layers = std::move(sorted);
    if (on && id == "difference" && scene.view.density == "exact") scene.view.density = "histogram";
    return scene;
}

Scene with_opacity(Scene scene, const std::string& layer, double opacity) {
    if (opacity == 1) scene.view.opacity.erase(layer);
    else scene.view.opacity[layer] = opacity;
    return scene;
}

Scene with_density(Scene scene, const std::string& id) {
    scene.view.density = id;
    return id == "exact" ? with_layer(std::move(scene), "difference", false) : scene;
}

Scene with_data(Scene scene, const std::string& id) {
    return with_data(std::move(scene), DataSpec{{id, {}}, {}, nullptr, {}});
}

namespace {

constexpr std::pair<std::string_view, std::string_view> usual_names[] = {{"exact", "truth"}, {"memorising", "memory"}, {"gaussian", "gaussian"}, {"network", "flow"}, {"formula", "formula"}};

std::string_view usual_name(std::string_view field) {
    return std::find_if(std::begin(usual_names), std::end(usual_names), [&](const auto& entry) { return entry.first == field; })->second;
}

void rename(Scene& scene, Model& model, const std::string& name) {
    for (Lane& lane : scene.lanes)
        for (std::string* reference : {&lane.model, &lane.score_model, &lane.guidance.weaker_model})
            if (*reference == model.name) *reference = name;
    model.name = name;
}

}  // namespace

Scene with_field(Scene scene, int index, const std::string& field) {
    Model& model = scene.models.at(static_cast<std::size_t>(index));
    const bool usual = model.name.starts_with(usual_name(model.field)) && field != model.field;
    model.field = field;
    model.velocity = field == "formula" ? std::vector<std::string>{"-y", "x"} : std::vector<std::string>{};
    model.score.clear();
    if (!usual) return scene;
    const auto taken = [&](const std::string& name) { return std::any_of(scene.models.begin(), scene.models.end(), [&](const Model& m) { return &m != &model && m.name == name; }); };
    std::string name(usual_name(field));
    for (int k = 2; taken(name); ++k) name = fmt::format("{} {}", usual_name(field), k);
    rename(scene, model, name);
    return scene;
}

bool schedules_shared(const Scene& scene) {
    return std::all_of(scene.models.begin(), scene.models.end(), [&](const Model& m) { return m.schedule == scene.models.front().schedule; });
}

Scene with_schedule(Scene scene, int model, const Choice& schedule) {
    const bool shared = schedules_shared(scene);
    for (std::size_t i = 0; i < scene.models.size(); ++i)
        if (shared || static_cast<int>(i) == model) scene.models[i].schedule = schedule;
    return scene;
}

bool has_layer(const Scene& scene, const std::string& id) {
    return std::find(scene.view.layers.begin(), scene.view.layers.end(), id) != scene.view.layers.end();
}

int model_index(const Scene& scene, const std::string& name) {
    for (std::size_t i = 0; i < scene.models.size(); ++i)
        if (scene.models[i].name == name) return static_cast<int>(i);
    return 0;
}

int pane_count(const Scene& scene) { return std::min(scene.view.panes, static_cast<int>(scene.lanes.size())); }

}  // namespace pf::panels
