#include <algorithm>

#include "app/runtime/fields.h"
#include "app/runtime/files/base64.h"
#include "app/runtime/json/strict.h"
#include "app/runtime/scene_document.h"
#include "app/runtime/scene_file.h"
#include "app/runtime/scene_json.h"

namespace pf {
namespace {

using Json = nlohmann::ordered_json;

Json number(Option::Kind kind, double value) {
    if (kind == Option::Kind::integer) return static_cast<std::int64_t>(value);
    if (kind == Option::Kind::boolean) return value != 0;
    return value;
}

// x0 y0 x1 y1 …, float32, little endian.
std::string encode(const Points& x) {
    std::vector<float> values;
    values.reserve(static_cast<std::size_t>(x.size()));
    for (Eigen::Index i = 0; i < x.rows(); ++i) values.insert(values.end(), {x(i, 0), x(i, 1)});
    return to_base64({reinterpret_cast<const unsigned char*>(values.data()), values.size() * sizeof(float)});
}

Json component_to_json(const Component& c) {
    const auto& s = c.covariance;
    return {{"weight", c.weight},
            {"mean", {c.mean[0], c.mean[1]}},
            {"covariance", {{s(0, 0), s(0, 1)}, {s(1, 0), s(1, 1)}}},
            {"label", c.label}};
}

Json view_to_json(const View& v) {
    Json out{{"panes", v.panes}, {"layers", v.layers}, {"opacity", v.opacity}, {"density", v.density}, {"colour", v.colour}, {"shape", v.shape}, {"box", nullptr}};
    if (v.box) out["box"] = {v.box->x_min, v.box->x_max, v.box->y_min, v.box->y_max};
    return out;
}

}  // namespace

Json choice_to_json(const Choice& choice, ChoiceTable table) {
    Json out{{"id", choice.id}};
    for (const auto& option : options(table, choice.id, "id")) {
        if (option.kind == Option::Kind::curve) {
            const auto drawn = choice.curves.find(option.id);
            out[option.id] = drawn == choice.curves.end() ? option.points : drawn->second;
            continue;
        }
        const auto given = choice.values.find(option.id);
        out[option.id] = number(option.kind, given == choice.values.end() ? option.value : given->second);
    }
    return out;
}

Json data_to_json(const DataSpec& data, bool points_by_hash) {
    Json out = choice_to_json(data.choice, ChoiceTable::data);
    if (data.choice.id == "mixture") {
        out["components"] = Json::array();
        for (const auto& c : data.components) out["components"].push_back(component_to_json(c));
    }
    if (data.choice.id == "formula") out["formula"] = data.formula;
    if (data.choice.id == "points" && data.points) {
        if (points_by_hash) out["hash"] = data.points->hash;
        else out["points"] = encode(data.points->x);
    }
    return out;
}

Json model_to_json(const Model& m) {
    return {{"name", m.name},
            {"field", m.field},
            {"schedule", choice_to_json(m.schedule, ChoiceTable::schedule)},
            {"objective",
             {{"id", m.objective.prediction},
              {"weighting", choice_to_json(m.objective.weighting, ChoiceTable::weighting)},
              {"times", choice_to_json(m.objective.times, ChoiceTable::times)}}},
            {"network",
             {{"hidden", m.network.hidden},
              {"activation", m.network.activation},
              {"time", m.network.time},
              {"frequencies", m.network.frequencies},
              {"normalise", m.network.normalise},
              {"conditional", m.network.conditional}}},
            {"training",
             {{"steps", m.training.steps},
              {"batch", m.training.batch},
              {"learning_rate", m.training.learning_rate},
              {"decay", m.training.decay},
              {"ema", m.training.ema},
              {"clip", m.training.clip},
              {"label_dropout", m.training.label_dropout},
              {"coupling", m.training.coupling}}},
            {"velocity", m.velocity},
            {"score", m.score}};
}

Json lane_to_json(const Lane& l) {
    Json sigma = choice_to_json(l.sigma, ChoiceTable::sigma);
    if (l.sigma.id == "formula") sigma["expression"] = l.sigma_expression;
    return {{"model", l.model},
            {"score_model", l.score_model},
            {"sigma", sigma},
            {"solver", choice_to_json(l.solver, ChoiceTable::solver)},
            {"steps", l.steps},
            {"grid", choice_to_json(l.grid, ChoiceTable::grid)},
            {"particles", l.particles},
            {"t_min", l.t_min},
            {"t_max", l.t_max},
            {"start", l.start},
            {"teleport_to", l.teleport_to},
            {"process", l.process},
            {"frozen_t", l.frozen_t},
            {"duration", l.duration},
            {"variant", l.variant},
            {"guidance",
             {{"kind", l.guidance.kind},
              {"label", l.guidance.label},
              {"negative_label", l.guidance.negative_label},
              {"scale", l.guidance.scale},
              {"from", l.guidance.from},
              {"to", l.guidance.to},
              {"weaker_model", l.guidance.weaker_model}}}};
}

namespace {

Json written(const Scene& scene) {
    Json out{{"probflow", scene_version}, {"title", scene.title}, {"sentence", scene.sentence}, {"seed", scene.seed}};
    out["data"] = data_to_json(scene.data, false);
    out["source"] = scene.source ? data_to_json(*scene.source, false) : Json("gaussian");
    out["models"] = Json::array();
    for (const auto& m : scene.models) out["models"].push_back(model_to_json(m));
    out["lanes"] = Json::array();
    for (const auto& l : scene.lanes) out["lanes"].push_back(lane_to_json(l));
    out["view"] = view_to_json(scene.view);
    return out;
}

std::string text(const Json& json, bool compact) { return compact ? json.dump() : json.dump(2) + "\n"; }

}  // namespace

std::string scene_to_json(const Scene& scene, bool compact) { return text(written(scene), compact); }

std::string document_to_json(const Document& document, bool compact, std::vector<std::string>* left_out) {
    const Scene& scene = document.scene;
    Json out = written(scene);
    if (const auto& v = document.viewpoint) out["viewpoint"] = {{"t", v->t}, {"playing", v->playing}, {"x", v->x}, {"y", v->y}, {"zoom", v->zoom}, {"turn", v->turn}, {"tilt", v->tilt}};
    if (const auto pin = document.viewpoint ? document.viewpoint->pin : std::nullopt) {
        Json& to = out["viewpoint"]["pin"];
        if (pin->particle >= 0) to["particle"] = pin->particle;
        else to = {{"x", pin->x}, {"y", pin->y}};
        if (pin->particle < 0 && pin->t) to["t"] = *pin->t;
        if (pin->particle < 0) to["fan"] = document.viewpoint->fan, to["posterior"] = document.viewpoint->posterior;
    }
    std::vector<std::size_t> smallest_first;
    for (std::size_t i = 0; i < document.weights.size(); ++i)
        if (document.weights[i]) smallest_first.push_back(i);
    std::stable_sort(smallest_first.begin(), smallest_first.end(), [&](std::size_t a, std::size_t b) { return document.weights[a]->values.size() < document.weights[b]->values.size(); });
    std::size_t bytes = text(out, compact).size() + 64;
    for (const std::size_t i : smallest_first) {
        const std::string& name = scene.models[i].name;
        const auto file = nn::to_safetensors(*document.weights[i]);
        bytes += (file.size() + 2) / 3 * 4 + 8 * name.size() + 16;
        if (bytes <= max_json_bytes) out["weights"][name] = to_base64(file);
        else if (left_out) left_out->push_back(name);
    }
    return text(out, compact);
}

Document document(const Scene& scene, const Results& results, std::optional<Viewpoint> viewpoint) {
    Document out{scene, WeightSet(scene.models.size()), viewpoint};
    for (std::size_t i = 0; i < scene.models.size(); ++i) {
        const auto& state = results.training[i];
        if (state && state->weights && mismatch(scene, static_cast<int>(i), state->weights->description).empty()) out.weights[i] = state->weights;
    }
    return out;
}

}  // namespace pf
