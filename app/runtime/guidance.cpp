#include "app/runtime/guidance.h"

#include "app/runtime/keys.h"
#include "app/runtime/lane_problem.h"
#include "core/math/dataset/labelled.h"
#include "core/math/field/guided.h"
#include "core/math/field/mixture_field.h"
#include "core/math/schedule/schedules.h"

namespace pf {
namespace {

// The exact field of the data, or of those with a label.
std::shared_ptr<const Field> exact_field(const Scene& scene, std::shared_ptr<const Schedule> schedule, int label) {
    const auto all = make_dataset(scene.data)->mixture();
    check(all != nullptr, "'{}' is no mixture", scene.data.choice.id);
    return std::make_shared<MixtureField>(label < 0 ? all : with_label(*all, label), std::move(schedule));
}

// A model's field given a label (−1: without).
std::shared_ptr<const Field> labelled_field(const Scene& scene, int model, int label, const FieldSet& fields) {
    const auto i = static_cast<std::size_t>(model);
    if (label < 0 || !fields.fields[i]) return fields.fields[i];
    if (const auto* network = dynamic_cast<const nn::NetworkField*>(fields.fields[i].get())) return network->with_label(label);
    return exact_field(scene, fields.schedules[i], label);
}

}  // namespace

std::shared_ptr<const Field> guided_field(const Scene& scene, const Lane& lane, int model, const FieldSet& fields) {
    const Guidance& g = lane.guidance;
    const auto plain = fields.fields.at(static_cast<std::size_t>(model));
    if (g.kind == "none" || !plain) return plain;
    std::shared_ptr<const Field> base, towards, from;
    if (g.kind == "classifier") {
        const auto& schedule = fields.schedules[static_cast<std::size_t>(model)];
        base = plain, towards = exact_field(scene, schedule, g.label), from = exact_field(scene, schedule, -1);
    } else {
        const bool automatic = g.kind == "autoguidance";
        base = from = automatic ? labelled_field(scene, model_index(scene, g.weaker_model), g.label, fields) : labelled_field(scene, model, g.negative_label, fields);
        towards = labelled_field(scene, model, g.label, fields);
    }
    if (!base || !towards) return nullptr;
    return std::make_shared<GuidedField>(base, towards, from, g.scale, TimeRange{g.from, g.to});
}

LaneFields lane_fields(const Scene& scene, int lane, const FieldSet& fields) {
    const Lane& l = scene.lanes.at(static_cast<std::size_t>(lane));
    const auto velocity = guided_field(scene, l, model_index(scene, l.model), fields);
    return {velocity, l.score_model.empty() || l.score_model == l.model ? velocity : guided_field(scene, l, model_index(scene, l.score_model), fields)};
}

std::optional<int> exact_label(const Scene& scene, const Lane& lane) {
    const Model& model = model_named(scene, lane.model);
    if (!on_gaussian_path(scene, model)) return {};
    const Guidance& g = lane.guidance;
    if (g.kind == "none") return -1;
    std::optional<int> label;
    const bool throughout = g.from <= lane.t_min && g.to >= lane.t_max;
    if (g.scale == 1 || is_noising_sde(lane, *build(schedules(), model.schedule, "schedule"))) label = g.label;
    else if (g.scale == 0 && throughout) label = g.kind == "autoguidance" ? g.label : g.kind == "classifier" ? -1 : g.negative_label;
    if (label && *label >= 0 && !has_mixture(scene.data.choice.id)) return {};
    return label;
}

std::shared_ptr<const Dataset> exact_data(const Scene& scene, const Lane& lane) {
    const auto label = exact_label(scene, lane);
    if (!label) return nullptr;
    const std::shared_ptr<const Dataset> all = make_dataset(scene.data);
    return *label < 0 ? all : with_label(all, *label);
}

}  // namespace pf
