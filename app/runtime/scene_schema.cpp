#include "app/runtime/scene_schema.h"

#include <nlohmann/json.hpp>

#include "app/runtime/limits.h"
#include "app/runtime/options.h"
#include "app/runtime/processes.h"
#include "app/runtime/scene_file.h"
#include "core/math/errors.h"
#include "core/math/path/prediction.h"

namespace pf {
namespace {

using Json = nlohmann::ordered_json;

// A rule of one key, with what it means.
Json with_meaning(Json rule, std::string_view meaning) {
    rule["description"] = meaning;
    return rule;
}
Json whole(WholeRange range) { return {{"type", "integer"}, {"minimum", range.min}, {"maximum", range.max}}; }
Json real(Domain domain) { return {{"type", "number"}, {"minimum", domain.min}, {"maximum", domain.max}}; }
Json boolean() { return {{"type", "boolean"}}; }
Json text(std::size_t longest) { return {{"type", "string"}, {"maxLength", longest}}; }
Json list(Json of, WholeRange count) { return {{"type", "array"}, {"items", std::move(of)}, {"minItems", count.min}, {"maxItems", count.max}}; }
template <class Words>
Json word(const Words& known) {
    Json out{{"enum", Json::array()}};
    for (const auto& one : known) out["enum"].push_back(one);
    return out;
}
Json word(std::span<const LaneWord> known) {
    Json out{{"enum", Json::array()}};
    for (const auto& one : known) out["enum"].push_back(one.id);
    return out;
}
Json pair(Domain domain) { return list(real(domain), {2, 2}); }

// Nothing but these keys; `needed` must be there.
Json object(Json keys, std::vector<std::string> needed = {}) {
    Json out{{"type", "object"}, {"properties", std::move(keys)}, {"additionalProperties", false}};
    if (!needed.empty()) out["required"] = needed;
    return out;
}

// The keys that are written, in their order, each with its rule and, where it is one word or number, its default.
Json object_like(const Json& written, const Json& rules, std::vector<std::string> needed = {}) {
    Json keys = Json::object();
    for (const auto& [key, value] : written.items()) {
        check(rules.contains(key), "the schema has no rule for '{}'", key);
        keys[key] = rules[key];
        if (!value.is_structured() && !value.is_null()) keys[key]["default"] = value;
    }
    check(rules.size() == written.size(), "the schema has a rule for a key that is not written");
    return object(std::move(keys), std::move(needed));
}

Json option_rule(const Option& option) {
    Json out;
    switch (option.kind) {
        case Option::Kind::real: out = real(option.domain), out["default"] = option.value; break;
        case Option::Kind::boolean: out = boolean(), out["default"] = option.value != 0; break;
        case Option::Kind::integer: {
            const WholeRange range{static_cast<std::int64_t>(option.domain.min), static_cast<std::int64_t>(option.domain.max)};
            out = whole(range), out["default"] = static_cast<std::int64_t>(option.value);
            break;
        }
        case Option::Kind::curve: out = list(list({{"type", "number"}}, {2, 2}), {2, most_curve_points}), out["default"] = option.points; break;
    }
    return with_meaning(std::move(out), option.meaning);
}

// One of a table's entries with its options; `more`: keys that an entry has besides, by id, all of them needed.
Json choice(ChoiceTable table, const Json& more = Json::object()) {
    Json entries = Json::array();
    for (const auto id : ids(table)) {
        Json keys{{"id", {{"const", id}}}};
        std::vector<std::string> needed{"id"};
        for (const Option& option : options(table, std::string(id), "id")) keys[option.id] = option_rule(option);
        if (const auto found = more.find(id); found != more.end())
            for (const auto& [key, rule] : found->items()) keys[key] = rule, needed.push_back(key);
        entries.push_back(object(std::move(keys), std::move(needed)));
    }
    return {{"oneOf", std::move(entries)}};
}

Json data() {
    const double square = limits::coordinate.max * limits::coordinate.max;
    const Json component = object({{"weight", real(limits::weight)}, {"mean", pair(limits::coordinate)}, {"covariance", list(pair({-square, square}), {2, 2})}, {"label", whole(limits::label)}});
    const Json points{{"oneOf", Json::array({list(pair(limits::coordinate), limits::points), with_meaning({{"type", "string"}, {"minLength", 12}}, "x and y of each point as float32, little endian, in base64")})}};
    return choice(ChoiceTable::data, {{"mixture", {{"components", list(component, limits::components)}}},
                                      {"points", {{"points", points}}},
                                      {"formula", {{"formula", with_meaning(text(limits::formula), "a density that need not be normalised: an expression in x and y")}}}});
}

Json model(const Json& written) {
    std::vector<std::string_view> predictions;
    for (const Prediction p : {Prediction::velocity, Prediction::score, Prediction::noise, Prediction::data, Prediction::v, Prediction::edm_f}) predictions.push_back(id(p));
    const Json formulas = list(text(limits::formula), {0, 2});
    return object_like(written, {{"name", with_meaning({{"type", "string"}, {"minLength", 1}, {"maxLength", limits::name}}, "what lanes call it")},
                                 {"field", with_meaning(word(words::fields), "where the field comes from")},
                                 {"schedule", choice(ChoiceTable::schedule)},
                                 {"objective", object_like(written["objective"], {{"id", with_meaning(word(predictions), "what the network predicts")},
                                                                                 {"weighting", choice(ChoiceTable::weighting)},
                                                                                 {"times", choice(ChoiceTable::times)}})},
                                 {"network", object_like(written["network"], {{"hidden", with_meaning(list(whole(limits::width), limits::layers), "width of each hidden layer")},
                                                                             {"activation", word(words::activations)},
                                                                             {"time", with_meaning(word(words::time_features), "how the network is told t")},
                                                                             {"frequencies", with_meaning(whole(limits::frequencies), "of Fourier features")},
                                                                             {"normalise", with_meaning(boolean(), "unit variance in and out")},
                                                                             {"conditional", with_meaning(boolean(), "told the label of the data, or none")}})},
                                 {"training", object_like(written["training"], {{"steps", whole(limits::training_steps)},
                                                                               {"batch", whole(limits::batch)},
                                                                               {"learning_rate", real(limits::learning_rate)},
                                                                               {"decay", with_meaning(word(words::decays), "of the learning rate")},
                                                                               {"ema", with_meaning(real(limits::ema), "decay of the moving average of the weights, 0: none")},
                                                                               {"clip", with_meaning(real(limits::clip), "longest gradient, 0: any")},
                                                                               {"label_dropout", with_meaning(real(limits::chance), "chance of not being told the label")},
                                                                               {"coupling", with_meaning(word(words::couplings), "how data are paired with noise")}})},
                                 {"velocity", with_meaning(formulas, "of the field 'formula': two expressions in x, y, t, alpha, beta")},
                                 {"score", with_meaning(formulas, "of the field 'formula', or empty")}});
}

Json lane(const Json& written) {
    const Json name = {{"type", "string"}, {"maxLength", limits::name}};
    const Json expression{{"formula", {{"expression", with_meaning(text(limits::formula), "an expression in t, alpha, beta")}}}};
    return object_like(written, {{"model", with_meaning(name, "the model whose velocity it follows")},
                                 {"score_model", with_meaning(name, "the model of the score; empty: the same")},
                                 {"sigma", choice(ChoiceTable::sigma, expression)},
                                 {"solver", choice(ChoiceTable::solver)},
                                 {"steps", whole(limits::lane_steps)},
                                 {"grid", choice(ChoiceTable::grid)},
                                 {"particles", whole(limits::particles)},
                                 {"t_min", real(limits::time)},
                                 {"t_max", real(limits::time)},
                                 {"start", with_meaning(word(words::starts), "at the noise, or in closed form at teleport_to")},
                                 {"teleport_to", real(limits::time)},
                                 {"process", with_meaning(word(processes()), "which way it goes")},
                                 {"frozen_t", with_meaning(real(limits::time), "of Langevin dynamics: the t that stands still")},
                                 {"duration", with_meaning(real(limits::duration), "of Langevin dynamics")},
                                 {"variant", with_meaning(word(variants()), "the right equation, or one that is wrong on purpose")},
                                 {"guidance", object_like(written["guidance"], {{"kind", word(words::guidances)},
                                                                               {"label", with_meaning(whole(limits::optional_label), "-1: none")},
                                                                               {"negative_label", with_meaning(whole(limits::optional_label), "-1: none")},
                                                                               {"scale", real(limits::guidance)},
                                                                               {"from", real(limits::time)},
                                                                               {"to", real(limits::time)},
                                                                               {"weaker_model", name}})}});
}

Json view(const Json& written) {
    Json opacities = Json::object();
    for (const auto layer : words::layers) opacities[std::string(layer)] = real(limits::opacity);
    Json layers = list(word(words::layers), {0, static_cast<std::int64_t>(words::layers.size())});
    layers["uniqueItems"] = true;
    return object_like(written, {{"panes", with_meaning({{"enum", {1, 2, 4}}}, "pane i shows lane i")},
                                 {"layers", layers},
                                 {"opacity", object(opacities)},
                                 {"density", word(words::densities)},
                                 {"colour", with_meaning(word(words::colours), "of particles")},
                                 {"shape", word(words::shapes)},
                                 {"box", {{"oneOf", Json::array({Json{{"type", "null"}}, with_meaning(list(real(limits::coordinate), {4, 4}), "x_min, x_max, y_min, y_max")})}}}});
}

}  // namespace

std::string scene_schema() {
    const Json written = Json::parse(scene_to_json(Scene{}));
    Json out{{"$schema", "https://json-schema.org/draft/2020-12/schema"}, {"title", "probflow scene"}, {"description", "A scene of probflow: data, models, lanes and view. Noise is at t = 0, data at t = 1."}};
    const Json either{{"oneOf", Json::array({Json{{"const", "gaussian"}}, data()})}};
    out.update(object_like(written, {{"probflow", with_meaning({{"const", scene_version}}, "version of the file")},
                                     {"title", text(limits::title)},
                                     {"sentence", with_meaning(text(limits::sentence), "what is being seen")},
                                     {"seed", whole(limits::seed)},
                                     {"data", data()},
                                     {"source", with_meaning(either, "what data are made from")},
                                     {"models", list(model(written["models"][0]), limits::models)},
                                     {"lanes", list(lane(written["lanes"][0]), limits::lanes)},
                                     {"view", view(written["view"])}}, {"probflow"}));
    // What need not be there.
    out["properties"]["viewpoint"] = with_meaning(object({{"t", real(limits::time)}, {"playing", boolean()}, {"x", real(limits::coordinate)}, {"y", real(limits::coordinate)}, {"zoom", real(limits::zoom)},
                                                          {"turn", real(limits::angle)}, {"tilt", real(limits::angle)},
                                                          {"pin", with_meaning(object({{"particle", whole({0, limits::particles.max - 1})}, {"x", real(limits::coordinate)}, {"y", real(limits::coordinate)},
                                                                                       {"t", real(limits::time)}, {"fan", boolean()}, {"posterior", boolean()}}),
                                                                               "what is pinned: a particle, or the point (x, y), at t or else at the time shown")}}),
                                                  "the time shown, and the camera: centre, zoom, and degrees of a surface");
    out["properties"]["weights"] = with_meaning({{"type", "object"}, {"additionalProperties", {{"type", "string"}}}}, "of networks, by the name of the model: safetensors in base64");
    return out.dump(1) + "\n";
}

}  // namespace pf
