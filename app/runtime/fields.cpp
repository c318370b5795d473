#include "app/runtime/fields.h"

#include <algorithm>

#include "app/runtime/formula/formula_field.h"
#include "app/runtime/limits.h"
#include "core/math/field/mixture_field.h"
#include "core/math/field/stand_ins.h"
#include "core/math/schedule/schedules.h"

namespace pf {
namespace {

nn::Architecture architecture(const NetworkSpec& network, const DataSpec& data) {
    nn::Architecture out{};
    out.depth = static_cast<int>(network.hidden.size());
    std::copy(network.hidden.begin(), network.hidden.end(), out.hidden);
    const auto place = std::find(words::activations.begin(), words::activations.end(), network.activation) - words::activations.begin();
    out.activation = static_cast<nn::Activation>(place);
    out.time = network.time == "raw" ? nn::TimeFeatures::raw : nn::TimeFeatures::fourier;
    out.frequencies = out.time == nn::TimeFeatures::raw ? 0 : network.frequencies;
    out.labels = network.conditional ? labels_of(data).back() + 1 : 0;
    return out;
}

static_assert(words::activations[static_cast<int>(nn::Activation::silu)] == "silu" && words::activations[static_cast<int>(nn::Activation::tanh)] == "tanh" &&
              words::activations[static_cast<int>(nn::Activation::relu)] == "relu" && words::activations[static_cast<int>(nn::Activation::gelu)] == "gelu");

bool same(const nn::Architecture& a, const nn::Architecture& b) {
    return a.depth == b.depth && std::equal(a.hidden, a.hidden + a.depth, b.hidden) && a.activation == b.activation && a.time == b.time && a.labels == b.labels &&
           (a.time == nn::TimeFeatures::raw || a.frequencies == b.frequencies);
}

// The points themselves, or draws that depend on the seed.
std::shared_ptr<const Mixture> memorised(const DataSpec& spec, const Dataset& data, std::uint64_t seed) {
    if (spec.points) return masses_at(spec.points->x);
    Random random(seed, "memorised");
    return masses_at(data.sample(random, limits::memorised));
}

bool same_path(const Choice& a, const Choice& b) {
    const auto first = build(schedules(), a, "schedule"), second = build(schedules(), b, "schedule");
    return a.id == b.id && read(*first) == read(*second) && read_curves(*first) == read_curves(*second);
}

}  // namespace

nn::Description describe(const Scene& scene, int model, const Dataset& data) {
    const Model& m = scene.models.at(static_cast<std::size_t>(model));
    nn::Description out;
    out.architecture = architecture(m.network, scene.data);
    out.prediction = prediction_from_id(m.objective.prediction, "objective.id");
    out.schedule = m.schedule;
    out.normalise = m.network.normalise;
    if (out.normalise || out.prediction == Prediction::edm_f) out.data_sd = nn::data_standard_deviation(data);
    return out;
}

nn::Objective objective(const Model& model) {
    return {prediction_from_id(model.objective.prediction, "objective.id"), model.objective.weighting, model.objective.times, model.training.label_dropout};
}

nn::Coupling coupling(const Scene& scene, const Model& model) {
    return {scene.source ? make_dataset(*scene.source) : nullptr, model.training.coupling == "ot"};
}

std::string mismatch(const Scene& scene, int model, const nn::Description& weights) {
    const Model& m = scene.models.at(static_cast<std::size_t>(model));
    if (m.field != "network") return fmt::format("'{}' is no network and takes no weights", m.name);
    if (id(weights.prediction) != m.objective.prediction)
        return fmt::format("the weights predict '{}', and model '{}' asks for '{}'", id(weights.prediction), m.name, m.objective.prediction);
    if (!same_path(weights.schedule, m.schedule))
        return fmt::format("the weights belong to another path ('{}') than model '{}' ('{}')", weights.schedule.id, m.name, m.schedule.id);
    if (!same(weights.architecture, architecture(m.network, scene.data)) || weights.normalise != m.network.normalise)
        return fmt::format("the weights belong to a network of another shape than model '{}'", m.name);
    return {};
}

FieldSet make_fields(const Scene& scene, const WeightSet& weights, nn::Engine* engine, nn::Device device) {
    FieldSet out;
    const auto data = make_dataset(scene.data);
    for (std::size_t i = 0; i < scene.models.size(); ++i) {
        const Model& m = scene.models[i];
        std::shared_ptr<const Schedule> schedule = build(schedules(), m.schedule, fmt::format("models[{}].schedule", i));
        std::shared_ptr<const Field> field;
        if (m.field == "exact") {
            if (const auto mixture = data->mixture()) field = std::make_shared<MixtureField>(mixture, schedule);
        } else if (m.field == "memorising") {
            field = std::make_shared<MixtureField>(memorised(scene.data, *data, scene.seed), schedule);
        } else if (m.field == "gaussian") {
            field = std::make_shared<MixtureField>(gaussian_like(*data, stream_key(scene.seed, "moments")), schedule);
        } else if (m.field == "formula") {
            field = std::make_shared<FormulaField>(m.velocity, m.score, schedule, fmt::format("models[{}]", i));
        } else if (engine && i < weights.size() && weights[i]) {
            if (const auto why = mismatch(scene, static_cast<int>(i), weights[i]->description); !why.empty())
                throw BadInput(fmt::format("models[{}]: {}", i, why));
            field = std::make_shared<nn::NetworkField>(*engine, weights[i], device);
        }
        out.fields.push_back(std::move(field));
        out.schedules.push_back(std::move(schedule));
    }
    return out;
}

}  // namespace pf
