#pragma once
#include <span>
#include <string_view>

#include "core/math/fokker_planck/chang_cooper_adi.h"
#include "core/math/fokker_planck/chang_cooper_lod.h"
#include "core/math/fokker_planck/characteristics.h"
#include "core/math/fokker_planck/equilibrium_splitting.h"
#include "core/math/fokker_planck/ppm_remap.h"
#include "core/math/fokker_planck/upwind.h"

// One line per scheme: its id (also the header's name), its class template, label, meaning.
#define PF_FOKKER_PLANCK_SCHEMES(X)                                                                                                       \
    X(equilibrium_splitting, EquilibriumSplitting, "equilibrium splitting", "transport by u, then relaxation that leaves p_t alone")      \
    X(ppm_remap, PpmRemap, "conservative remap", "σ = 0: cells are carried along and their mass shared out anew")                         \
    X(characteristics, Characteristics, "backward characteristics", "σ = 0: from each cell back to the noise, with the log-determinant")  \
    X(chang_cooper_adi, ChangCooperAdi, "Chang–Cooper, ADI", "drift and noise in one flux, alternating directions: the usual choice")     \
    X(chang_cooper_lod, ChangCooperLod, "Chang–Cooper, implicit", "drift and noise in one flux, one direction after the other")           \
    X(upwind, Upwind, "upwind", "donor cell, explicit: shows numerical diffusion")

namespace pf::fokker_planck {

// What a scheme promises; the sweep tests hold it to this.
struct SchemeInfo {
    std::string_view id, label, meaning;
    int order;           // in time
    bool needs_noise;    // refuses σ ≡ 0
    bool refuses_noise;  // refuses σ > 0
    bool conservative;   // keeps mass to rounding
};

std::span<const SchemeInfo> schemes();
// Throws BadInput naming `where` and the known ids.
const SchemeInfo& find_scheme(std::string_view id, std::string_view where);

}  // namespace pf::fokker_planck
