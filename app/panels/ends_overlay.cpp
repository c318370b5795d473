#include "app/panels/ends_overlay.h"

#include <optional>

#include "core/math/random.h"

namespace pf::panels {
namespace {

constexpr Eigen::Index dots = 700;

struct Ends {
    DataSpec data;
    std::optional<DataSpec> source;
    Points from, to;
};

// Drawn every frame, made once.
const Ends& ends_of(const Scene& scene) {
    static std::optional<Ends> kept;
    if (!kept || !(kept->data == scene.data) || !(kept->source == scene.source)) {
        Random random(scene.seed, "ends");
        Points from = scene.source ? make_dataset(*scene.source)->sample(random, dots) : random.normals(dots);
        kept = Ends{scene.data, scene.source, std::move(from), make_dataset(scene.data)->sample(random, dots)};
    }
    return *kept;
}

void draw_dots(const Sheet& s, const Points& x, ImU32 colour, bool round) {
    const float half = 1.7f * s.scale;
    for (Eigen::Index i = 0; i < x.rows(); ++i) {
        const Point on = to_screen(s.camera, s.pane, {static_cast<double>(x(i, 0)), static_cast<double>(x(i, 1))});
        const ImVec2 at{static_cast<float>(on.x), static_cast<float>(on.y)};
        if (round) s.draw.AddCircle(at, half, colour, 8, s.scale);
        else s.draw.AddRectFilled({at.x - half, at.y - half}, {at.x + half, at.y + half}, colour);
    }
}

}  // namespace

void draw_ends(const Sheet& s, const Scene& scene) {
    const Ends& ends = ends_of(scene);
    const ImU32 round = rgba(s.p.muted, 0.8f), square = rgba(s.p.accent, 0.8f);
    draw_dots(s, ends.from, round, true);
    draw_dots(s, ends.to, square, false);
    const std::string from = scene.source ? "the source, t = 0" : "noise, t = 0", to = "data, t = 1: a trained network leads there";
    const float line = s.size + 3 * s.scale, w = std::max(s.width(from), s.width(to)) + 32 * s.scale, h = 2 * line + 6 * s.scale;
    if (w > s.pane.width - 2 * s.margin()) return;
    const ImVec2 at = s.chip(s.pane.x + s.margin(), s.pane.y + title_room * s.scale, w, h);
    const float x = at.x + 6 * s.scale, half = 3 * s.scale;
    s.draw.AddCircle({x, at.y + s.size / 2}, half, round, 0, 1.5f * s.scale);
    s.draw.AddRectFilled({x - half, at.y + line + s.size / 2 - half}, {x + half, at.y + line + s.size / 2 + half}, square);
    s.text(at.x + 18 * s.scale, at.y, s.p.text, from);
    s.text(at.x + 18 * s.scale, at.y + line, s.p.text, to);
}

}  // namespace pf::panels
