#include "app/panels/panels.h"
#include "core/math/dataset/datasets.h"

namespace pf::panels {
namespace {

std::string label_of(const DataSpec& data) {
    if (data.choice.id == "mixture") return fmt::format("mixture of {}", data.components.size());
    if (data.choice.id == "points") return fmt::format("{} own points", data.points ? data.points->x.rows() : 0);
    return std::string(find(datasets(), data.choice.id, "data").label);
}

std::vector<Item> data_items(Context& context) {
    std::vector<Item> items;
    const Scene& scene = context.session.scene();
    for (const auto& entry : datasets()) {
        Item item{std::string(entry.id), std::string(entry.label), std::string(entry.meaning), {}};
        const Scene next = with_data(scene, item.id);
        const bool needs_network = !(next.models == scene.models);
        if (needs_network && !context.session.networks_available())
            item.why_not = "it has no closed form and so needs a network: " + context.session.network_status();
        else if (needs_network)
            item.meaning += "\nIt has no closed form: the exact field becomes a network to train.";
        items.push_back(std::move(item));
    }
    return items;
}

}  // namespace

void draw_data_panel(Context& context) {
    if (!section("Data", true)) return;
    const Id scope("Data");
    const Scene& scene = context.session.scene();
    if (const auto id = pick("##data", label_of(scene.data), [&] { return data_items(context); }))
        context.session.commit("data", with_data(scene, *id));
    tooltip("p_data: the distribution the flow shall reach at t = 1");

    const bool own = context.session.scene().data.choice.id == "mixture" || context.session.scene().data.choice.id == "points";
    if (!more("data")) return;
    Scene next = context.session.scene();
    std::string changed;
    if (!own) apply(context, option_rows(datasets(), next.data.choice, &changed), changed + " of the data", next);
    int seed = static_cast<int>(std::min<std::uint64_t>(next.seed, 9999));
    const Gesture gesture = number_row({"seed", "", "the same seed gives the same noise, weights and picture", 7}, seed, {0, 9999}, {0, 99});
    next.seed = static_cast<std::uint64_t>(seed);
    apply(context, gesture, "seed", std::move(next));
}

}  // namespace pf::panels
