#define PF_SET avx512_kernels
#define PF_NAME "AVX-512"
#define PF_LANES 16
#include "core/nn/fused/kernels.inl"
