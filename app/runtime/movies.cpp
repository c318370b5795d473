#include <algorithm>
#include <cmath>
#include <limits>

#include "app/runtime/compute.h"
#include "app/runtime/guidance.h"
#include "app/runtime/keys.h"
#include "app/runtime/lane_movies.h"
#include "core/math/dataset/labelled.h"
#include "core/math/field/mixture_field.h"
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

Points cell_centres(const Box& box, int cells) {
    Points x(static_cast<Eigen::Index>(cells) * cells, 2);
    for (int row = 0; row < cells; ++row)
        for (int column = 0; column < cells; ++column) {
            const Eigen::Index i = static_cast<Eigen::Index>(row) * cells + column;
            x(i, 0) = static_cast<float>(box.x_min + (column + 0.5) * (box.x_max - box.x_min) / cells);
            x(i, 1) = static_cast<float>(box.y_min + (row + 0.5) * (box.y_max - box.y_min) / cells);
        }
    return x;
}

void add_slice(DensityMovie& movie, double t, DensityGrid p) {
    const double area = (movie.box.x_max - movie.box.x_min) * (movie.box.y_max - movie.box.y_min) / static_cast<double>(p.size());
    movie.t.push_back(t);
    movie.maximum.push_back(p.maxCoeff());
    movie.integral.push_back(p.cast<double>().sum() * area);
    movie.p.push_back(std::move(p));
}

}  // namespace

Box view_box(const Scene& scene) {
    double e = make_dataset(scene.data)->extent();
    if (scene.source) e = std::max(e, make_dataset(*scene.source)->extent());
    return {-e, e, -e, e};
}

namespace {

// Of the last slice, on finer cells about its greatest one.
float greatest_nearby(const DensityReference& reference, const DensityMovie& movie, double t) {
    constexpr int fine = 48;
    const DensityGrid& p = movie.p.back();
    Eigen::Index row = 0, column = 0;
    p.maxCoeff(&row, &column);
    const double dx = (movie.box.x_max - movie.box.x_min) / static_cast<double>(p.cols()), dy = (movie.box.y_max - movie.box.y_min) / static_cast<double>(p.rows());
    const double x = movie.box.x_min + static_cast<double>(column) * dx, y = movie.box.y_min + static_cast<double>(row) * dy;
    return reference.at(t, {x - dx, x + 2 * dx, y - dy, y + 2 * dy}, fine, fine).maxCoeff();
}

// p_t of `data` on a model's path.
DensityMovie movie_of(const Scene& scene, int model, const std::shared_ptr<const Dataset>& data, int cells, int slices, std::stop_token stop) {
    const std::shared_ptr<const Schedule> schedule =
        build(schedules(), scene.models.at(static_cast<std::size_t>(model)).schedule, fmt::format("models[{}].schedule", model));
    DensityMovie out;
    out.box = view_box(scene);
    const DensityReference reference(data, schedule);
    const bool typed = !data->mixture();  // it may have edges
    const double cell = (out.box.x_max - out.box.x_min) / cells;
    for (const double t : evenly({0, 1}, slices)) {
        if (stop.stop_requested()) break;
        add_slice(out, t, typed && schedule->at(t).beta < cell ? reference.averages(t, out.box, cells, cells) : reference.at(t, out.box, cells, cells));
        if (typed) out.between.push_back(greatest_nearby(reference, out, t));
    }
    return out;
}

}  // namespace

DensityMovie density_movie(const Scene& scene, int model, int cells, int slices, std::stop_token stop) {
    DensityMovie out = movie_of(scene, model, make_dataset(scene.data), cells, slices, stop);
    out.key = density_key(scene, model);
    return out;
}

DensityMovie exact_density_movie(const Scene& scene, int lane, int cells, int slices, std::stop_token stop) {
    const Lane& l = scene.lanes.at(static_cast<std::size_t>(lane));
    const auto data = exact_data(scene, l);
    check(data != nullptr, "lanes[{}] has no exact density", lane);
    DensityMovie out = movie_of(scene, model_index(scene, l.model), data, cells, slices, stop);
    out.key = exact_density_key(scene, lane);
    return out;
}

DensityMovie lane_density_movie(const Scene& scene, int lane, int cells, int slices, std::stop_token stop) {
    const Lane& l = scene.lanes.at(static_cast<std::size_t>(lane));
    const std::shared_ptr<const Dataset> data = make_dataset(scene.data);
    const auto all = data->mixture();
    check(all && l.guidance.label >= 0, "{}", why_no_density(scene, l));
    const std::shared_ptr<const Schedule> schedule = build(schedules(), model_named(scene, l.model).schedule, fmt::format("lanes[{}]: schedule", lane));
    const auto given = with_label(*all, l.guidance.label);
    double prior = 0;
    for (const Component& c : all->components()) prior += c.label == l.guidance.label ? c.weight : 0;

    DensityMovie out;
    out.key = lane_density_key(scene, lane);
    out.box = view_box(scene);
    const double cell = (out.box.x_max - out.box.x_min) / cells;
    const DensityReference reference(with_label(data, l.guidance.label), schedule);
    const MixtureField everything(all, schedule), part(given, schedule);
    const PointsD x = cell_centres(out.box, cells).cast<double>();
    FieldValues<double> whole, labelled;
    for (const double t : evenly({0, last_resolved(*data, *schedule, cell)}, slices)) {
        if (stop.stop_requested()) break;
        if (scene.view.density == "class") {
            add_slice(out, t, reference.at(t, out.box, cells, cells));
            continue;
        }
        everything.evaluate(x, t, want_log_density, whole);
        part.evaluate(x, t, want_log_density, labelled);
        // log p_t(x) + w log p_t(c|x), p_t(c|x) = p(c) p_t(x|c)/p_t(x).
        const ColumnD product = whole.log_density + l.guidance.scale * (std::log(prior) + labelled.log_density - whole.log_density);
        const ColumnD p = (product - product.maxCoeff()).exp();
        add_slice(out, t, Eigen::Map<const Eigen::Array<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>>(p.data(), cells, cells).cast<float>() /
                              static_cast<float>(p.sum() * cell * cell));
    }
    return out;
}

namespace {

// Both fields may be one; no scores if `score` is null.
FieldMovie movie_of(const ArrowGrid& grid, const Field& velocity, const Field* score, int slices, std::stop_token stop) {
    FieldMovie out;
    out.box = grid.box;
    out.width = grid.width, out.height = grid.height;
    const unsigned want = want_velocity | (score == &velocity ? want_score : 0u);
    TimeRange range = velocity.domain(want);
    const bool other = score && score != &velocity;
    if (other) {
        const TimeRange of_score = score->domain(want_score);
        range = {std::max(range.min, of_score.min), std::min(range.max, of_score.max)};
    }
    FieldValues<float> values;
    for (const double t : evenly(range, slices)) {
        if (stop.stop_requested()) break;
        evaluate_on_cells(velocity, grid.box, grid.width, grid.height, t, want, values);
        if (other) evaluate_on_cells(*score, grid.box, grid.width, grid.height, t, want_score, values);
        out.t.push_back(t);
        out.velocity.push_back(values.velocity);
        if (score) out.score.push_back(values.score);
    }
    return out;
}

}  // namespace

ArrowGrid arrow_grid(const Box& view_box, int cells, Reach reach) {
    constexpr int most = 96;
    const auto across = [&](double half, double wanted, int times) { return 2 * static_cast<int>(std::ceil(std::max(field_reach * half, wanted) * cells / (2 * half * times) - 1e-6)); };
    const int times = std::max(1, (std::max(across(view_box.x_max, reach.x, 1), across(view_box.y_max, reach.y, 1)) + most - 1) / most);
    const int width = across(view_box.x_max, reach.x, times), height = across(view_box.y_max, reach.y, times);
    const double x = view_box.x_max * width * times / cells, y = view_box.y_max * height * times / cells;
    return {{-x, x, -y, y}, width, height};
}

FlowGrid flow_grid(const Box& view_box, int cells, Reach reach) {
    constexpr double most = 2.5;
    const double x = std::max(field_reach, reach.x / view_box.x_max), y = std::max(field_reach, reach.y / view_box.y_max);  // in view boxes
    const double coarser = std::max(1.0, std::sqrt(x * y / (most * field_reach * field_reach)));
    const auto half = [&](double boxes) { return static_cast<int>(std::ceil(boxes * cells / (2 * coarser) - 1e-6)); };
    const int width = 2 * half(x), height = 2 * half(y);
    const double x_max = view_box.x_max * (width * coarser) / cells, y_max = view_box.y_max * (height * coarser) / cells;
    return {{-x_max, x_max, -y_max, y_max}, width, height, coarser};
}

FieldMovie lane_field_movie(const Scene& scene, int lane, const FieldSet& fields, int cells, int slices, Reach reach, std::stop_token stop) {
    const Lane& l = scene.lanes.at(static_cast<std::size_t>(lane));
    const std::string& score_name = l.score_model.empty() ? l.model : l.score_model;
    const LaneFields follows = lane_fields(scene, lane, fields);
    if (!follows.velocity) throw BadInput(fmt::format("lanes[{}]: model '{}' has no weights yet", lane, l.model));
    const Field* score = on_gaussian_path(scene, model_named(scene, score_name)) ? follows.score.get() : nullptr;
    const Box inner = view_box(scene);
    FieldMovie out = movie_of(arrow_grid(inner, cells, reach), *follows.velocity, score, slices, stop);
    out.counted = inner;
    return out;
}

}  // namespace pf
