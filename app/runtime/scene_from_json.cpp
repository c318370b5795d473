#include <algorithm>
#include <cstring>

#include "app/runtime/fields.h"
#include "app/runtime/files/base64.h"
#include "app/runtime/json/reader.h"
#include "app/runtime/json/strict.h"
#include "app/runtime/options.h"
#include "app/runtime/scene_document.h"
#include "app/runtime/scene_file.h"
#include "app/runtime/scene_versions.h"
#include "app/runtime/user_data.h"
#include "app/runtime/words.h"

namespace pf {
namespace {

CurvePoints read_curve(const JsonValue& value) {
    CurvePoints out;
    for (const auto& point : value.elements({2, most_curve_points})) {
        const auto both = point.elements({2, 2});
        out.push_back({both[0].real(), both[1].real()});
    }
    return out;
}

// Options stand flat beside "id"; those not given take their defaults, so that every option is in the result.
Choice read_choice(JsonObject& object, ChoiceTable table) {
    Choice out;
    const JsonValue id = object.at("id");
    out.id = id.text();
    std::vector<Option> declared;
    try {
        declared = options(table, out.id, id.path());
    } catch (const BadInput& error) {
        id.fail(std::string(error.what()).substr(id.path().size() + 2));
    }
    for (const auto& option : declared) {
        if (option.kind == Option::Kind::curve) {
            const auto given = object.find(option.id);
            out.curves[option.id] = given ? read_curve(*given) : option.points;
            continue;
        }
        double value = option.value;
        if (const auto given = object.find(option.id)) {
            switch (option.kind) {
                case Option::Kind::real: value = given->real(); break;
                case Option::Kind::boolean: value = given->boolean() ? 1 : 0; break;
                case Option::Kind::curve: break;
                case Option::Kind::integer:
                    value = given->integer({static_cast<std::int64_t>(option.domain.min), static_cast<std::int64_t>(option.domain.max)});
            }
            if (!(value >= option.domain.min && value <= option.domain.max))
                given->fail(fmt::format("expected a number from {} to {}, got {}", option.domain.min, option.domain.max, value));
        }
        out.values[option.id] = value;
    }
    return out;
}

void read_choice(JsonObject& parent, std::string_view key, ChoiceTable table, Choice& target) {
    if (const auto value = parent.find(key)) {
        JsonObject object = value->object();
        target = read_choice(object, table);
        object.finish();
    }
}

std::array<double, 2> read_pair(const JsonValue& value) {
    const auto both = value.elements({2, 2});
    return {both[0].real(), both[1].real()};
}

Component read_component(const JsonValue& value) {
    Component out;
    JsonObject object = value.object();
    object.real("weight", out.weight);
    if (const auto mean = object.find("mean")) {
        const auto m = read_pair(*mean);
        out.mean = {m[0], m[1]};
    }
    if (const auto covariance = object.find("covariance")) {
        const auto rows = covariance->elements({2, 2});
        for (int i = 0; i < 2; ++i) {
            const auto row = read_pair(rows[static_cast<std::size_t>(i)]);
            out.covariance.row(i) << row[0], row[1];
        }
    }
    object.integer("label", out.label, limits::label);
    object.finish();
    return out;
}

Points read_points(const JsonValue& value) {
    if (!value.is_text()) {
        const auto rows = value.elements(limits::points);
        Points x(static_cast<Eigen::Index>(rows.size()), 2);
        for (std::size_t i = 0; i < rows.size(); ++i) {
            const auto row = read_pair(rows[i]);
            x.row(static_cast<Eigen::Index>(i)) << static_cast<float>(row[0]), static_cast<float>(row[1]);
        }
        return x;
    }
    const auto bytes = from_base64(value.text());
    if (!bytes) value.fail("not base64");
    const auto count = static_cast<std::int64_t>(bytes->size() / 8);
    if (bytes->size() % 8 != 0 || count < limits::points.min || count > limits::points.max)
        value.fail(fmt::format("expected {} to {} points of two float32 each, got {} bytes", limits::points.min, limits::points.max, bytes->size()));
    Eigen::Array<float, Eigen::Dynamic, 2, Eigen::RowMajor> rows(count, 2);
    std::memcpy(rows.data(), bytes->data(), bytes->size());
    return rows;
}

DataSpec read_data(const JsonValue& value) {
    DataSpec out;
    JsonObject object = value.object();
    out.choice = read_choice(object, ChoiceTable::data);
    if (out.choice.id == "mixture")
        for (const auto& c : object.at("components").elements(limits::components)) out.components.push_back(read_component(c));
    if (out.choice.id == "formula") out.formula = object.at("formula").text();
    if (out.choice.id == "points") out.points = make_point_set(read_points(object.at("points")));
    object.finish();
    return out;
}

void read_objective(JsonObject object, ObjectiveSpec& out) {
    object.text("id", out.prediction);
    read_choice(object, "weighting", ChoiceTable::weighting, out.weighting);
    read_choice(object, "times", ChoiceTable::times, out.times);
    object.finish();
}

void read_network(JsonObject object, NetworkSpec& out) {
    if (const auto hidden = object.find("hidden")) {
        out.hidden.clear();
        for (const auto& width : hidden->elements(limits::layers)) out.hidden.push_back(width.integer(limits::width));
    }
    object.text("activation", out.activation);
    object.text("time", out.time);
    object.integer("frequencies", out.frequencies, limits::frequencies);
    object.boolean("normalise", out.normalise);
    object.boolean("conditional", out.conditional);
    object.finish();
}

void read_training(JsonObject object, TrainingSpec& out) {
    object.integer("steps", out.steps, limits::training_steps);
    object.integer("batch", out.batch, limits::batch);
    object.real("learning_rate", out.learning_rate);
    object.text("decay", out.decay);
    object.real("ema", out.ema);
    object.real("clip", out.clip);
    object.real("label_dropout", out.label_dropout);
    object.text("coupling", out.coupling);
    object.finish();
}

Model read_model(const JsonValue& value) {
    Model out;
    JsonObject object = value.object();
    object.text("name", out.name);
    object.text("field", out.field);
    read_choice(object, "schedule", ChoiceTable::schedule, out.schedule);
    if (const auto part = object.find("objective")) read_objective(part->object(), out.objective);
    if (const auto part = object.find("network")) read_network(part->object(), out.network);
    if (const auto part = object.find("training")) read_training(part->object(), out.training);
    for (const auto& [key, list] : {std::pair{"velocity", &out.velocity}, std::pair{"score", &out.score}})
        if (const auto formulas = object.find(key))
            for (const auto& formula : formulas->elements({0, 2})) list->push_back(formula.text());
    object.finish();
    return out;
}

void read_guidance(JsonObject object, Guidance& out) {
    object.text("kind", out.kind);
    object.integer("label", out.label, limits::optional_label);
    object.integer("negative_label", out.negative_label, limits::optional_label);
    object.real("scale", out.scale);
    object.real("from", out.from);
    object.real("to", out.to);
    object.text("weaker_model", out.weaker_model);
    object.finish();
}

Lane read_lane(const JsonValue& value) {
    Lane out;
    JsonObject object = value.object();
    object.text("model", out.model);
    object.text("score_model", out.score_model);
    if (const auto part = object.find("sigma")) {
        JsonObject sigma = part->object();
        out.sigma = read_choice(sigma, ChoiceTable::sigma);
        if (out.sigma.id == "formula") out.sigma_expression = sigma.at("expression").text();
        sigma.finish();
    }
    read_choice(object, "solver", ChoiceTable::solver, out.solver);
    object.integer("steps", out.steps, limits::lane_steps);
    read_choice(object, "grid", ChoiceTable::grid, out.grid);
    object.integer("particles", out.particles, limits::particles);
    object.real("t_min", out.t_min);
    object.real("t_max", out.t_max);
    object.text("process", out.process);
    object.real("frozen_t", out.frozen_t);
    object.real("duration", out.duration);
    object.text("variant", out.variant);
    if (const auto part = object.find("guidance")) read_guidance(part->object(), out.guidance);
    object.text("start", out.start);
    object.real("teleport_to", out.teleport_to);
    object.finish();
    return out;
}

Box read_box(const JsonValue& value) {
    const auto sides = value.elements({4, 4});
    return {sides[0].real(), sides[1].real(), sides[2].real(), sides[3].real()};
}

View read_view(const JsonValue& value) {
    View out;
    JsonObject object = value.object();
    object.integer("panes", out.panes, {1, 4});
    if (const auto layers = object.find("layers")) {
        out.layers.clear();
        for (const auto& layer : layers->elements({0, static_cast<std::int64_t>(words::layers.size())})) out.layers.push_back(layer.text());
        const auto place = [](const std::string& id) { return std::find(words::layers.begin(), words::layers.end(), id); };
        std::stable_sort(out.layers.begin(), out.layers.end(), [&](const auto& a, const auto& b) { return place(a) < place(b); });
    }
    if (const auto part = object.find("opacity")) {
        JsonObject opacity = part->object();
        for (const auto layer : words::layers)
            if (const auto given = opacity.find(layer)) out.opacity[std::string(layer)] = given->real();
        opacity.finish();
    }
    object.text("density", out.density);
    object.text("colour", out.colour);
    object.text("shape", out.shape);
    if (const auto box = object.find("box"); box && !box->is_null()) out.box = read_box(*box);
    object.finish();
    return out;
}

double within(const JsonValue& value, Domain domain) {
    const double x = value.real();
    if (!(x >= domain.min && x <= domain.max)) value.fail(fmt::format("expected a number from {} to {}, got {}", domain.min, domain.max, x));
    return x;
}

Viewpoint read_viewpoint(const JsonValue& value) {
    Viewpoint out;
    JsonObject object = value.object();
    const auto number = [&](std::string_view key, double& target, Domain domain) {
        if (const auto found = object.find(key)) target = within(*found, domain);
    };
    number("t", out.t, limits::time);
    object.boolean("playing", out.playing);
    number("x", out.x, limits::coordinate);
    number("y", out.y, limits::coordinate);
    number("zoom", out.zoom, limits::zoom);
    number("turn", out.turn, limits::angle);
    number("tilt", out.tilt, limits::angle);
    if (const auto found = object.find("pin")) {
        JsonObject pin = found->object();
        out.pin.emplace();
        pin.integer("particle", out.pin->particle, {0, limits::particles.max - 1});
        if (out.pin->particle < 0) {
            out.pin->x = within(pin.at("x"), limits::coordinate), out.pin->y = within(pin.at("y"), limits::coordinate);
            if (const auto t = pin.find("t")) out.pin->t = within(*t, limits::time);
            pin.boolean("fan", out.fan);
            pin.boolean("posterior", out.posterior);
        }
        pin.finish();
    }
    object.finish();
    return out;
}

WeightSet read_weights(const JsonValue& value, const Scene& scene, const std::string& name) {
    WeightSet out(scene.models.size());
    JsonObject object = value.object();
    for (const auto& entry : object.entries()) {
        const JsonValue& text = entry.second;
        const auto found = std::find_if(scene.models.begin(), scene.models.end(), [&](const Model& m) { return m.name == entry.first; });
        if (found == scene.models.end()) text.fail("expected the name of a model of this scene");
        const auto bytes = from_base64(text.text());
        if (!bytes) text.fail("expected base64 of safetensors");
        auto weights = std::make_shared<nn::Weights>(nn::from_safetensors(bytes->data(), bytes->size(), name + ": " + text.path()));
        const auto index = static_cast<std::size_t>(found - scene.models.begin());
        if (const std::string why = mismatch(scene, static_cast<int>(index), weights->description); !why.empty()) text.fail(why + "; without this key the network is trained anew");
        out[index] = std::move(weights);
    }
    return out;
}

}  // namespace

Scene scene_from_json(const std::string& text, const std::string& name) { return document_from_json(text, name).scene; }

Document document_from_json(const std::string& text, const std::string& name) { return document_from_json(text, name, scene_version, migrations()); }

Document document_from_json(const std::string& text, const std::string& name, int newest, std::span<const Migration> known) {
    auto document = parse_strict(text, name);
    {
        const JsonValue version = JsonValue(document, name, "").object().at("probflow");
        const auto given = version.whole({1, limits::seed.max});
        if (given > newest) version.fail(fmt::format("the file has version {}, and this program reads up to {}; a newer probflow is needed", given, newest));
        migrate(document, static_cast<int>(given), newest, known);
    }
    JsonObject object = JsonValue(document, name, "").object();
    object.at("probflow");
    Scene out;
    object.text("title", out.title);
    object.text("sentence", out.sentence);
    if (const auto seed = object.find("seed")) out.seed = static_cast<std::uint64_t>(seed->whole(limits::seed));
    if (const auto data = object.find("data")) out.data = read_data(*data);
    if (const auto source = object.find("source")) {
        if (!source->is_text()) out.source = read_data(*source);
        else if (source->text() != "gaussian") source->fail("expected \"gaussian\" or a data set");
    }
    if (const auto models = object.find("models")) {
        out.models.clear();
        for (const auto& m : models->elements(limits::models)) out.models.push_back(read_model(m));
    }
    if (const auto lanes = object.find("lanes")) {
        out.lanes.clear();
        for (const auto& l : lanes->elements(limits::lanes)) out.lanes.push_back(read_lane(l));
    }
    if (const auto view = object.find("view")) out.view = read_view(*view);
    else out.view.panes = std::min(out.view.panes, static_cast<int>(out.lanes.size()));
    const auto viewpoint = object.find("viewpoint"), weights = object.find("weights");
    object.finish();
    validate(out, name);
    Document whole{completed(std::move(out))};
    if (viewpoint) whole.viewpoint = read_viewpoint(*viewpoint);
    if (weights) whole.weights = read_weights(*weights, whole.scene, name);
    return whole;
}

}  // namespace pf
