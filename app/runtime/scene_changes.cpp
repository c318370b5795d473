#include "app/runtime/scene_changes.h"

#include <algorithm>
#include <cctype>

#include "app/runtime/scene_file.h"
#include "app/runtime/words.h"

namespace pf {
namespace {

using Json = nlohmann::ordered_json;

// The next name or index of a place, "lanes", "[1]", taken from its front; nothing if it is no place.
std::string take_step(std::string_view& place, bool first) {
    std::size_t n = 0;
    if (place.starts_with("[")) {
        n = place.find(']');
        if (n == std::string_view::npos || n < 2 || n > 5 || !std::all_of(place.begin() + 1, place.begin() + static_cast<std::ptrdiff_t>(n), [](unsigned char c) { return std::isdigit(c); })) return {};
        ++n;
    } else {
        if (!first) {
            if (!place.starts_with(".")) return {};
            place.remove_prefix(1);
        }
        while (n < place.size() && place[n] != '.' && place[n] != '[') ++n;
    }
    std::string out(place.substr(0, n));
    place.remove_prefix(n);
    return out;
}

// The value at a place; null if there is none. The next entry of a list and a key of an object are made: the scene reader knows which may be there.
Json* find_place(Json& root, std::string_view place) {
    if (place.empty()) return nullptr;
    Json* at = &root;
    for (bool first = true; !place.empty(); first = false) {
        const std::string step = take_step(place, first);
        if (step.empty()) return nullptr;
        if (step.front() == '[') {
            const auto index = static_cast<std::size_t>(std::stoul(step.substr(1)));
            if (!at->is_array() || index > at->size() || (index == at->size() && !place.empty())) return nullptr;
            if (index == at->size()) at->push_back(nullptr);
            at = &(*at)[index];
        } else {
            if (!at->is_object() || (!at->contains(step) && !place.empty())) return nullptr;
            at = &(*at)[step];
        }
    }
    return at;
}

bool same_keys(const Json& a, const Json& b) {
    return a.size() == b.size() && std::all_of(a.items().begin(), a.items().end(), [&](const auto& item) { return b.contains(item.key()); });
}

void compare(const Json& a, const Json& b, const std::string& place, Json& out) {
    if (a == b) return;
    // An entry of a table is one thing: its options belong to its id.
    const bool other_entry = a.is_object() && b.is_object() && a.contains("id") && b.contains("id") && a["id"] != b["id"];
    if (a.is_object() && b.is_object() && !other_entry && (place.empty() || same_keys(a, b))) {
        for (const auto& item : b.items()) compare(a.contains(item.key()) ? a[item.key()] : Json(), item.value(), place.empty() ? item.key() : place + "." + item.key(), out);
    } else if (a.is_array() && b.is_array() && a.size() == b.size() && !a.empty() && b.front().is_object()) {
        for (std::size_t i = 0; i < a.size(); ++i) compare(a[i], b[i], place + fmt::format("[{}]", i), out);
    } else {
        out[place] = b;
    }
}

}  // namespace

Scene changed_scene(const Scene& base, JsonObject changes, const std::string& name) {
    Json document = Json::parse(scene_to_json(base, true));
    for (const auto& [place, value] : changes.entries()) {
        Json* target = find_place(document, place);
        if (!target) value.fail("the scene has no such place (as in 'lanes[1].sigma.max')");
        *target = Json::parse(value.document().dump());
    }
    return scene_from_json(document.dump(), name);
}

Json changes_between(const Scene& base, const Scene& scene) {
    Json out = Json::object();
    compare(Json::parse(scene_to_json(base, true)), Json::parse(scene_to_json(scene, true)), "", out);
    return out;
}

}  // namespace pf
