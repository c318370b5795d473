#include <algorithm>
#include <limits>

#include "app/runtime/compute.h"
#include "app/runtime/keys.h"
#include "core/math/field/separable_field.h"
#include "core/math/schedule/schedules.h"

namespace pf {
namespace {

std::vector<double> evenly(TimeRange range, int slices) { return slices > 1 ? uniform_grid(range, slices - 1) : std::vector<double>{range.max}; }

// Point masses are narrower than any cell near t = 1: the last time at which β_t is at least half a cell.
double last_resolved(const Dataset& data, const Schedule& schedule, double cell) {
    const auto mixture = data.mixture();
    if (!mixture || mixture->smallest_variance() > 0) return 1;
    double low = 0, high = 1;
    for (int i = 0; i < 50; ++i) (schedule.at((low + high) / 2).beta > cell / 2 ? low : high) = (low + high) / 2;
    return low;
}

}  // namespace

Box view_box(const Scene& scene) {
    const double e = make_dataset(scene.data)->extent();
    return {-e, e, -e, e};
}

DensityMovie density_movie(const Scene& scene, int model, int cells, int slices, std::stop_token stop) {
    const auto data = make_dataset(scene.data);
    const std::shared_ptr<const Schedule> schedule =
        build(schedules(), scene.models.at(static_cast<std::size_t>(model)).schedule, fmt::format("models[{}].schedule", model));
    DensityMovie out;
    out.key = density_key(scene, model);
    const double e = data->extent();
    out.box = {-e, e, -e, e};
    const double cell = 2 * e / cells;
    const DensityReference reference(data, schedule);
    for (const double t : evenly({0, last_resolved(*data, *schedule, cell)}, slices)) {
        if (stop.stop_requested()) break;
        out.t.push_back(t);
        out.p.push_back(reference.at(t, out.box, cells, cells));
        out.maximum.push_back(out.p.back().maxCoeff());
        out.integral.push_back(out.p.back().cast<double>().sum() * cell * cell);
    }
    return out;
}

FieldMovie field_movie(const Scene& scene, int model, const FieldSet& fields, int cells, int slices, std::stop_token stop) {
    const auto& field = fields.fields.at(static_cast<std::size_t>(model));
    if (!field) throw BadInput(fmt::format("models[{}]: '{}' has no weights yet", model, scene.models.at(static_cast<std::size_t>(model)).name));
    FieldMovie out;
    out.box = view_box(scene);
    out.width = out.height = cells;
    FieldValues<float> values;
    for (const double t : evenly(field->domain(want_velocity | want_score), slices)) {
        if (stop.stop_requested()) break;
        evaluate_on_cells(*field, out.box, cells, cells, t, want_velocity | want_score, values);
        out.t.push_back(t);
        out.velocity.push_back(values.velocity);
        out.score.push_back(values.score);
    }
    return out;
}

}  // namespace pf
