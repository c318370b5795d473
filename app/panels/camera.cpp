#include "app/panels/camera.h"

#include <algorithm>
#include <cmath>
#include <optional>

#include "app/panels/sheet.h"
#include "app/runtime/limits.h"
#include "core/math/random.h"

namespace pf::panels {
namespace {

double title_height(const UiState& ui, double height) { return ui.titled ? std::min(static_cast<double>(title_room * ui.scale), height / 6) : 0; }

// The numbers of the axis, which stand inside at the foot.
double numbers_height(const UiState& ui, double height) { return ui.titled ? std::min(static_cast<double>(numbers_room * ui.scale), height / 10) : 0; }

const Box& fitted_box(const UiState& ui, const Box& box) { return ui.held_box && edits_data(ui.tool) ? *ui.held_box : box; }

}  // namespace

PaneCamera pane_camera(const UiState& ui, const Box& box, const Rect& pane) {
    const double width = std::max(1.f, pane.width), height = std::max(1.f, pane.height);
    const Box& shown = fitted_box(ui, box);
    const double head = title_height(ui, height), foot = numbers_height(ui, height);
    const double fit = std::max((shown.x_max - shown.x_min) / width, (shown.y_max - shown.y_min) / (height - head - foot));
    // The box stands in the middle, or so much lower that it begins below the title.
    const double free = height - (shown.y_max - shown.y_min) / fit, down = std::max(0.0, head - free / 2), units = fit / ui.zoom;
    return {ui.centre_x, ui.centre_y + down * units, units};
}

double shown_side(const UiState& ui, const Box& box) {
    const Box& shown = fitted_box(ui, box);
    return std::max(shown.x_max - shown.x_min, shown.y_max - shown.y_min) / ui.zoom;
}

Point to_screen(const PaneCamera& camera, const Rect& pane, Point world) {
    return {pane.x + pane.width / 2 + (world.x - camera.x) / camera.units_per_pixel,
            pane.y + pane.height / 2 - (world.y - camera.y) / camera.units_per_pixel};
}

Point to_world(const PaneCamera& camera, const Rect& pane, Point screen) {
    return {camera.x + (screen.x - pane.x - pane.width / 2) * camera.units_per_pixel,
            camera.y - (screen.y - pane.y - pane.height / 2) * camera.units_per_pixel};
}

SpaceTime space_time(const UiState& ui, const Box& box, const Rect& pane) {
    const double width = std::max(1.f, pane.width), height = std::max(1.f, pane.height), head = title_height(ui, height), scale = static_cast<double>(ui.scale);
    const double units = (box.y_max - box.y_min) / (height - head), left = std::min(44 * scale, width / 4), right = std::min(20 * scale, width / 8);
    return {{0, (box.y_min + box.y_max) / 2 + head / 2 * units, units}, (left - width / 2) * units, (width - left - right) * units};
}

void zoom_at(UiState& ui, const Box& box, const Rect& pane, Point screen, double factor) {
    const Point before = to_world(pane_camera(ui, box, pane), pane, screen);
    ui.zoom = std::clamp(ui.zoom * factor, limits::zoom.min, limits::zoom.max);
    const Point after = to_world(pane_camera(ui, box, pane), pane, screen);
    ui.centre_x += before.x - after.x;
    ui.centre_y += before.y - after.y;
}

void pan(UiState& ui, const Box& box, const Rect& pane, double dx, double dy) {
    const double units = pane_camera(ui, box, pane).units_per_pixel;
    ui.centre_x -= dx * units;
    ui.centre_y += dy * units;
}

Reach shown_reach(const UiState& ui, const Box& box, const Layout& layout) {
    constexpr double step = 1.3;
    Reach out;
    for (const Rect& pane : layout.panes) {
        if (pane.width < 1 || pane.height < 1) continue;
        const PaneCamera camera = pane_camera(ui, box, pane);
        out.x = std::max(out.x, std::abs(camera.x) + camera.units_per_pixel * static_cast<double>(pane.width) / 2);
        out.y = std::max(out.y, std::abs(camera.y) + camera.units_per_pixel * static_cast<double>(pane.height) / 2);
    }
    if (ui.audience) out.x = std::max(out.x, ui.audience->x), out.y = std::max(out.y, ui.audience->y);
    const auto up = [](double v) { return v > 0 ? std::pow(step, std::ceil(std::log(v) / std::log(step))) : 0; };
    return {up(out.x), up(out.y)};
}

void reset_camera(UiState& ui) {
    ui.centre_x = ui.centre_y = 0;
    ui.zoom = 1;
    ui.held_box.reset();
    ui.turn = UiState{}.turn;
    ui.tilt = UiState{}.tilt;
}

Viewpoint viewpoint(const UiState& ui) {
    const auto within = [](double x, Domain domain) { return std::clamp(x, domain.min, domain.max); };
    Viewpoint out{ui.playback.t, ui.playback.playing, within(ui.centre_x, limits::coordinate), within(ui.centre_y, limits::coordinate), within(ui.zoom, limits::zoom), within(ui.turn, limits::angle), within(ui.tilt, limits::angle)};
    out.fan = ui.probe_fan, out.posterior = ui.probe_posterior;
    if (ui.pinned_particle >= 0) out.pin = Pin{ui.pinned_particle};
    if (const auto& point = ui.pinned_point) out.pin = Pin{-1, within(point->x, limits::coordinate), within(point->y, limits::coordinate), point->follows_time ? std::nullopt : std::optional(point->t)};
    return out;
}

void look_from(UiState& ui, const Viewpoint& v) {
    ui.playback.t = v.t;
    ui.playback.hold = 0;
    ui.playback.playing = v.playing && !ui.reduced_motion;
    ui.centre_x = v.x, ui.centre_y = v.y, ui.zoom = v.zoom;
    ui.turn = v.turn, ui.tilt = v.tilt;
    pin_as(ui, v);
}

void pin_as(UiState& ui, const Viewpoint& v) {
    if (!v.pin) return;
    ui.pinned_particle = v.pin->particle;
    ui.pinned_point.reset();
    if (v.pin->particle >= 0) return;
    ui.pinned_point = PinnedPoint{v.pin->x, v.pin->y, v.pin->t.value_or(v.t), !v.pin->t};
    ui.probe_fan = v.fan, ui.probe_posterior = v.posterior;
}

Box framing(const DataSpec& data) {
    constexpr Eigen::Index draws = 4000;
    constexpr double noise = 3.3, quantile = 0.998, margin = 1.04;
    Random random(7, "framing");
    const Points x = make_dataset(data)->sample(random, draws);
    Eigen::ArrayXf reach = x.abs().rowwise().maxCoeff();
    const auto rank = reach.data() + static_cast<std::ptrdiff_t>(quantile * static_cast<double>(draws - 1));
    std::nth_element(reach.data(), rank, reach.data() + draws);
    const double half = margin * std::max(noise, static_cast<double>(*rank));
    return {-half, half, -half, half};
}

const Box& scene_box(const Scene& scene) {
    thread_local std::optional<DataSpec> known;
    thread_local Box box;
    thread_local std::optional<DataSpec> known_source;
    if (!known || !(*known == scene.data) || known_source != scene.source) {
        box = framing(scene.data);
        if (const Box other = scene.source ? framing(*scene.source) : box; other.x_max > box.x_max) box = other;
        known = scene.data;
        known_source = scene.source;
    }
    return box;
}

}  // namespace pf::panels
