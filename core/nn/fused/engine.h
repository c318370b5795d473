#pragma once
#include "core/nn/front.h"

namespace pf::nn::fused {

// Networks on the CPU without LibTorch: the same front, the same weights from the same seed, gradients and steps equal up to rounding, and faster
// (kernels.h). One per process, always there. Knows the CPU only.
Engine& engine();

}  // namespace pf::nn::fused
