#include "core/nn/description_json.h"

#include <array>
#include <cmath>

#include "core/math/schedule/schedules.h"
#include "core/nn/strict_json.h"

namespace pf::nn {
namespace {

constexpr int version = 1;
constexpr long most_steps = 1L << 53;
constexpr std::array<std::string_view, 4> activations{"silu", "tanh", "relu", "gelu"};
constexpr std::array<std::string_view, 2> times{"raw", "fourier"};

template <class Enum, std::size_t n>
Enum from_word(const std::array<std::string_view, n>& words, const std::string& word, const std::string& where) {
    for (std::size_t i = 0; i < n; ++i)
        if (words[i] == word) return static_cast<Enum>(i);
    throw BadInput(fmt::format("{}: unknown word '{}'", where, word));
}

Architecture architecture_from(StrictObject& object, const std::string& where) {
    Architecture a{};
    const Json& hidden = object.at("hidden");
    if (!hidden.is_array() || hidden.empty() || hidden.size() > max_depth)
        throw BadInput(fmt::format("{}.hidden: expected 1 to {} widths", where, max_depth));
    for (const Json& width : hidden) a.hidden[a.depth++] = static_cast<int>(StrictObject::count(width, max_width, where + ".hidden"));
    a.activation = from_word<Activation>(activations, object.text("activation"), where + ".activation");
    a.time = from_word<TimeFeatures>(times, object.text("time"), where + ".time");
    if (a.time == TimeFeatures::fourier) a.frequencies = static_cast<int>(object.count("frequencies", max_frequencies));
    if (object.has("labels")) a.labels = static_cast<int>(object.count("labels", max_labels));
    if (!valid(a)) throw BadInput(where + ": widths and frequencies must be at least 1");
    return a;
}

CurvePoints curve_from(const Json& list, const std::string& where) {
    CurvePoints points;
    if (list.size() > most_curve_points) throw BadInput(fmt::format("{}: expected at most {} points", where, most_curve_points));
    for (const Json& point : list) {
        if (!point.is_array() || point.size() != 2) throw BadInput(where + ": expected points [t, value]");
        points.push_back({StrictObject::number(point[0], where), StrictObject::number(point[1], where)});
    }
    return points;
}

Choice schedule_from(const Json& object, const std::string& where) {
    if (!object.is_object()) throw BadInput(where + ": expected an object");
    Choice choice;
    for (const auto& [key, value] : object.items()) {
        if (key == "id" && value.is_string())
            choice.id = value.get<std::string>();
        else if (value.is_array())
            choice.curves[key] = curve_from(value, where + "." + key);
        else
            choice.values[key] = StrictObject::number(value, where + "." + key);
    }
    build(schedules(), choice, where);  // refuses unknown ids, options and values
    return choice;
}

std::vector<HyperparameterChange> changes_from(const Json& list, const std::string& where) {
    std::vector<HyperparameterChange> changes;
    for (const Json& entry : list) {
        if (!entry.is_array() || entry.size() != 3 || !entry[1].is_string()) throw BadInput(where + ": expected a list of [step, key, value]");
        changes.push_back({StrictObject::count(entry[0], most_steps, where), entry[1].get<std::string>(), StrictObject::number(entry[2], where)});
        if (changes.size() > 1 && changes.back().step < changes[changes.size() - 2].step) throw BadInput(where + ": steps must not fall");
    }
    return changes;
}

}  // namespace

std::string to_json(const Description& d) {
    Json schedule(d.schedule.values);
    if (schedule.is_null()) schedule = Json::object();
    for (const auto& [key, points] : d.schedule.curves) schedule[key] = points;
    schedule["id"] = d.schedule.id;
    const Architecture& a = d.architecture;
    Json json{{"probflow", version},
              {"hidden", std::vector<int>(a.hidden, a.hidden + a.depth)},
              {"activation", activations[static_cast<std::size_t>(a.activation)]},
              {"time", times[static_cast<std::size_t>(a.time)]},
              {"prediction", id(d.prediction)},
              {"schedule", schedule},
              {"normalise", d.normalise},
              {"data_sd", d.data_sd},
              {"steps", d.steps}};
    if (a.time == TimeFeatures::fourier) json["frequencies"] = a.frequencies;
    if (a.labels > 0) json["labels"] = a.labels;
    for (const HyperparameterChange& change : d.changes) json["changes"].push_back({change.step, change.key, change.value});
    return json.dump();
}

Description description_from_json(const std::string& text, const std::string& where) {
    const Json json = parse_strictly(text, where);
    StrictObject object(json, where);
    if (object.count("probflow", 1 << 20) != version) throw BadInput(fmt::format("{}: written by another version of probflow; this one reads version {}", where, version));
    Description d;
    d.architecture = architecture_from(object, where);
    d.prediction = prediction_from_id(object.text("prediction"), where + ".prediction");
    d.schedule = schedule_from(object.at("schedule"), where + ".schedule");
    d.normalise = object.truth("normalise");
    d.data_sd = object.number("data_sd");
    if (!(d.data_sd > 0 && d.data_sd < 1e9)) throw BadInput(where + ".data_sd: expected a positive number");
    d.steps = object.count("steps", most_steps);
    if (object.has("changes")) d.changes = changes_from(object.at("changes"), where + ".changes");
    object.finish();
    if (d.prediction == Prediction::v && !build(schedules(), d.schedule, where)->variance_preserving())
        throw BadInput(where + ".prediction: v needs a schedule with α² + β² = 1");
    return d;
}

}  // namespace pf::nn
