// What the buttons and the key for training do.
#include <algorithm>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "app/panels/panels.h"
#include "app/runtime/limits.h"

namespace pf::panels {

const char* training_label(TrainingStatus status) {
    switch (status) {
        case TrainingStatus::running: return "Pause";
        case TrainingStatus::paused:
        case TrainingStatus::failed: return "Resume";
        case TrainingStatus::finished: return "Train on";
        default: return "Train";
    }
}

// Of several networks: Pause while one runs, Train on when all are through, otherwise what there is to do for the others.
const char* training_label(const Context& context) {
    const auto& models = context.session.scene().models;
    TrainingStatus all = TrainingStatus::finished;
    for (std::size_t i = 0; i < models.size(); ++i) {
        if (models[i].field != "network") continue;
        const auto& state = context.results.training[i];
        const TrainingStatus status = state ? state->status : TrainingStatus::idle;
        if (status == TrainingStatus::running) return training_label(status);
        if (all == TrainingStatus::finished || status == TrainingStatus::idle) all = status;
    }
    return training_label(all);
}

void train(Context& c, const std::vector<int>& models) {
    std::vector<int> unfinished;  // also where steps were added since
    for (const int i : models) {
        const auto& state = c.results.training[static_cast<std::size_t>(i)];
        const bool through = state && state->status == TrainingStatus::finished && state->step >= c.session.scene().models[static_cast<std::size_t>(i)].training.steps;
        if (!through) unfinished.push_back(i);
    }
    if (!unfinished.empty() || models.empty()) {
        for (const int i : unfinished) c.session.train(i);
        return;
    }
    Scene next = c.session.scene();
    const Scene& preset = c.session.preset();
    for (const int i : models) {
        const auto at = static_cast<std::size_t>(i);
        int& steps = next.models[at].training.steps;
        const int more = at < preset.models.size() ? preset.models[at].training.steps : steps;
        steps = static_cast<int>(std::min<std::int64_t>(std::int64_t{steps} + more, limits::training_steps.max));
    }
    c.session.commit("training steps", std::move(next));
    for (const int i : models) c.session.train(i);
}

void resume_slower(Context& c, int model) {
    Scene next = c.session.scene();
    Model& slower = next.models[static_cast<std::size_t>(model)];
    slower.training.learning_rate /= 2;
    c.session.commit("learning rate of " + slower.name, std::move(next));
    c.session.train(model);
}

namespace {

// What was painted, pasted or imported is trained on without another word: the selected model becomes a network.
void learn_own_points(Context& c) {
    const int model = std::clamp(c.ui.selected_model, 0, static_cast<int>(c.session.scene().models.size()) - 1);
    Scene next = with_field(c.session.scene(), model, "network");
    const std::string name = next.models[static_cast<std::size_t>(model)].name;
    if (const std::string why = c.session.networks_available() ? why_not(next, next.models[static_cast<std::size_t>(model)]) : c.session.network_status(); !why.empty())
        return c.session.say({Notice::Level::info, "these points cannot be learnt: " + why});
    c.session.commit("a network learns the points", std::move(next));
    c.session.train(model);
    c.session.say({Notice::Level::info, fmt::format("'{}' is a network now, which learns these points from random weights. Ctrl+Z brings the exact field of the points back.", name)});
}

}  // namespace

void toggle_training(Context& c) {
    const auto& models = c.session.scene().models;
    const bool running = std::any_of(c.results.training.begin(), c.results.training.end(), [](const auto& state) { return state && state->status == TrainingStatus::running; });
    std::vector<int> networks;
    for (std::size_t i = 0; i < models.size(); ++i)
        if (models[i].field == "network") networks.push_back(static_cast<int>(i));
    if (networks.empty() && c.session.scene().data.choice.id == "points") return learn_own_points(c);
    if (!running) train(c, networks);
    else
        for (const int i : networks) c.session.pause(i);
    if (networks.empty())
        c.session.say({Notice::Level::info, "This scene is exact, there is nothing to train. Choose 'network' for the field in the section Model, then press T."});
}

}  // namespace pf::panels
