#include <algorithm>
#include <cmath>

#include "app/panels/plot.h"
#include "app/panels/widgets.h"
#include "app/runtime/inspection.h"
#include "app/runtime/live_parameters.h"

namespace pf::panels {
namespace {

bool is_network(const Scene& scene, std::size_t model) { return model < scene.models.size() && scene.models[model].field == "network"; }

int networks(const Scene& scene) { return static_cast<int>(std::count_if(scene.models.begin(), scene.models.end(), [](const Model& m) { return m.field == "network"; })); }

std::string nothing_trained(const Scene& scene) {
    return networks(scene) > 0 ? "Press Train: the loss appears here." : "This scene is exact: there is nothing to train.";
}

std::string printed(const nn::HyperparameterChange& change) {
    std::string key = change.key;
    std::replace(key.begin(), key.end(), '_', ' ');
    return key.find('=') == std::string::npos ? fmt::format("{} {:g}", key, change.value) : key;
}

// What kinds of marks there are, for the legend.
std::string kinds_of(const std::vector<nn::HyperparameterChange>& changes) {
    const auto any = [&](auto is) { return std::any_of(changes.begin(), changes.end(), is); };
    std::string out;
    const auto add = [&](std::string_view kind, bool is) { out += is ? (out.empty() ? "" : ", ") + std::string(kind) : ""; };
    add("settings changed", any([](const auto& c) { return c.key != "steps" && c.key != resumed_key && c.key != diverged_key; }));
    add("number of steps", any([](const auto& c) { return c.key == "steps"; }));
    add("resumed", any([](const auto& c) { return c.key == resumed_key; }));
    add("diverged", any([](const auto& c) { return c.key == diverged_key; }));
    return out;
}

std::vector<double> doubles(const std::vector<float>& values) { return {values.begin(), values.end()}; }

}  // namespace

Figure loss_figure(Context& context) {
    const Scene& scene = context.session.scene();
    Figure out;
    out.id = "loss";
    out.title = "Loss";
    out.y = {"loss", "1", true};
    out.nothing = nothing_trained(scene);
    for (const auto& state : context.results.training)
        if (state && state->weights && state->loss.empty()) out.nothing = "The weights came out of a file: the loss of further steps appears here.";
    double last = 1;
    const bool several = networks(scene) > 1;
    std::vector<nn::HyperparameterChange> changes;
    for (std::size_t i = 0; i < scene.models.size(); ++i) {
        const auto& state = context.results.training[i];
        if (!is_network(scene, i) || !state || state->loss.empty()) continue;
        changes.insert(changes.end(), state->changes.begin(), state->changes.end());
        const auto steps = doubles(state->loss_step), losses = doubles(state->loss);
        const std::string& name = scene.models[i].name;
        const std::string entry = name + ": thin raw, bold smoothed";
        const int ink = static_cast<int>(i);
        const bool dashed = i % 2 == 1;
        out.curves.push_back({"loss of " + name, steps, losses, {}, ink, dashed, true, false, entry});
        out.curves.push_back({"smoothed loss of " + name, steps, smoothed(steps, losses), {}, ink, dashed, false, false, entry});
        last = std::max({last, static_cast<double>(state->step), steps.back()});
        for (const auto& change : state->changes) {
            const auto step = static_cast<double>(change.step);
            const std::string label = several ? name + ": " + printed(change) : printed(change);
            if (!out.marks.empty() && out.marks.back().x == step) out.marks.back().label += ", " + label;
            else out.marks.push_back({step, label});
        }
    }
    for (std::size_t i = 0; i < scene.models.size() && !out.curves.empty(); ++i) {
        const auto& floor = context.results.floors[i];
        if (!is_network(scene, i) || !floor) continue;
        const std::string& name = scene.models[i].name;
        if (!floor->why_not.empty()) {
            out.notes.push_back(fmt::format("{}: {}", name, floor->why_not));
            continue;
        }
        const double value = floor->floor.total;
        out.curves.push_back({"floor of " + name, {0, last}, {value, value}, {}, several ? static_cast<int>(i) : -1, several || i % 2 == 1, false, false, fmt::format("floor {}{:.3g}", several ? "of " + name + " " : "", value)});
        if (!floor->floor.infinite.empty()) out.notes.push_back(fmt::format("{}, t from {:g} to {:g}: {}", name, floor->floor.range.min, floor->floor.range.max, floor->floor.infinite));
    }
    out.mark_name = kinds_of(changes);
    std::stable_sort(out.marks.begin(), out.marks.end(), [](const auto& a, const auto& b) { return a.x < b.x; });
    out.x = {"step", "1", false, 0, last};
    return out;
}

Figure loss_over_time_figure(Context& context) {
    context.wanted.losses_over_time = true;
    const Scene& scene = context.session.scene();
    Figure out;
    out.id = "loss_over_t";
    out.title = "Loss over t";
    out.x = {"t", "1", false, 0, 1, true};
    out.y = {"loss", "1", true};
    const bool several = networks(scene) > 1;
    out.nothing = nothing_trained(scene);
    std::string steps;
    bool gaps = false, floors = false;
    for (std::size_t i = 0; i < scene.models.size(); ++i) {
        if (!is_network(scene, i)) continue;
        const auto& state = context.results.training[i];
        const auto& measured = context.results.losses_over_time[i];
        if (state && state->weights && !measured) out.nothing = "measuring …";
        if (!measured || measured->bins.empty()) continue;
        std::vector<double> t, loss, floor, excess;
        for (const LossBin& bin : measured->bins) {
            t.push_back((bin.from + bin.to) / 2);
            loss.push_back(bin.loss);
            floor.push_back(bin.floor);
            excess.push_back(bin.loss - bin.floor);
            gaps |= bin.loss <= bin.floor;
        }
        const std::string of = several ? " of " + scene.models[i].name : "";
        const int ink = static_cast<int>(i);
        const bool known = std::isfinite(floor.front());
        out.curves.push_back({"loss" + of, t, loss, {}, ink, false, false, true});
        steps += fmt::format("{}{} after {} steps", steps.empty() ? "" : ", ", scene.models[i].name, measured->step);
        if (!known) continue;
        floors = true;
        // One network has two inks; several have one each, and their floors are thin.
        out.curves.push_back({"floor" + of, t, floor, {}, several ? ink : -1, true, several, false});
        out.curves.push_back({"excess" + of, t, excess, {}, several ? ink : ink + 1, true, false, true});
    }
    if (!steps.empty()) out.notes.push_back(fmt::format("{}: ten equal parts of the trained t.{}{}", steps, floors ? " Excess is the loss above the floor, what training can still take away." : "",
                                                        floors && gaps ? " In its gaps (×) the loss is at the floor, within what its draws can tell." : ""));
    return out;
}

void draw_loss_panel(Context& context) {
    if (!section("Loss", true)) return;
    const Id scope("Loss");
    const bool any = networks(context.session.scene()) > 0;
    draw_plot(context, "loss");
    if (!any) return;
    const auto& training = context.results.training;
    if (std::none_of(training.begin(), training.end(), [](const auto& state) { return state && !state->loss.empty(); })) return;
    const auto& floors = context.results.floors;
    const bool known = std::any_of(floors.begin(), floors.end(), [](const auto& floor) { return floor && floor->why_not.empty(); });
    muted(fmt::format("The loss does not go to 0: the same x at the same t belongs to many pairs of data and noise. Means of few batches scatter{}.", known ? ", also below its floor" : ""), context.ui.theme);
}

void draw_loss_over_time_panel(Context& context) {
    if (networks(context.session.scene()) == 0 || !section("Loss over t", false)) return;
    const Id scope("Loss over t");
    draw_plot(context, "loss_over_t");
}

}  // namespace pf::panels
