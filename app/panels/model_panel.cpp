#include <algorithm>

#include "app/panels/panels.h"
#include "app/runtime/limits.h"
#include "core/nn/objective.h"

namespace pf::panels {
namespace {

std::vector<Item> field_items(Context& context, int model) {
    std::vector<Item> items{{"exact", "exact", "the closed form of the velocity and score", {}},
                            {"memorising", "memorising", "exact for a finite set of draws: it brings back those points, nothing new", {}},
                            {"gaussian", "Gaussian", "exact for one Gaussian with the data's mean and covariance: a linear field", {}},
                            {"network", "network", "a small network, trained here on draws of the data", {}},
                            {"formula", "formula", "velocity and score typed in `x, y, t, alpha and beta`", {}}};
    for (Item& item : items) {
        const Scene other = with_field(context.session.scene(), model, item.id);
        item.why_not = why_not(other, other.models[static_cast<std::size_t>(model)]);
        if (item.id == "network" && !context.session.networks_available()) item.why_not = "no networks here: " + context.session.network_status();
    }
    return items;
}

std::string_view field_label(std::string_view field) {
    return field == "gaussian" ? "exact for one Gaussian" : field == "memorising" ? "exact for finite draws (memorising)" : field == "network" ? "network" : field == "formula" ? "formula" : "exact";
}

void draw_training(Context& context, int model) {
    const auto& state = context.results.training[static_cast<std::size_t>(model)];
    const TrainingStatus status = state ? state->status : TrainingStatus::idle;
    const bool running = status == TrainingStatus::running, able = context.session.networks_available();
    const float restart = ImGui::GetFontSize() * 5;
    {
        const Disabled greyed(!able);
        const Id scope("train");
        if (ImGui::Button(fmt::format("{}###train", training_label(status)).c_str(), {std::max(1.f, ImGui::GetContentRegionAvail().x - restart - ImGui::GetStyle().ItemSpacing.x), 0}))
            running ? context.session.pause(model) : train(context, {model});
        tooltip(able ? "train or pause (T); every control stays live" : context.session.network_status());
        ImGui::SameLine();
        if (ImGui::Button("Restart", {-1, 0})) context.session.restart(model);
        tooltip("forget the weights and start again from random ones");
    }
    if (!state || state->steps <= 0) return;
    const WithFont font(small_font());
    const float share = static_cast<float>(state->step) / static_cast<float>(state->steps);
    // Undo may take back steps that were asked for later, but not those that were made.
    progress(share, state->step > state->steps ? fmt::format("step {}, {} asked for", state->step, state->steps) : fmt::format("step {} of {}", state->step, state->steps));
    if (!state->sentence.empty()) {
        const WithColour ink(ImGuiCol_Text, vec4(palette(context.ui.theme).error));
        wrapped(fmt::format("`{}`", state->sentence));
    }
    if (status != TrainingStatus::failed) return;
    const double half = context.session.scene().models[static_cast<std::size_t>(model)].training.learning_rate / 2;
    if (ImGui::Button(fmt::format("Resume with learning rate {:.3g}###slower", half).c_str(), {-1, 0})) resume_slower(context, model);
    tooltip("from the last finite weights");
}

// Words of a fixed list as a combo in a row.
bool word_row(std::string_view name, std::string_view meaning, std::string& value, std::vector<Item> items) {
    row_label(name, "", meaning);
    std::string shown = value;
    for (const Item& item : items)
        if (item.id == value) shown = item.label;
    const auto chosen = pick(fmt::format("##{}", name).c_str(), shown, [&] { return items; });
    if (chosen) value = *chosen;
    return chosen.has_value();
}

template <class T>
std::vector<Item> items_of(Table<T> table) {
    std::vector<Item> out;
    for (const auto& entry : table) out.push_back({std::string(entry.id), std::string(entry.label), std::string(entry.meaning), {}});
    return out;
}

template <std::size_t N>
std::vector<Item> items_of(const std::array<std::string_view, N>& list) {
    std::vector<Item> out;
    for (const auto word : list) out.push_back({std::string(word), std::string(word), {}, {}});
    return out;
}

// Of what a network is trained to put out.
struct Said {
    std::string_view label, meaning;
};
Said said_of(Prediction prediction) {
    switch (prediction) {
        case Prediction::velocity: return {"velocity u", "the mean of dX/dt over the paths through x: flow matching"};
        case Prediction::score: return {"score s", "∇ log pₜ, the mean of −ε/βₜ at x: denoising score matching"};
        case Prediction::noise: return {"noise ε", "the mean of ε at x: DDPM"};
        case Prediction::data: return {"data D", "the mean of z at x: a denoiser"};
        case Prediction::v: return {"v", "the mean of αₜ ε − βₜ z at x: progressive distillation"};
        case Prediction::edm_f: return {"F of EDM", "the denoiser less what it skips, to unit variance (Karras 2022)"};
    }
    return {};
}

void draw_objective(Context& context, int index) {
    Scene next = context.session.scene();
    Model& model = next.models[static_cast<std::size_t>(index)];
    heading("objective", context.ui.theme);
    std::vector<Item> predictions;
    for (const Prediction p : all_predictions) {
        Model other = model;
        other.objective.prediction = std::string(id(p));
        predictions.push_back({other.objective.prediction, std::string(said_of(p).label), std::string(said_of(p).meaning), why_not(next, other)});
    }
    const std::string whole = "objective of " + model.name;
    bool changed = word_row("predicts", "velocity u, score s, noise ε, data D, v, or F of EDM; they are affine in each other. Takes effect on restart.",
                            model.objective.prediction, predictions);
    changed |= word_row("weighting", "λₜ of the loss: how much each t counts; live", model.objective.weighting.id, items_of(nn::weightings()));
    changed |= word_row("times", "how training times t are drawn; live", model.objective.times.id, items_of(nn::time_samplings()));
    if (changed) {
        const Scene& before = context.session.scene();
        const ObjectiveSpec& old = before.models[static_cast<std::size_t>(index)].objective;
        if (old.weighting.id != model.objective.weighting.id) model.objective.weighting.values.clear();
        if (old.times.id != model.objective.times.id) model.objective.times.values.clear();
        return apply(context, Gesture::commit, whole, std::move(next));
    }
    std::string what;
    Gesture gesture = option_rows(nn::weightings(), model.objective.weighting, &what);
    if (gesture == Gesture::none) gesture = option_rows(nn::time_samplings(), model.objective.times, &what);
    else option_rows(nn::time_samplings(), model.objective.times);
    apply(context, gesture, what + " of the objective", std::move(next));
}

void draw_network(Context& context, int index) {
    Scene next = context.session.scene();
    Model& model = next.models[static_cast<std::size_t>(index)];
    const std::string what = "network of " + model.name;
    NetworkSpec& net = model.network;
    heading("network (takes effect on restart)", context.ui.theme);
    int depth = static_cast<int>(net.hidden.size()), width = net.hidden.empty() ? 64 : net.hidden.front();
    Gesture gesture = number_row({"layers", "L", "hidden layers", 3}, depth, {1, static_cast<double>(limits::layers.max)}, {1, 6});
    const Gesture wide = number_row({"width", "H", "units in each hidden layer", 64}, width, {1, static_cast<double>(limits::width.max)}, {4, 256, true});
    if (wide != Gesture::none) gesture = wide;
    if (gesture != Gesture::none) {
        if (wide != Gesture::none) net.hidden.assign(net.hidden.size(), width);
        net.hidden.resize(static_cast<std::size_t>(depth), width);
        return apply(context, gesture, what, std::move(next));
    }
    std::vector<Item> activations = items_of(words::activations);
    for (Item& item : activations) item.label = item.id == "silu" ? "SiLU" : item.id == "relu" ? "ReLU" : item.id == "gelu" ? "GELU" : item.id;
    bool changed = word_row("activation", "the nonlinearity between layers", net.activation, activations);
    changed |= word_row("time input", "raw: the time as it is; fourier: sin and cos of 2πk times it", net.time, items_of(words::time_features));
    gesture = changed ? Gesture::commit : Gesture::none;
    if (net.time == "fourier" && !changed)
        gesture = number_row({"frequencies", "k", "pairs of sin and cos", 4}, net.frequencies, {1, static_cast<double>(limits::frequencies.max)}, {1, 16});
    if (gesture == Gesture::none) gesture = switch_row({"normalise", "", "unit variance in and out of the network", 0}, net.normalise);
    if (gesture == Gesture::none) {
        Model other = model;
        other.network.conditional = true;
        const std::string why = why_not(next, other);
        const Disabled greyed(!why.empty());
        gesture = switch_row({"conditional", "", why.empty() ? "told the label of the data, so that lanes can be guided to one" : why, 0}, net.conditional);
    }
    apply(context, gesture, what, std::move(next));
}

void draw_hyperparameters(Context& context, int index) {
    Scene next = context.session.scene();
    TrainingSpec& training = next.models[static_cast<std::size_t>(index)].training;
    heading("training (live)", context.ui.theme);
    Gesture gesture = Gesture::none;
    std::string_view what;
    const auto note = [&](Gesture g, std::string_view phrase) {
        if (g != Gesture::none) gesture = g, what = phrase;
    };
    note(number_row({"learning rate", "", "step length of Adam", 1e-3}, training.learning_rate, {limits::learning_rate.min, 1}, {1e-5, 1e-1, true}), "learning rate");
    note(number_row({"batch", "", "draws per step", 512}, training.batch, {1, static_cast<double>(limits::batch.max)}, {16, 8192, true}), "batch");
    note(number_row({"steps", "", "length of the run", 5000}, training.steps, {1, static_cast<double>(limits::training_steps.max)}, {100, 50000, true}), "training steps");
    note(number_row({"EMA", "", "decay of the weight average that is shown; 0: none", 0.995}, training.ema, limits::ema, {0, 0.9999}), "EMA");
    note(number_row({"clip", "", "longest gradient, over all weights together; 0: any", 0}, training.clip, limits::clip, {0, 10}), "gradient clipping");
    if (next.models[static_cast<std::size_t>(index)].network.conditional)
        note(number_row({"label dropout", "p", "chance of not being told the label, from which the field without one is learned", 0.1}, training.label_dropout, limits::chance, {0, 0.5}), "label dropout");
    if (word_row("decay", "how the learning rate falls over the run", training.decay, items_of(words::decays))) note(Gesture::commit, "learning rate decay");
    std::vector<Item> couplings{{"independent", "independent", "any noise with any data: the Gaussian path", {}},
                                {"ot", "optimal transport", "each batch paired with least transport cost: straighter paths, and no score. Takes effect on restart.", {}}};
    for (Item& item : couplings) {
        Scene other = next;
        Model& model = other.models[static_cast<std::size_t>(index)];
        model.training.coupling = item.id;
        item.why_not = why_not(other, model);
        for (const Lane& lane : other.lanes)
            if (item.why_not.empty()) item.why_not = why_not(other, lane);
    }
    if (word_row("pairs", "how noise and data are paired", training.coupling, couplings)) note(Gesture::commit, "coupling");
    apply(context, gesture, what, std::move(next));
}

// Four lines; without a score only lanes without noise run.
void draw_formulas(Context& context, int index) {
    const Scene& scene = context.session.scene();
    const Model& model = scene.models[static_cast<std::size_t>(index)];
    const auto changed = [&](bool score, std::size_t axis, const std::string& text) {
        Scene next = scene;
        Model& edited = next.models[static_cast<std::size_t>(index)];
        auto& pair = score ? edited.score : edited.velocity;
        if (pair.size() != 2) pair = {"0", "0"};
        pair[axis] = text;
        if (score && text.empty()) pair.clear();
        return next;
    };
    for (const bool score : {false, true})
        for (const std::size_t axis : {std::size_t{0}, std::size_t{1}}) {
            const auto& pair = score ? model.score : model.velocity;
            const auto refused = [&](const std::string& text) {
                return formula_error([&] {
                    validate(changed(score, axis, text), "formula");
                    return std::string();
                });
            };
            const std::string name = fmt::format("{} {}", score ? "score" : "velocity", axis == 0 ? "x" : "y");
            const auto text = text_row(name, "", score ? "∂ log p; empty: none, and lanes have no noise" : "`dX/dt in x, y, t, alpha (αₜ) and beta (βₜ)`; formulas keep noise at `t = 0`", pair.size() == 2 ? pair[axis] : "", refused);
            if (text) return context.session.commit(fmt::format("{} of {}", name, model.name), changed(score, axis, *text));
        }
}

}  // namespace

void draw_model_panel(Context& context) {
    if (!section("Model", true)) return;
    const Id scope("Model");
    const Scene& scene = context.session.scene();
    if (scene.models.size() > 1) {
        std::vector<Item> names;
        for (const Model& m : scene.models) names.push_back({m.name, m.name, "the model these controls belong to", {}});
        if (const auto name = segmented("model", names, scene.models[static_cast<std::size_t>(selected_model(context))].name))
            select_model(context, model_index(scene, *name));
    }
    const int index = selected_model(context);
    const std::string now(field_label(scene.models[static_cast<std::size_t>(index)].field));
    ImGui::SetNextItemWidth(-1);
    if (const auto field = pick("##field", now, [&] { return field_items(context, index); })) {
        context.session.commit("field of " + scene.models[static_cast<std::size_t>(index)].name, with_field(scene, index, *field));
    }
    if (context.session.scene().models[static_cast<std::size_t>(index)].field == "formula") return draw_formulas(context, index);
    if (context.session.scene().models[static_cast<std::size_t>(index)].field != "network") return;
    draw_training(context, index);
    if (!more("model")) return;
    draw_hyperparameters(context, index);
    draw_objective(context, index);
    draw_network(context, index);
}

}  // namespace pf::panels
