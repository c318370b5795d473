#include "app/runtime/layers.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "app/runtime/guidance.h"
#include "app/runtime/keys.h"
#include "app/runtime/lane_movies.h"
#include "app/runtime/lane_problem.h"
#include "core/math/field/line_integral.h"
#include "core/math/field/mixture_field.h"
#include "core/math/field/separable_field.h"
#include "core/math/metrics/field_error.h"
#include "core/math/schedule/schedules.h"

namespace pf {
namespace {

constexpr int lines_across_box = 26;  // streamlines, across view_box()
constexpr int half_length = 14;       // of the convolution, in texels where 512 are across view_box()
constexpr int across = 96;             // cells of the field, across view_box()
constexpr int grid_lines = 21, grid_circles = 2, substeps = 4;

std::vector<double> evenly(TimeRange range, int slices) { return slices > 1 && range.max > range.min ? uniform_grid(range, slices - 1) : std::vector<double>{range.min}; }

TimeRange common(TimeRange a, TimeRange b) { return {std::max(a.min, b.min), std::min(a.max, b.max)}; }

std::shared_ptr<const Field> need(std::shared_ptr<const Field> field, const std::string& model) {
    if (!field) throw BadInput(fmt::format("model '{}' has no weights yet", model));
    return field;
}

// Calls draw(t, grid) for each slice.
template <class Draw>
void for_slices(const Scene& scene, int lane, const FieldSet& fields, const Box& box, int width, int height, int slices, std::stop_token stop, const Draw& draw) {
    const LaneFlow flow = lane_flow(scene, lane, fields);
    need(flow.field, scene.lanes[static_cast<std::size_t>(lane)].model);
    FieldValues<float> values;
    for (const double t : evenly(flow.times, slices)) {
        if (stop.stop_requested()) return;
        evaluate_on_cells(*flow.field, box, width, height, t, flow.want, values);
        draw(t, VectorGrid{box, width, height, flow.want == want_velocity ? values.velocity : values.score});
    }
}

float quantile(std::vector<float>& values, double share) {
    std::erase_if(values, [](float v) { return !std::isfinite(v); });
    if (values.empty()) return 0;
    const auto rank = values.begin() + static_cast<std::ptrdiff_t>(share * static_cast<double>(values.size() - 1));
    std::nth_element(values.begin(), rank, values.end());
    return *rank;
}

}  // namespace

LaneFlow lane_flow(const Scene& scene, int lane, const FieldSet& fields) {
    const Lane& l = scene.lanes.at(static_cast<std::size_t>(lane));
    const bool frozen = l.process == "langevin";
    LaneFlow out;
    out.field = guided_field(scene, l, model_index(scene, frozen && !l.score_model.empty() ? l.score_model : l.model), fields);
    out.want = frozen ? want_score : want_velocity;
    if (!out.field) return out;
    out.times = out.field->domain(out.want);
    if (frozen) out.times.min = out.times.max = std::clamp(l.frozen_t, out.times.min, out.times.max);
    return out;
}

StreamlineMovie streamline_movie(const Scene& scene, int lane, const FieldSet& fields, int cells, int slices, Reach reach, std::stop_token stop) {
    StreamlineMovie out;
    const Box box = view_box(scene);
    const FlowGrid wide = flow_grid(box, cells, reach);
    out.box = wide.box;
    out.coarser = wide.coarser;
    out.separation = wide.coarser * (box.x_max - box.x_min) / lines_across_box;
    // Within the usual box lines are placed as without the rest, so that they stay where they are when that grows, and have the looks they had.
    const FlowGrid usual{flow_grid(box, cells, {})};
    std::vector<float> speeds;
    const auto place = [&](const FlowGrid& on, int first_seed, const std::vector<std::vector<Streamline>>& within) {
        StreamlinePlacer placer(on.box, out.separation, first_seed);
        std::vector<std::vector<Streamline>> lines;
        out.t.clear();
        for_slices(scene, lane, fields, on.box, on.width, on.height, slices, stop, [&](double t, const VectorGrid& grid) {
            out.t.push_back(t);
            lines.push_back(placer.place(grid, within.empty() ? std::vector<Streamline>{} : within[lines.size()]));
        });
        return lines;
    };
    out.lines = place(usual, 0, {});
    for (const auto& slice : out.lines)
        for (const Streamline& line : slice) speeds.insert(speeds.end(), line.speed.begin(), line.speed.end());
    if (!(wide.box == usual.box)) out.lines = place(wide, 1 << 24, out.lines);
    out.fastest = quantile(speeds, 0.95);
    return out;
}

TextureMovie texture_movie(const Scene& scene, int lane, const FieldSet& fields, int size, int slices, Reach reach, std::stop_token stop) {
    TextureMovie out;
    const FlowGrid texels = flow_grid(view_box(scene), size, reach);
    out.box = texels.box;
    out.coarser = texels.coarser;
    out.width = texels.width, out.height = texels.height;
    const std::uint64_t noise = stream_key(0, "flow texture");
    const auto cells = [&](int n) { return std::max(2, n * across / size); };
    for_slices(scene, lane, fields, out.box, cells(out.width), cells(out.height), slices, stop, [&](double t, const VectorGrid& grid) {
        out.t.push_back(t);
        out.texels.push_back(line_integral_convolution(grid, out.width, out.height, std::max(4, half_length * size / 512), noise));
    });
    for (std::size_t i = 0; i + 1 < out.texels.size(); ++i) out.likeness.push_back(correlation(out.texels[i], out.texels[i + 1]));
    return out;
}

GridMovie grid_movie(const Scene& scene, int lane, const FieldSet& fields, int points, int slices, std::stop_token stop) {
    const Lane& l = scene.lanes.at(static_cast<std::size_t>(lane));
    const auto model = static_cast<std::size_t>(model_index(scene, l.model));
    LaneProblem flow;  // the ODE alone, noise to data
    flow.velocity = need(l.process == "sampling" ? lane_problem(scene, lane, fields).velocity : guided_field(scene, l, static_cast<int>(model), fields), l.model);
    flow.schedule = fields.schedules.at(model);
    const Dynamics dynamics = flow.dynamics();
    const LaneStart begin = lane_start(scene, lane, flow, lane_range(scene, lane, flow, valid_times(dynamics, find_solver("rk4", "solver"))));

    GridMovie out;
    out.reach = scene.source ? 0.7 * make_dataset(*scene.source)->extent() : 3 * flow.schedule->at(0).beta;
    out.lines = 2 * grid_lines, out.circles = scene.source ? 0 : grid_circles;
    out.spacing = 2 * out.reach / (grid_lines - 1);
    out.points_a_line = (grid_lines - 1) * points + 1, out.points_a_circle = out.circles > 0 ? 24 * points + 1 : 0;
    Points start(static_cast<Eigen::Index>(out.lines * out.points_a_line + out.circles * out.points_a_circle), 2);
    Eigen::Index i = 0;
    for (const Eigen::Index fixed : {0, 1})
        for (int line = 0; line < grid_lines; ++line)
            for (int k = 0; k < out.points_a_line; ++k, ++i) {
                start(i, fixed) = static_cast<float>(-out.reach + line * out.spacing);
                start(i, 1 - fixed) = static_cast<float>(-out.reach + k * out.spacing / points);
            }
    for (int circle = 1; circle <= out.circles; ++circle)
        for (int k = 0; k < out.points_a_circle; ++k, ++i) {
            const double angle = 2 * std::numbers::pi * k / (out.points_a_circle - 1), radius = circle * out.reach / 3;
            start(i, 0) = static_cast<float>(radius * std::cos(angle)), start(i, 1) = static_cast<float>(radius * std::sin(angle));
        }
    start = ((start.matrix().cast<double>() * begin.map.matrix.transpose()).rowwise() + begin.map.shift.transpose()).array().cast<float>();

    const auto path = integrate<float>(dynamics, "rk4", uniform_grid(begin.range, (slices - 1) * substeps), start, {}, stop);
    for (std::size_t k = 0; k < path.t.size(); k += substeps) {
        out.t.push_back(path.t[k]);
        out.x.push_back(path.x[k]);
    }
    return out;
}

ErrorMovie error_movie(const Scene& scene, int lane, const FieldSet& fields, int cells, int slices, std::stop_token stop) {
    const Lane& l = scene.lanes.at(static_cast<std::size_t>(lane));
    const auto model = static_cast<std::size_t>(model_index(scene, l.model));
    const auto learned = need(fields.fields.at(model), l.model);
    const auto data = make_dataset(scene.data);
    check(data->mixture() != nullptr, "{}", why_no_layer(scene, l, "error"));
    const auto& schedule = fields.schedules[model];
    const MixtureField exact(data->mixture(), schedule);
    ErrorMovie out;
    out.error.box = view_box(scene);
    const double dx = (out.error.box.x_max - out.error.box.x_min) / cells, dy = (out.error.box.y_max - out.error.box.y_min) / cells;
    Points x(static_cast<Eigen::Index>(cells) * cells, 2);
    for (int r = 0; r < cells; ++r)
        for (int c = 0; c < cells; ++c) {
            x(r * cells + c, 0) = static_cast<float>(out.error.box.x_min + (c + 0.5) * dx);
            x(r * cells + c, 1) = static_cast<float>(out.error.box.y_min + (r + 0.5) * dy);
        }
    FieldValues<float> found, truth;
    const auto times = evenly(common(learned->domain(want_velocity), exact.domain(want_velocity)), slices);
    for (const double t : times) {
        if (stop.stop_requested()) break;
        learned->evaluate(x, t, want_velocity, found);
        exact.evaluate(x, t, want_velocity | want_log_density, truth);
        const Column error = (found.velocity - truth.velocity).matrix().rowwise().norm().array();
        const float highest = truth.log_density.maxCoeff();
        float largest = 0;
        for (Eigen::Index i = 0; i < error.size(); ++i)
            if (truth.log_density(i) > highest - std::log(1000.f)) largest = std::max(largest, error(i));
        out.error.t.push_back(t);
        out.error.p.emplace_back(Eigen::Map<const DensityGrid>(error.data(), cells, cells));
        out.error.maximum.push_back(largest);
        out.error.integral.push_back(0);
    }
    out.relative = field_error(*learned, exact, *data, *schedule, out.error.t, 2048, stream_key(scene.seed, "field error"), [&] { return stop.stop_requested(); }).velocity;
    return out;
}

LayerResults all_layers(const Scene& scene, const FieldSet& fields, const Results& results, Reach reach, std::stop_token stop) {
    LayerResults out;
    for (int lane = 0; lane < static_cast<int>(scene.lanes.size()); ++lane) {
        const auto i = static_cast<std::size_t>(lane);
        if (stop.stop_requested()) break;
        if (wants_layer(scene, lane, "streamlines")) out.streamlines[i] = std::make_shared<const StreamlineMovie>(streamline_movie(scene, lane, fields, across, 49, reach, stop));
        if (wants_layer(scene, lane, "lic")) out.textures[i] = std::make_shared<const TextureMovie>(texture_movie(scene, lane, fields, 512, 33, reach, stop));
        if (wants_layer(scene, lane, "grid")) out.grids[i] = std::make_shared<const GridMovie>(grid_movie(scene, lane, fields, 6, 65, stop));
        if (wants_layer(scene, lane, "error")) out.errors[i] = std::make_shared<const ErrorMovie>(error_movie(scene, lane, fields, 96, 33, stop));
        if (!results.lanes[i]) continue;
        if (wants_layer(scene, lane, "denoiser")) out.denoisers[i] = std::make_shared<const DenoiserMovie>(denoiser_movie(scene, lane, fields, *results.lanes[i], stop));
        if (wants_marginals(scene, lane)) out.marginals[i] = std::make_shared<const Marginals>(particle_marginals(scene, *results.lanes[i], stop));
        if (wants_box_flow(scene, lane)) out.box_flows[i] = std::make_shared<const BoxFlow>(box_flow(*results.lanes[i], *scene.view.box, stop));
        if (wants_values(scene, lane)) out.values[i] = std::make_shared<const ParticleValues>(particle_values(scene, lane, fields, *results.lanes[i], stop));
    }
    return out;
}

}  // namespace pf
