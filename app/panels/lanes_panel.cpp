#include <algorithm>

#include "app/panels/camera.h"
#include "app/panels/panels.h"
#include "app/runtime/lane_numbers.h"
#include "app/runtime/lane_stability.h"
#include "app/runtime/limits.h"
#include "app/runtime/processes.h"
#include "core/math/grid/grids.h"
#include "core/math/schedule/schedules.h"
#include "core/math/sigma/sigmas.h"

namespace pf::panels {
namespace {

Lane& lane_of(Scene& scene, int lane) { return scene.lanes[static_cast<std::size_t>(lane)]; }

std::string phrase(std::string_view what, int lane) { return fmt::format("{} of lane {}", what, lane + 1); }

// Every entry, greyed with the reason where the edited lane could not run.
template <class Entries, class Edit>
std::vector<Item> legal_items(const Scene& scene, int lane, const Entries& entries, Edit&& edit) {
    std::vector<Item> items;
    for (const auto& entry : entries) {
        Lane other = scene.lanes[static_cast<std::size_t>(lane)];
        edit(other, std::string(entry.id));
        items.push_back({std::string(entry.id), std::string(entry.label), std::string(entry.meaning), why_not(scene, other)});
    }
    return items;
}

void choose_sigma(Lane& lane, const std::string& id) {
    lane.sigma = {id, {}};
    lane.sigma_expression = id == "formula" ? "1 - t" : "";
}

// Words of a lane in a list, greyed with the reason where the lane could not run even with what the edit sets besides.
template <class Edit>
void draw_word(Context& context, int lane, const char* name, std::string_view meaning, std::span<const LaneWord> words, const std::string& current, Edit&& edit) {
    const Scene& scene = context.session.scene();
    row_label(name, "", meaning);
    const auto label = std::find_if(words.begin(), words.end(), [&](const LaneWord& word) { return word.id == current; });
    const auto items = [&] {
        std::vector<Item> out;
        for (const LaneWord& word : words) {
            const Scene next = edit(scene, lane, std::string(word.id));
            out.push_back({std::string(word.id), std::string(word.label), std::string(word.meaning), why_not(next, next.lanes[static_cast<std::size_t>(lane)])});
        }
        return out;
    };
    if (const auto id = pick(fmt::format("##{}", name).c_str(), std::string(label == words.end() ? words.front().label : label->label), items))
        context.session.commit(phrase(name, lane), edit(scene, lane, *id));
}

void draw_process(Context& context, int lane) {
    const Lane l = context.session.scene().lanes[static_cast<std::size_t>(lane)];
    draw_word(context, lane, "process", "which way the lane goes", processes(), l.process, with_process);
    draw_word(context, lane, "variant", "the right equation, or one that is wrong on purpose", variants(), l.variant, with_variant);
    if (l.process != "langevin") return;
    Scene next = context.session.scene();
    Lane& edited = lane_of(next, lane);
    Gesture gesture = number_row({"held at", "t", "the t that stands still", 0.9}, edited.frozen_t, limits::time, {0, 1});
    if (const Gesture g = number_row({"duration", "r", "how long the dynamics run, in their own time", 4}, edited.duration, limits::duration, {0.1, 100, true}); g != Gesture::none) gesture = g;
    apply(context, gesture, phrase("Langevin dynamics", lane), std::move(next));
}

void draw_kind(Context& context, int lane) {
    const Scene& scene = context.session.scene();
    std::vector<Item> kinds{{"ode", "ODE", "dX = u dt: smooth paths, one end for each start", {}},
                            {"sde", "SDE", "dX = (u + ½σ²s) dt + σ dW: rough paths, the same distribution at every t", {}}};
    const bool stochastic = has_noise(scene.lanes[static_cast<std::size_t>(lane)]);
    for (Item& kind : kinds) {
        const Scene next = with_stochastic(scene, lane, kind.id == "sde");
        kind.why_not = why_not(next, next.lanes[static_cast<std::size_t>(lane)]);
    }
    if (const auto kind = segmented("kind", kinds, stochastic ? "sde" : "ode"))
        context.session.commit(fmt::format("{} in lane {}", *kind == "sde" ? "SDE" : "ODE", lane + 1), with_stochastic(scene, lane, *kind == "sde"));
}

// stable_noise(), kept until anything but the noise itself and the view changes: it is asked every frame.
std::optional<double> kept_stable_noise(const Scene& scene, int lane) {
    static Scene known;
    static int known_lane = -1;
    static std::optional<double> limit;
    Scene asked = scene;
    lane_of(asked, lane).sigma.values.erase("max");
    asked.view = {};
    if (lane != known_lane || !(asked == known)) {
        limit = stable_noise(asked, lane);
        known = std::move(asked);
        known_lane = lane;
    }
    return limit;
}

// The first option of the shape is what one reaches for: how much noise.
void draw_sigma(Context& context, int lane, bool shape) {
    Scene next = context.session.scene();
    Lane& edited = lane_of(next, lane);
    if (!is_stochastic(edited)) return;
    if (shape) {
        row_label("noise", "σₜ", "shape of the noise over time; with the exact score, and steps small enough, every shape leaves pₜ as it is");
        const auto items = [&] {
            auto out = legal_items(next, lane, sigmas(), choose_sigma);
            std::erase_if(out, [](const Item& item) { return item.id == "zero"; });
            out.push_back({"formula", "formula", "typed in `t, alpha and beta`", {}});
            return out;
        };
        const bool typed = edited.sigma.id == "formula";
        if (const auto id = pick("##sigma", typed ? "formula" : std::string(find(sigmas(), edited.sigma.id, "sigma").label), items)) {
            choose_sigma(edited, *id);
            context.session.commit(phrase("σ shape", lane), std::move(next));
        }
        return;
    }
    if (edited.sigma.id == "formula") {
        const auto refused = [&](const std::string& text) {
            Lane other = edited;
            other.sigma_expression = text;
            return formula_error([&] { return why_not(next, other); });
        };
        const auto text = text_row("formula", "σₜ", "noise as a formula in `t, alpha and beta, such as 2*(1 - t)`; formulas keep noise at `t = 0`", edited.sigma_expression, refused);
        if (!text) return;
        edited.sigma_expression = *text;
        return context.session.commit(phrase("σ", lane), std::move(next));
    }
    std::string changed;
    Shades shades;
    if (const auto limit = kept_stable_noise(next, lane)) shades["max"] = {*limit, fmt::format("stable with {} steps, up to {:.3g}", edited.steps, *limit)};
    const Gesture gesture = option_rows(sigmas(), edited.sigma, &changed, shades);
    apply(context, gesture, phrase("σ", lane), std::move(next));
}

// Of the particles at the end of the lane, those outside the box or lost.
double share_outside(const LaneResult& lane, const Box& box) {
    if (lane.path.x.empty() || lane.path.x.back().rows() == 0) return 0;
    const Points& x = lane.path.x.back();
    const auto inside = x.col(0) >= static_cast<float>(box.x_min) && x.col(0) <= static_cast<float>(box.x_max) && x.col(1) >= static_cast<float>(box.y_min) && x.col(1) <= static_cast<float>(box.y_max);
    return 1 - static_cast<double>(inside.count()) / static_cast<double>(x.rows());
}

// Up to which σ the lane is stable near the data; where it is not, the shape that is.
void draw_stability(Context& context, int lane) {
    Scene next = context.session.scene();
    Lane& edited = lane_of(next, lane);
    const auto here = lane_stability(next, lane);
    if (!here) return;
    const int steps = edited.steps;
    const bool learned = model_named(next, edited.score_model.empty() ? edited.model : edited.score_model).field == "network";
    const double left = learned && here->stable() && context.results.lane_current[static_cast<std::size_t>(lane)] ? share_outside(*context.results.lanes[static_cast<std::size_t>(lane)], scene_box(next)) : 0;
    constexpr double telling = 0.01;  // of exact draws none is outside
    if (here->stable() && left < telling) {
        muted(fmt::format("stable{}: σₜ = {:.2g} at t = {:.2g}, where {} steps allow up to {:.2g}", learned ? " for the exact field" : "", here->sigma, here->t, steps, here->limit), context.ui.theme);
        tooltip("the step nearest to its limit: beyond it the solver enlarges the differences that the flow shrinks");
        return;
    }
    const WithColour ink(ImGuiCol_Text, vec4(palette(context.ui.theme).warning));
    ImGui::PushTextWrapPos(0);
    if (here->stable()) text(fmt::format("{:.0f} % of the particles end outside the frame of the scene: the learned score is not exact enough for this σₜ", std::max(1.0, 100 * left)));
    else text(fmt::format("unstable: σₜ = {:.2g} at t = {:.2g}, where {} steps allow up to {:.2g}", here->sigma, here->t, steps, here->limit));
    ImGui::PopTextWrapPos();
    tooltip(here->stable() ? "Near the data a network's error in the score grows like 1/βₜ, and noise beyond βₜ feels all of it. Of the exact field the same steps are stable." : warning(*here));
    edited.sigma = {"beta", {}};
    edited.sigma_expression.clear();
    const auto there = lane_stability(next, lane);
    if (!why_not(next, edited).empty() || !there || !there->stable()) return;
    if (ImGui::Button(fmt::format("{}###sigma_beta", shown("Take σₜ = βₜ")).c_str(), {-1, 0})) context.session.commit(phrase("σₜ = βₜ", lane), std::move(next));
    tooltip("fades with the noise of the path, so that it is stable near the data");
}

// Why a learned lane may be odd where it begins.
void draw_division(Context& context, int lane) {
    const Scene& scene = context.session.scene();
    const std::string sentence = division_at_noise(scene, scene.lanes[static_cast<std::size_t>(lane)]);
    if (sentence.empty()) return;
    muted(sentence, context.ui.theme);
    tooltip("Where α = 0 the noise tells nothing of the data. The lane begins beside it; a network that predicts the velocity or the data has no such end.");
}

// Lanes that stand in no pane go on: films, numbers and files have them. What they are and how to have them in sight, or gone.
void draw_unseen(Context& context) {
    const Scene& scene = context.session.scene();
    const int first = pane_count(scene), last = static_cast<int>(scene.lanes.size());
    if (first == last) return;
    const bool one = last - first == 1;
    muted(fmt::format("{} in no pane, yet computed", one ? fmt::format("lane {} is", last) : fmt::format("lanes {} {} {} are", first + 1, last - first == 2 ? "and" : "to", last)), context.ui.theme);
    const float half = (ImGui::GetContentRegionAvail().x - ImGui::GetStyle().ItemSpacing.x) / 2;
    if (ImGui::Button("Show##unseen", {half, 0})) return context.session.commit("panes", with_panes(scene, last > 2 ? 4 : 2));
    tooltip("a pane for each lane");
    ImGui::SameLine();
    if (ImGui::Button("Remove##unseen", {half, 0})) context.session.commit(one ? "lane removed" : "lanes removed", with_shown_lanes(scene));
    tooltip("takes them out of the scene; can be undone");
}

void draw_solver(Context& context, int lane) {
    Scene next = context.session.scene();
    Lane& edited = lane_of(next, lane);
    row_label("solver", "", "how the equation is stepped");
    const auto items = [&] { return legal_items(next, lane, solvers(), [](Lane& l, std::string id) { l.solver = {std::move(id), {}}; }); };
    if (const auto id = pick("##solver", std::string(find_solver(edited.solver.id, "solver").label), items)) {
        edited.solver = {*id, {}};
        context.session.commit(phrase("solver", lane), std::move(next));
        return;
    }
    const auto options = solver_options(edited.solver.id, "solver"), defaults = solver_options(edited.solver.id, "solver");
    assign(*options, edited.solver.values, "solver");
    std::string changed;
    const Gesture gesture = option_rows(*options, *defaults, edited.solver, &changed);
    apply(context, gesture, phrase(changed, lane), std::move(next));
}

void draw_grid(Context& context, int lane) {
    Scene next = context.session.scene();
    Lane& edited = lane_of(next, lane);
    row_label("steps in", "", "where the steps lie between noise and data");
    const auto items = [&] { return legal_items(next, lane, grids(), [](Lane& l, std::string id) { l.grid = {std::move(id), {}}; }); };
    if (const auto id = pick("##grid", std::string(find(grids(), edited.grid.id, "grid").label), items)) {
        edited.grid = {*id, {}};
        context.session.commit(phrase("time grid", lane), std::move(next));
        return;
    }
    std::string changed;
    const Gesture gesture = option_rows(grids(), edited.grid, &changed);
    apply(context, gesture, phrase(changed, lane), std::move(next));
}

void draw_model_choice(Context& context, int lane) {
    Scene next = context.session.scene();
    if (next.models.size() < 2) return;
    Lane& edited = lane_of(next, lane);
    row_label("model", "", "whose velocity this lane follows");
    const auto items = [&] {
        std::vector<Item> out;
        for (const Model& model : next.models) {
            Lane other = edited;
            other.model = model.name;
            out.push_back({model.name, model.name, model.field == "network" ? "network" : model.field + " field", why_not(next, other)});
        }
        return out;
    };
    if (const auto name = pick("##model", edited.model, items)) {
        edited.model = *name;
        context.session.commit(phrase("model", lane), std::move(next));
    }
}

void draw_numbers(Context& context, int lane) {
    Scene next = context.session.scene();
    Lane& edited = lane_of(next, lane);
    const auto particles = static_cast<double>(limits::particles.max), steps = static_cast<double>(limits::lane_steps.max);
    Gesture gesture = number_row({"steps", "", "steps from noise to data; fewer are faster and less exact", 50}, edited.steps, {1, steps}, {1, 1000, true});
    std::string_view what = "steps";
    if (const Gesture g = number_row({"particles", "N", "samples followed", 2000}, edited.particles, {1, particles}, {100, 100000, true}); g != Gesture::none)
        gesture = g, what = "particles";
    if (gesture != Gesture::none) return apply(context, gesture, phrase(what, lane), std::move(next));
}

void draw_times(Context& context, int lane) {
    Scene next = context.session.scene();
    Lane& edited = lane_of(next, lane);
    const bool jumps = edited.start == "teleport";
    const double latest = (jumps ? edited.teleport_to : edited.t_max) - 0.01, earliest = (jumps ? edited.teleport_to : edited.t_min) + 0.01;
    Gesture gesture = number_row({"from", "t_min", "where the integration starts", 0}, edited.t_min, {0, std::max(0.0, latest)}, {0, 0.5});
    if (const Gesture g = number_row({"to", "t_max", "where it ends", 1}, edited.t_max, {std::min(1.0, earliest), 1}, {0.5, 1}); g != Gesture::none) gesture = g;
    const auto& result = context.results.lanes[static_cast<std::size_t>(lane)];
    const bool cut = result && context.results.lane_current[static_cast<std::size_t>(lane)] && (result->range.min > edited.t_min || result->range.max < edited.t_max);
    apply(context, gesture, phrase("time range", lane), std::move(next));
    if (cut) muted(fmt::format("runs over t from {:g} to {:g}: its fields are not finite beyond", result->range.min, result->range.max), context.ui.theme);
}

// From noise, or from where one Gaussian's flow has taken it.
void draw_start(Context& context, int lane) {
    Scene next = context.session.scene();
    Lane& edited = lane_of(next, lane);
    const auto with_start = [](Lane l, const std::string& start) {
        l.start = start;
        if (start == "teleport" && !(l.teleport_to > l.t_min && l.teleport_to < l.t_max)) l.teleport_to = (l.t_min + l.t_max) / 2;
        return l;
    };
    row_label("start", "", "where the first step begins");
    const auto items = [&] {
        std::vector<Item> out{{"noise", "noise", "N(0, β₀² I) at the first time", {}},
                              {"teleport", "teleport", "the noise moved to a middle t in closed form, as if the data were one Gaussian with their mean and covariance", {}}};
        for (Item& item : out) item.why_not = why_not(next, with_start(edited, item.id));
        return out;
    };
    if (const auto id = pick("##start", edited.start, items)) {
        edited = with_start(edited, *id);
        return context.session.commit(phrase("start", lane), std::move(next));
    }
    if (edited.start != "teleport") return;
    const Domain inside{std::min(edited.teleport_to, edited.t_min + 0.01), std::max(edited.teleport_to, edited.t_max - 0.01)};
    const Gesture gesture = number_row({"teleport to", "t*", "later saves steps; too late misses what is not Gaussian", 0.5}, edited.teleport_to, inside, {inside.min, inside.max});
    apply(context, gesture, phrase("teleport", lane), std::move(next));
}

// What the field is pulled towards, and how strongly.
void draw_guidance(Context& context, int lane) {
    Scene next = context.session.scene();
    Lane& edited = lane_of(next, lane);
    const std::vector<int> labels = labels_of(next.data);
    const auto with_kind = [&](Lane l, const std::string& kind) {
        l.guidance.kind = kind;
        if (kind != "none" && kind != "autoguidance" && l.guidance.label < 0) l.guidance.label = labels.front();
        if (kind == "autoguidance" && l.guidance.weaker_model.empty()) l.guidance.weaker_model = next.models.back().name;
        return l;
    };
    row_label("guidance", "", "follows base + w (towards − base) instead of the model's field");
    const auto items = [&] {
        std::vector<Item> out{{"none", "none", "the model's own field", {}},
                              {"classifier_free", "classifier-free", "towards a label, from no label or a negative one", {}},
                              {"autoguidance", "autoguidance", "away from a weaker model of the scene", {}},
                              {"classifier", "classifier", "the field without a label plus w ∇log p(c|x), with the exact posterior", {}}};
        for (Item& item : out) item.why_not = why_not(next, with_kind(edited, item.id));
        return out;
    };
    Guidance& g = edited.guidance;
    if (const auto kind = pick("##guidance", g.kind == "classifier_free" ? "classifier-free" : g.kind, items)) {
        edited = with_kind(edited, *kind);
        return context.session.commit(phrase("guidance", lane), std::move(next));
    }
    if (g.kind == "none") return;
    Gesture gesture = number_row({"scale", "w", "1: the label's own field; more: pulled beyond it", 1}, g.scale, limits::guidance, {-1, 10});
    if (const Gesture change = number_row({"w from", "t", "on the noise side of it, w is 1", 0}, g.from, {0, std::max(0.0, g.to - 0.01)}, {0, 1}); change != Gesture::none) gesture = change;
    if (const Gesture change = number_row({"w to", "t", "on the data side of it, w is 1", 1}, g.to, {std::min(1.0, g.from + 0.01), 1}, {0, 1}); change != Gesture::none) gesture = change;
    const auto label_row = [&](const char* name, const char* id, const char* meaning, int& value, bool none) {
        row_label(name, "", meaning);
        const auto known = [&] {
            std::vector<Item> out;
            if (none) out.push_back({"-1", "none", {}, {}});
            for (const int label : labels) out.push_back({std::to_string(label), std::to_string(label), {}, {}});
            return out;
        };
        if (const auto chosen = pick(id, value < 0 ? "none" : std::to_string(value), known)) value = std::stoi(*chosen), gesture = Gesture::commit;
    };
    label_row("label", "##label", "the part of the data that is wanted", g.label, g.kind == "autoguidance");
    if (g.kind == "classifier_free") label_row("not label", "##negative", "what it is pulled away from; none: all data", g.negative_label, true);
    if (g.kind == "autoguidance") {
        row_label("weaker", "", "the model it is pulled away from");
        const auto models = [&] {
            std::vector<Item> out;
            for (const Model& model : next.models) {
                Lane other = edited;
                other.guidance.weaker_model = model.name;
                out.push_back({model.name, model.name, {}, why_not(next, other)});
            }
            return out;
        };
        if (const auto name = pick("##weaker", g.weaker_model, models)) g.weaker_model = *name, gesture = Gesture::commit;
    }
    apply(context, gesture, phrase("guidance", lane), std::move(next));
}

}  // namespace

void draw_lanes_panel(Context& context) {
    if (!section("Sampling", true)) return;
    const Id scope("Sampling");
    const Scene& scene = context.session.scene();
    if (scene.lanes.size() > 1) {
        std::vector<Item> lanes;
        for (std::size_t i = 0; i < scene.lanes.size(); ++i)
            lanes.push_back({std::to_string(i), static_cast<int>(i) < pane_count(scene) ? fmt::format("lane {}", i + 1) : fmt::format("(lane {})", i + 1), lane_title(scene, static_cast<int>(i)), {}});
        if (const auto picked = segmented("lane", lanes, std::to_string(selected_lane(context)))) context.ui.selected_lane = std::stoi(*picked);
        draw_unseen(context);
    }
    const int lane = selected_lane(context);
    draw_kind(context, lane);
    draw_sigma(context, lane, false);
    draw_stability(context, lane);
    draw_division(context, lane);
    if (!more("sampling")) return;
    draw_process(context, lane);
    draw_sigma(context, lane, true);
    draw_model_choice(context, lane);
    draw_solver(context, lane);
    draw_numbers(context, lane);
    if (const auto& result = context.results.lanes[static_cast<std::size_t>(lane)])
        if (const std::string size = about_size(context.session.scene().lanes[static_cast<std::size_t>(lane)], *result); !size.empty()) muted(size, context.ui.theme);
    draw_grid(context, lane);
    draw_guidance(context, lane);
    draw_times(context, lane);
    draw_start(context, lane);
}

}  // namespace pf::panels
