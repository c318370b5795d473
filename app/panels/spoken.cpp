#include "app/panels/spoken.h"

#include <fmt/format.h>

#include <cstdlib>

#include "core/math/solver/solvers.h"

namespace pf::panels {
namespace {

// The part of the window in which a place of the scene is edited; empty for what has none.
std::string part_of(std::string_view place) {
    if (place.starts_with("models[")) return place.find("].schedule") != std::string_view::npos ? "Path" : "Model";
    if (place.starts_with("lanes[")) return fmt::format("Lane {}", std::strtoul(std::string(place.substr(6)).c_str(), nullptr, 10) + 1);
    if (place.starts_with("data")) return "Data";
    if (place.starts_with("source")) return "Source";
    if (place.starts_with("view")) return "View";
    return {};
}

void replace_all(std::string& text, std::string_view from, std::string_view to) {
    for (std::size_t at = 0; (at = text.find(from, at)) != std::string::npos; at += to.size()) text.replace(at, from.size(), to);
}

}  // namespace

std::string spoken(std::string_view sentence) {
    std::string out(sentence);
    constexpr std::string_view where = "scene: ";
    if (sentence.starts_with(where)) {
        const std::string_view rest = sentence.substr(where.size());
        const auto end = rest.find(": ");
        if (const std::string part = end == std::string_view::npos ? "" : part_of(rest.substr(0, end)); !part.empty()) out = part + std::string(rest.substr(end));
    }
    replace_all(out, "choose sigma zero", "choose ODE");
    replace_all(out, "choose sigma 'constant'", "choose constant noise σₜ");
    replace_all(out, "choose a sigma that is not zero", "choose SDE");
    replace_all(out, "choose field 'network'", "make the model a network");
    for (const auto& solver : solvers()) replace_all(out, fmt::format("'{}'", solver.id), solver.label);
    return out;
}

}  // namespace pf::panels
