#include "app/runtime/keys.h"

#include <algorithm>
#include <deque>
#include <mutex>

#include "app/runtime/guidance.h"
#include "app/runtime/inspection.h"
#include "app/runtime/lane_problem.h"
#include "app/runtime/layers.h"
#include "app/runtime/scene_json.h"

namespace pf {
namespace {

Key hash_of(const nlohmann::ordered_json& json) { return stream_key(0, json.dump()); }

nlohmann::ordered_json source_to_json(const Scene& scene) {
    return scene.source ? data_to_json(*scene.source, true) : nlohmann::ordered_json("gaussian");
}

Key compute_hash(const nn::Weights& weights) {
    const auto bytes = weights.values.size() * sizeof(float);
    return stream_key(static_cast<std::uint64_t>(weights.description.steps), {reinterpret_cast<const char*>(weights.values.data()), bytes});
}

// `without`: keys of the lane that do not matter. Models count by what they are, not by name.
Key key_without(const Scene& scene, int lane, const WeightSet& weights, std::initializer_list<const char*> without, std::uint64_t seed) {
    const Lane& l = scene.lanes.at(static_cast<std::size_t>(lane));
    const auto& score = l.score_model.empty() ? l.model : l.score_model;
    auto json = lane_to_json(l);
    for (const char* key : {"model", "score_model"}) json.erase(key);
    for (const char* key : without) json.erase(key);
    json["guidance"].erase("weaker_model");
    const int drift_index = model_index(scene, l.model), score_index = model_index(scene, score);
    const int weaker_index = l.guidance.kind == "autoguidance" ? model_index(scene, l.guidance.weaker_model) : drift_index;
    return hash_of({json, seed, density_key(scene, drift_index), field_key(scene, drift_index, weights), field_key(scene, score_index, weights),
                    field_key(scene, weaker_index, weights)});
}

}  // namespace

Key weights_hash(const std::shared_ptr<const nn::Weights>& weights) {
    if (!weights) return 0;
    static std::mutex mutex;
    static std::deque<std::pair<std::weak_ptr<const nn::Weights>, Key>> remembered;
    {
        const std::lock_guard lock(mutex);
        for (const auto& [known, key] : remembered)
            if (!known.owner_before(weights) && !weights.owner_before(known)) return key;
    }
    const Key key = compute_hash(*weights);
    const std::lock_guard lock(mutex);
    remembered.emplace_front(weights, key);
    if (remembered.size() > 32) remembered.pop_back();
    return key;
}

int model_index(const Scene& scene, const std::string& name) {
    return static_cast<int>(&model_named(scene, name) - scene.models.data());
}

Key density_key(const Scene& scene, int model) {
    return hash_of({data_to_json(scene.data, true), source_to_json(scene), choice_to_json(scene.models.at(static_cast<std::size_t>(model)).schedule, ChoiceTable::schedule)});
}

Key truth_key(const Scene& scene) { return hash_of({data_to_json(scene.data, true), source_to_json(scene)}); }

Key field_key(const Scene& scene, int model, const WeightSet& weights) {
    const auto i = static_cast<std::size_t>(model);
    const Model& m = scene.models.at(i);
    if (m.field == "exact") return stream_key(density_key(scene, model), "exact");
    if (m.field == "formula") return hash_of({m.velocity, m.score, choice_to_json(m.schedule, ChoiceTable::schedule)});
    if (m.field != "network") return hash_of({density_key(scene, model), m.field, scene.seed});
    return hash_of({weights_hash(i < weights.size() ? weights[i] : nullptr), choice_to_json(m.schedule, ChoiceTable::schedule), m.objective.prediction});
}

Key lane_key(const Scene& scene, int lane, const WeightSet& weights) {
    const Key key = key_without(scene, lane, weights, {}, scene.seed);
    return wants_log_p(scene, lane) ? stream_key(key, "log p") : key;
}

Key exact_density_key(const Scene& scene, int lane) {
    const Lane& l = scene.lanes.at(static_cast<std::size_t>(lane));
    const Key data = density_key(scene, model_index(scene, l.model));
    const auto label = exact_label(scene, l);
    return label && *label >= 0 ? hash_of({data, *label}) : data;
}

Key lane_field_key(const Scene& scene, int lane, const WeightSet& weights) {
    const Lane& l = scene.lanes.at(static_cast<std::size_t>(lane));
    const int drift = model_index(scene, l.model), score = l.score_model.empty() ? drift : model_index(scene, l.score_model);
    const Key plain = hash_of({density_key(scene, drift), field_key(scene, drift, weights), field_key(scene, score, weights)});
    const Guidance& g = l.guidance;
    if (g.kind == "none") return plain;
    return hash_of({plain, g.kind, g.label, g.negative_label, g.scale, g.from, g.to, g.kind == "autoguidance" ? field_key(scene, model_index(scene, g.weaker_model), weights) : 0});
}

Key fokker_planck_key(const Scene& scene, int lane, const WeightSet& weights) {
    const Key key = key_without(scene, lane, weights, {"solver", "steps", "grid", "particles"}, 0);
    const double noise = own_noise(scene.lanes.at(static_cast<std::size_t>(lane)));
    return noise > 0 ? stream_key(key, fmt::format("own noise {}", noise)) : key;
}

Key flow_key(const Scene& scene, int lane, const WeightSet& weights, std::string_view what) {
    return stream_key(key_without(scene, lane, weights, {"solver", "steps", "grid", "particles", "sigma"}, 0), what);
}

Key training_key(const Scene& scene, int model) {
    const Model& m = scene.models.at(static_cast<std::size_t>(model));
    const auto json = model_to_json(m);
    return hash_of({data_to_json(scene.data, true), source_to_json(scene), scene.seed, m.name, json["schedule"], json["objective"]["id"], json["network"],
                    m.training.coupling});
}

Key lane_density_key(const Scene& scene, int lane) {
    const Lane& l = scene.lanes.at(static_cast<std::size_t>(lane));
    return hash_of({density_key(scene, model_index(scene, l.model)), scene.view.density, l.guidance.label, scene.view.density == "product" ? l.guidance.scale : 0});
}

Key study_key(const Scene& scene, const StudyRequest& request, const WeightSet& weights) {
    auto json = nlohmann::ordered_json::array({request.vary.path, request.vary.values, request.repeats});
    for (const Measure& measure : request.measures) json.push_back(measure.id);
    for (const int lane : request.lanes)
        json.push_back(request.vary.path == "steps" ? key_without(scene, lane, weights, {"steps"}, scene.seed) : key_without(scene, lane, weights, {}, scene.seed));
    return hash_of(json);
}

Key history_key(const Scene& scene, int lane) {
    const Lane& l = scene.lanes.at(static_cast<std::size_t>(lane));
    auto json = nlohmann::ordered_json::array({key_without(scene, lane, {}, {}, scene.seed)});
    bool learned = false;
    for (const std::string& name : {l.model, l.score_model, l.guidance.kind == "autoguidance" ? l.guidance.weaker_model : std::string()}) {
        if (name.empty()) continue;
        const int model = model_index(scene, name);
        if (scene.models[static_cast<std::size_t>(model)].field != "network") continue;
        learned = true;
        json.push_back(training_key(scene, model));
    }
    return learned ? hash_of(json) : 0;
}

Key floor_key(const Scene& scene, int model) {
    const Model& m = scene.models.at(static_cast<std::size_t>(model));
    return hash_of({density_key(scene, model), m.field, model_to_json(m)["objective"], m.network.conditional, m.training.label_dropout, m.training.coupling});
}

}  // namespace pf
