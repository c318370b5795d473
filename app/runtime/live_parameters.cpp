#include "app/runtime/live_parameters.h"

#include <algorithm>
#include <array>
#include <utility>

#include "core/math/errors.h"
#include "core/math/format.h"

namespace pf {
namespace {

struct Number {
    std::string_view key;
    double (*get)(const TrainingSpec&);
    void (*set)(TrainingSpec&, double);
};

constexpr std::array numbers{
    Number{"learning_rate", [](const TrainingSpec& t) { return t.learning_rate; }, [](TrainingSpec& t, double v) { t.learning_rate = v; }},
    Number{"batch", [](const TrainingSpec& t) { return static_cast<double>(t.batch); }, [](TrainingSpec& t, double v) { t.batch = static_cast<int>(v); }},
    Number{"ema", [](const TrainingSpec& t) { return t.ema; }, [](TrainingSpec& t, double v) { t.ema = v; }},
    Number{"clip", [](const TrainingSpec& t) { return t.clip; }, [](TrainingSpec& t, double v) { t.clip = v; }},
    Number{"label_dropout", [](const TrainingSpec& t) { return t.label_dropout; }, [](TrainingSpec& t, double v) { t.label_dropout = v; }},
    Number{"steps", [](const TrainingSpec& t) { return static_cast<double>(t.steps); }, [](TrainingSpec& t, double v) { t.steps = static_cast<int>(v); }},
};

// "weighting" and "times".
std::array<std::pair<std::string, Choice*>, 2> choices(Model& model) { return {{{"weighting", &model.objective.weighting}, {"times", &model.objective.times}}}; }

}  // namespace

std::vector<nn::HyperparameterChange> live_parameters(const Model& model, long step) {
    std::vector<nn::HyperparameterChange> out;
    for (const Number& number : numbers) out.push_back({step, std::string(number.key), number.get(model.training)});
    out.push_back({step, "decay=" + model.training.decay, 0});
    Model copy = model;
    for (const auto& [name, choice] : choices(copy)) {
        out.push_back({step, name + "=" + choice->id, 0});
        for (const auto& [option, value] : choice->values) out.push_back({step, name + "." + option, value});
    }
    return out;
}

std::vector<nn::HyperparameterChange> live_changes(const Model& before, const Model& now, long step) {
    auto out = live_parameters(now, step);
    const auto old = live_parameters(before, step);
    std::string other;  // "weighting.", where its word is another
    std::erase_if(out, [&](const nn::HyperparameterChange& now_has) {
        const bool had = std::find(old.begin(), old.end(), now_has) != old.end();
        if (const auto equals = now_has.key.find('='); equals != std::string::npos) other = had ? "" : now_has.key.substr(0, equals) + ".";
        return had && (other.empty() || !now_has.key.starts_with(other));
    });
    return out;
}

void set_live_parameter(Model& model, const nn::HyperparameterChange& change) {
    const auto& key = change.key;
    for (const Number& number : numbers)
        if (key == number.key) return number.set(model.training, change.value);
    if (key.starts_with("decay=")) {
        model.training.decay = key.substr(6);
        return;
    }
    for (const auto& [name, choice] : choices(model)) {
        if (key.starts_with(name + "=")) {
            *choice = {key.substr(name.size() + 1), {}};
            return;
        }
        if (key.starts_with(name + ".")) {
            choice->values[key.substr(name.size() + 1)] = change.value;
            return;
        }
    }
    throw BadInput(fmt::format("step {}: '{}' was changed, which is no hyper-parameter", change.step, key));
}

std::string why_no_replay(const Scene& scene, int model, const nn::Description& seen) {
    if (seen.changes.empty()) return "nothing was changed while they were trained";
    if (seen.changes.front().step > 0) return fmt::format("with what they were trained before step {} is not known", seen.changes.front().step);
    Scene then = scene;
    for (std::size_t i = 0; i < seen.changes.size(); ++i) {
        const auto& change = seen.changes[i];
        if (change.key == diverged_key) return fmt::format("training diverged at step {} and went on from earlier weights, which is not replayed", change.step);
        if (change.key == resumed_key) continue;
        try {
            set_live_parameter(then.models.at(static_cast<std::size_t>(model)), change);
            if (i + 1 == seen.changes.size() || seen.changes[i + 1].step > change.step) validate(then, fmt::format("step {}", change.step));
        } catch (const BadInput& error) {
            return error.what();
        }
    }
    return {};
}

}  // namespace pf
