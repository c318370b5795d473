#define PF_SET baseline_kernels
#define PF_NAME "baseline"
#define PF_LANES 4
#include "core/nn/fused/kernels.inl"
