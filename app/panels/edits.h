#pragma once
#include "app/runtime/scene.h"

namespace pf::panels {

// What a control does to a scene: pure functions, shared by panels and keys. None validates; the session does.

Scene with_panes(Scene scene, int panes);                    // missing lanes are copies of the last one
Scene with_shown_lanes(Scene scene);                         // without lanes that stand in no pane
Scene with_stochastic(Scene scene, int lane, bool on);       // SDE: Euler–Maruyama, constant σ = 1; ODE: Heun, σ = 0
Scene with_process(Scene scene, int lane, const std::string& process);  // with the σ, solver and grid that it needs
Scene with_variant(Scene scene, int lane, const std::string& variant);  // likewise
// The layer "difference" has nothing to show of the exact density: that of the particles is compared instead.
Scene with_layer(Scene scene, const std::string& id, bool on);
// 1 is what layers have without being asked.
Scene with_opacity(Scene scene, const std::string& layer, double opacity);
// Another density source; the exact one drops the layer "difference".
Scene with_density(Scene scene, const std::string& id);
// Another data set; models that have no closed form for it become networks.
Scene with_data(Scene scene, const std::string& id);
// A model of another kind; a rotation where the field is to be typed. A name that says the old kind ("truth") becomes one that says the new, in the lanes too.
Scene with_field(Scene scene, int model, const std::string& field);
// Models that share one schedule keep sharing it; otherwise only `model` changes.
Scene with_schedule(Scene scene, int model, const Choice& schedule);
bool schedules_shared(const Scene& scene);

bool has_layer(const Scene& scene, const std::string& id);
int model_index(const Scene& scene, const std::string& name);  // 0 if there is none
int pane_count(const Scene& scene);                          // min(panes, lanes)

struct LayerLabel {
    const char *id, *label, *meaning;
};
inline constexpr LayerLabel layer_labels[] = {
    {"density", "density", "heat map of pₜ"},
    {"difference", "difference", "the shown density minus the exact pₜ, in place of the heat map"},
    {"error", "field error", "|learned − exact| velocity, as a heat map in place of the density"},
    {"lic", "flow texture", "the velocity field as a texture: line-integral convolution"},
    {"contours", "contours", "lines that hold 50, 80 and 95 % of the mass; of a difference, half its largest value"},
    {"grid", "deforming grid", "a square grid of the noise, carried along by the flow"},
    {"particles", "particles", "samples at time t"},
    {"trails", "trails", "where the particles have just been"},
    {"trajectories", "trajectories", "whole paths of a few particles, noise to data"},
    {"streamlines", "streamlines", "lines along the velocity field at time t"},
    {"velocity", "velocity u", "arrows of the velocity field"},
    {"score", "score s", "arrows of ∇ log p"},
    {"denoiser", "denoiser D", "arrows from x to D, the mean of the data given x"},
};

}  // namespace pf::panels
