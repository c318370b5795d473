#pragma once
#include <cstddef>
#include <cstdint>

// Inner loops of random.h. Every instruction set gives the same numbers to the bit: integers, and floats without fused multiply-adds.
namespace pf::random_kernels {

// The 4 n words of philox(key, first, high), philox(key, first + 1, high), … in order.
void blocks(std::uint64_t key, std::uint64_t first, std::uint64_t high, std::ptrdiff_t n, std::uint32_t* words);

// Box–Muller in place: pairs (u, v) with u in (0, 1] and v in [0, 1] become √(−2 log u) (cos 2πv, sin 2πv), to 3e-7 of the radius.
// Whole packets only: n is a multiple of `packet`.
inline constexpr std::ptrdiff_t packet = 16;
void box_muller(float* u, float* v, std::ptrdiff_t n);

// The same with pairs made of two words each: u = (first + ½) 2⁻³², v = second 2⁻³² to 24 bits. Any n that is a multiple of `packet`.
void normals(const std::uint32_t* words, std::ptrdiff_t n, float* a, float* b);

}  // namespace pf::random_kernels
