#include "app/runtime/scene_versions.h"

#include <algorithm>

#include "core/math/errors.h"

namespace pf {

std::span<const Migration> migrations() { return {}; }

void migrate(nlohmann::json& document, int from, int to, std::span<const Migration> known) {
    for (int version = from; version < to; ++version) {
        const auto step = std::find_if(known.begin(), known.end(), [&](const Migration& m) { return m.from == version; });
        check(step != known.end(), "no migration leads from version {} to {}", version, version + 1);
        step->apply(document);
    }
}

}  // namespace pf
