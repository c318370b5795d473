#include "core/math/fokker_planck/schemes.h"

#include <array>
#include <string>

#include "core/math/errors.h"

namespace pf::fokker_planck {

std::span<const SchemeInfo> schemes() {
#define X(id, Scheme, label, meaning) \
    SchemeInfo{#id, label, meaning, Scheme<double>::order, Scheme<double>::needs_noise, Scheme<double>::refuses_noise, Scheme<double>::conservative},
    static constexpr std::array table{PF_FOKKER_PLANCK_SCHEMES(X)};
#undef X
    return table;
}

const SchemeInfo& find_scheme(std::string_view id, std::string_view where) {
    std::string known;
    for (const auto& scheme : schemes()) {
        if (scheme.id == id) return scheme;
        known += (known.empty() ? "" : ", ") + std::string(scheme.id);
    }
    throw BadInput(fmt::format("{}: unknown scheme '{}' (known: {})", where, id, known));
}

}  // namespace pf::fokker_planck
