#define PF_SET avx2_kernels
#define PF_NAME "AVX2"
#define PF_LANES 8
#include "core/nn/fused/kernels.inl"
