#pragma once
#include "app/runtime/scene.h"
#include "core/math/sigma/sigmas.h"

namespace pf {

// σ_t of a lane: an entry of the table or the formula it has. Throws BadInput; `where` names the place in the message ("lanes[0].sigma").
std::unique_ptr<Sigma> make_sigma(const Lane& lane, const std::string& where);

// True where σ_t is 0 at all times: the lane is an ODE. σ shapes are smooth, so 257 times decide.
inline bool vanishes(const Sigma& sigma, const Schedule& schedule) {
    for (int i = 0; i <= 256; ++i)
        if (sigma.at(i / 256.0, schedule) != 0) return false;
    return true;
}

}  // namespace pf
