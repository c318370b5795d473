#include "app/panels/data_edits.h"
#include "app/panels/own_data.h"
#include "app/panels/thumbnails.h"
#include "app/panels/tools/tools.h"
#include "core/math/dataset/datasets.h"

namespace pf::panels {
namespace {

DataSpec table_entry(std::string_view id) { return {{std::string(id), {}}, {}, nullptr, {}}; }

// With what its grid begins when nothing of one's own is there yet.
const DataSpec& first_mixture() {
    static const DataSpec spec{{"mixture", {}},
                               {{1, {-1.5, -0.8}, (Eigen::Matrix2d() << 0.35, 0.2, 0.2, 0.25).finished(), 0}, {1, {1.6, -0.5}, (Eigen::Matrix2d() << 0.15, 0, 0, 0.15).finished(), 1},
                                {0.6, {0.1, 1.6}, (Eigen::Matrix2d() << 0.6, -0.1, -0.1, 0.1).finished(), 2}},
                               nullptr,
                               {}};
    return spec;
}
constexpr const char* first_formula = "exp(-(x^2+y^2-4)^2)";

// Whether another data set makes an exact field a network, and why that cannot be.
void add_terms(Context& context, const DataSpec& data, Tile& tile) {
    Scene probe;
    probe.models = context.session.scene().models;
    const auto models = probe.models;
    if (with_data(std::move(probe), data).models == models) return;
    if (!context.session.networks_available()) tile.why_not = "it has no closed form and so needs a network: " + context.session.network_status();
    else tile.meaning += "\nIt has no closed form: the exact field becomes a network to train.";
}

std::vector<Tile> tiles_of_table(Context& context, const DataSpec& present) {
    std::vector<Tile> tiles;
    for (const auto& entry : datasets()) {
        const DataSpec data = entry.id == present.choice.id ? present : table_entry(entry.id);
        Tile tile{std::string(entry.id), std::string(entry.label), std::string(entry.meaning), {}, &thumbnail(data)};
        add_terms(context, data, tile);
        tiles.push_back(std::move(tile));
    }
    return tiles;
}

// Lanes that would stand empty without a word.
void say_needs_network(Context& context, const std::vector<Model>& before) {
    std::string names;
    const auto& models = context.session.scene().models;
    for (std::size_t i = 0; i < std::min(before.size(), models.size()); ++i)
        if (before[i].field != "network" && models[i].field == "network") names += (names.empty() ? "'" : ", '") + models[i].name + "'";
    if (!names.empty()) context.session.say({Notice::Level::info, fmt::format("These data have no field in closed form: {} is a network now. T trains it.", names)});
}

bool is_own(const std::string& id) { return id == "mixture" || id == "points" || id == "formula"; }

// What was made of this kind before other data were chosen, if there is any that is not shown.
const DataSpec* made_before(const Context& context, const std::string& id) {
    const auto found = context.ui.data.own.find(id);
    return found == context.ui.data.own.end() || context.session.scene().data.choice.id == id ? nullptr : &found->second;
}

void choose_data(Context& context, const std::string& id) {
    const Scene scene = context.session.scene();
    if (is_own(scene.data.choice.id) && id != scene.data.choice.id) context.ui.data.own[scene.data.choice.id] = scene.data;
    const DataSpec* before = made_before(context, id);
    if (id == "mixture") {
        auto components = editable_components(scene.data);
        if (components.empty()) components = (before ? *before : first_mixture()).components;
        context.session.commit("own mixture", with_components(scene, std::move(components)));
        if (context.ui.tool != Tool::components) choose_tool(context, Tool::components);
    } else if (id == "points") {
        if (before) context.session.commit("own points", with_data(scene, *before));
        if (context.ui.tool != Tool::brush) choose_tool(context, Tool::brush);
    } else if (id == "formula") {
        context.session.commit("own formula", before ? with_data(scene, *before) : with_formula(scene, first_formula));
    } else {
        if (edits_data(context.ui.tool)) choose_tool(context, context.ui.tool);
        context.session.commit("data", with_data(scene, id));
    }
    say_needs_network(context, scene.models);
}

void draw_data_grid(Context& context) {
    const DataSpec& data = context.session.scene().data;
    std::vector<Tile> tiles = tiles_of_table(context, data);
    const bool mixture = data.choice.id == "mixture", formula = data.choice.id == "formula";
    const std::size_t taken_over = mixture ? 0 : editable_components(data).size();
    // The picture on a card is what a click on it shows.
    const auto picture = [&](const char* id) -> const Points* {
        const DataSpec* before = made_before(context, id);
        return data.choice.id == id ? &thumbnail(data) : before ? &thumbnail(*before) : nullptr;
    };
    tiles.push_back({"mixture", "mixture", taken_over > 0 ? fmt::format("The {} Gaussians of these data as components of your own, edited on the canvas (M).", taken_over) : "Gaussian components of your own, edited on the canvas (M).",
                     {}, taken_over > 0 ? nullptr : picture("mixture") ? picture("mixture") : &thumbnail(first_mixture()), "edit"});
    tiles.push_back({"points", "points", "Points of your own: painted (I), pasted (Ctrl+V), or dropped on the window as a CSV, NPY, PNG or JPEG file.", {}, picture("points"), "paint"});
    Tile typed{"formula", "formula", "A density of your own, typed in x and y.", {}, picture("formula"), "p(x)"};
    add_terms(context, formula ? data : with_formula({}, first_formula).data, typed);
    tiles.push_back(std::move(typed));
    if (const auto id = tile_grid("data", tiles, data.choice.id, context.ui.theme)) choose_data(context, *id);
}

// Only a scene that has a source offers others: from the Gaussian there is no way back to it but undo.
void draw_source_grid(Context& context) {
    const Scene& scene = context.session.scene();
    if (!scene.source) return;
    heading("source", context.ui.theme);
    static const Points noise = [] {
        Random random(2, "thumbnail");
        return Points((random.normals(220) / 2.8f).max(-1.f).min(1.f));
    }();
    std::vector<Tile> tiles{{"gaussian noise", "Gaussian", "N(0, I), as in every scene without a source", {}, &noise}};
    for (const auto& entry : datasets())
        tiles.push_back({std::string(entry.id), std::string(entry.label), std::string(entry.meaning), {}, &thumbnail(entry.id == scene.source->choice.id ? *scene.source : table_entry(entry.id))});
    const auto id = tile_grid("source", tiles, scene.source->choice.id, context.ui.theme);
    if (!id) return;
    Scene next = scene;
    if (*id == "gaussian noise") next.source.reset();
    else next.source = table_entry(*id);
    context.session.commit("source", std::move(next));
}

}  // namespace

void draw_data_panel(Context& context) {
    if (!section("Data", true)) return;
    const Id scope("Data");
    draw_data_grid(context);
    const std::string id = context.session.scene().data.choice.id;
    const Tool tool = context.ui.tool;
    if (tool == Tool::brush || tool == Tool::eraser || tool == Tool::select || id == "points") draw_points_rows(context);
    else if (id == "formula") draw_formula_row(context);
    else if (tool == Tool::components || id == "mixture") draw_mixture_rows(context);
    draw_source_grid(context);

    if (!more("data")) return;
    Scene next = context.session.scene();
    std::string changed;
    if (id != "mixture" && id != "points" && id != "formula") {
        apply(context, option_rows(datasets(), next.data.choice, &changed), changed + " of the data", next);
        if (tool != Tool::components) draw_mixture_rows(context);
    }
    if (id != "points") {
        if (wide_button("Points from these data")) points_from_data(context);
        tooltip("1,000 draws become points of your own, to erase, move and add to");
    }
    int seed = static_cast<int>(std::min<std::uint64_t>(next.seed, 9999));
    const Gesture gesture = number_row({"seed", "", "the same seed gives the same noise, weights and picture", 7}, seed, {0, 9999}, {0, 99});
    next.seed = static_cast<std::uint64_t>(seed);
    apply(context, gesture, "seed", std::move(next));
}

}  // namespace pf::panels
