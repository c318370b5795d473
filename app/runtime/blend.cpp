#include "app/runtime/blend.h"

#include <algorithm>

#include "app/runtime/options.h"
#include "core/math/errors.h"

namespace pf {
namespace {

void blend(const Choice& from, Choice& to, ChoiceTable table, double share) {
    if (from.id != to.id) return;
    for (const auto& option : options(table, to.id, "id")) {
        if (option.kind != Option::Kind::real) continue;
        const auto value = [&](const Choice& choice) {
            const auto given = choice.values.find(option.id);
            return given == choice.values.end() ? option.value : given->second;
        };
        if (value(from) != value(to)) to.values[option.id] = value(from) + share * (value(to) - value(from));
    }
}

}  // namespace

Scene blend(const Scene& from, const Scene& to, double share) {
    if (!(share < 1)) return to;
    share = std::max(0.0, share);
    Scene out = to;
    for (std::size_t i = 0; i < std::min(from.lanes.size(), to.lanes.size()); ++i) blend(from.lanes[i].sigma, out.lanes[i].sigma, ChoiceTable::sigma, share);
    for (std::size_t i = 0; i < std::min(from.models.size(), to.models.size()); ++i)
        if (to.models[i].field != "network") blend(from.models[i].schedule, out.models[i].schedule, ChoiceTable::schedule, share);
    try {
        validate(out, "scene");
    } catch (const BadInput&) {
        return to;  // options that go together at both ends need not between them
    }
    return out;
}

bool blends(const Scene& from, const Scene& to) { return blend(from, to, 0) != to; }

}  // namespace pf
