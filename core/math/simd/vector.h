#pragma once
#include <cstddef>
#include <cstdint>
#include <numbers>
#include <type_traits>

#include "core/math/simd/versions.h"

namespace pf::simd {

// `bytes` bytes of S, with the arithmetic of single numbers.
template <class S, int bytes> struct VectorOf {
    typedef S type __attribute__((vector_size(bytes)));
};
template <class S, int bytes> using Vector = typename VectorOf<S, bytes>::type;
template <class V> inline constexpr int lanes = static_cast<int>(sizeof(V) / sizeof(V{}[0]));

template <class V, class S> PF_INLINE V load(const S* p) {
    V v;
    __builtin_memcpy(&v, p, sizeof v);
    return v;
}
template <class V, class S> PF_INLINE void store(S* p, const V& v) { __builtin_memcpy(p, &v, sizeof v); }
template <class V, class S> PF_INLINE V broadcast(S s) { return V{} + s; }

// For numbers and vectors alike.
template <class V> PF_INLINE V smaller(V a, V b) { return a < b ? a : b; }
template <class V> PF_INLINE V larger(V a, V b) { return a > b ? a : b; }
// NaN becomes `low`, so that it never reaches an index.
template <class V> PF_INLINE V between(V x, V low, V high) { return smaller(x > low ? x : low, high); }

// The type of the bits of a float, a double or a vector of them.
template <class V> struct BitsOf {
    typedef std::conditional_t<sizeof(V{}[0]) == 4, std::uint32_t, std::uint64_t> type __attribute__((vector_size(sizeof(V))));
};
template <> struct BitsOf<float> { using type = std::uint32_t; };
template <> struct BitsOf<double> { using type = std::uint64_t; };

template <class V> struct ElementOf { using type = std::remove_cvref_t<decltype(V{}[0])>; };
template <> struct ElementOf<float> { using type = float; };
template <> struct ElementOf<double> { using type = double; };
template <class V> using Element = typename ElementOf<V>::type;

// 2ⁿ for a number that holds n in its lowest bits, as `x + magic` does after rounding to the integer n.
template <class V> inline constexpr Element<V> magic = sizeof(Element<V>) == 4 ? Element<V>(12582912 + 127) : Element<V>(6755399441055744.0 + 1023);
template <class V> PF_INLINE V power_of_lowest_bits(V shifted) {
    typename BitsOf<V>::type bits;
    __builtin_memcpy(&bits, &shifted, sizeof bits);
    bits = bits << (sizeof(Element<V>) == 4 ? 23 : 52);
    V out;
    __builtin_memcpy(&out, &bits, sizeof out);
    return out;
}

// eᶻ for |z| ≤ ½ log 2 in double: Taylor's polynomial of degree 12, to an ulp.
template <class V> PF_INLINE V exponential_near_zero(V z) {
    V e = z * (1.0 / 479001600) + 1.0 / 39916800;
    e = e * z + 1.0 / 3628800;
    e = e * z + 1.0 / 362880;
    e = e * z + 1.0 / 40320;
    e = e * z + 1.0 / 5040;
    e = e * z + 1.0 / 720;
    e = e * z + 1.0 / 120;
    e = e * z + 1.0 / 24;
    e = e * z + 1.0 / 6;
    e = e * z + 0.5;
    e = e * z + 1.0;
    return e * z + 1.0;
}

// 2ˣ, for |x| below 126 (float, to 1.7e-7: the minimax polynomial of degree 5 on [−½, ½] that is 1 at 0) or 1022 (double, to a few ulp).
template <class V> PF_INLINE V power_of_two(V x) {
    const V shifted = x + magic<V>, r = x - (shifted - magic<V>);
    V p;
    if constexpr (sizeof(Element<V>) == 4) {
        p = r * 0.00132646586f + 0.00967156608f;
        p = p * r + 0.0555073433f;
        p = p * r + 0.240222409f;
        p = p * r + 0.693147004f;
        p = p * r + 1.0f;
    } else {
        p = exponential_near_zero(r * std::numbers::ln2);
    }
    return p * power_of_lowest_bits(shifted);
}

// eˣ for |x| below 87 (float) or 700 (double), to a few ulp: log 2 in two parts, so that nothing is lost for large x.
template <class V> PF_INLINE V exponential(V x) {
    if constexpr (sizeof(Element<V>) == 4) {
        const V shifted = x * 1.44269504f + magic<V>, n = shifted - magic<V>;
        const V r = (x - n * 0.693359375f) + n * 2.12194440e-4f;
        const V e = 1 + r * (1 + r * (0.5f + r * (1.0f / 6 + r * (1.0f / 24 + r * (1.0f / 120 + r * (1.0f / 720))))));
        return e * power_of_lowest_bits(shifted);
    } else {
        const V shifted = x * 1.4426950408889634 + magic<V>, n = shifted - magic<V>;
        const V r = (x - n * 0.693147180369123816490) - n * 1.90821492927058770002e-10;
        return exponential_near_zero(r) * power_of_lowest_bits(shifted);
    }
}

// Natural logarithm of 0 < x ≤ 1 in float, not denormal, to 2e-7 relative: log x = n log 2 + 2 artanh((m − 1)/(m + 1)) with √½ < m < √2.
template <class V> PF_INLINE V logarithm(V x) {
    using Bits = typename BitsOf<V>::type;
    Bits bits;
    __builtin_memcpy(&bits, &x, sizeof bits);
    // Exponent and mantissa parted at √½, whose bits are 0x3f3504f3.
    const Bits above = bits - 0x3f3504f3u + 0x3f800000u, exponent = above >> 23, rest = (above & 0x007fffffu) + 0x3f3504f3u;
    V m;
    __builtin_memcpy(&m, &rest, sizeof m);
    // The exponent as a number: its bits within those of 2²³.
    const Bits shifted = exponent | 0x4b000000u;
    V n;
    __builtin_memcpy(&n, &shifted, sizeof n);
    n = n - (8388608.0f + 127);
    const V s = (m - 1.0f) / (m + 1.0f), z = s * s;
    const V tail = (((z * (2.0f / 9) + 2.0f / 7) * z + 2.0f / 5) * z + 2.0f / 3) * z * s;
    return n * 0.693359375f + (s * 2.0f + (tail - n * 2.12194440e-4f));
}

// cos 2πv and sin 2πv for 0 ≤ v ≤ 1 in float, to 1.5e-7: Taylor's polynomials on an eighth of a turn to either side of the next quarter.
template <class V> PF_INLINE void whole_turns(V v, V& cosine, V& sine) {
    const V quarters = v * 4.0f, shifted = quarters + 12582912.0f, r = quarters - (shifted - 12582912.0f);  // exact
    const V x = r * static_cast<float>(std::numbers::pi / 2), z = x * x;
    const V s = x + x * z * (((z * (1.0f / 362880) - 1.0f / 5040) * z + 1.0f / 120) * z - 1.0f / 6);
    const V c = 1.0f + z * ((((z * (-1.0f / 3628800) + 1.0f / 40320) * z - 1.0f / 720) * z + 1.0f / 24) * z - 0.5f);
    typename BitsOf<V>::type quarter, s_bits, c_bits;
    __builtin_memcpy(&quarter, &shifted, sizeof quarter);
    __builtin_memcpy(&s_bits, &s, sizeof s_bits);
    __builtin_memcpy(&c_bits, &c, sizeof c_bits);
    // Odd quarters change places; the cosine is negative in quarters 1 and 2, the sine in 2 and 3.
    const auto swap = -(quarter & 1u);
    const auto out_c = ((s_bits & swap) | (c_bits & ~swap)) ^ (((quarter + 1u) & 2u) << 30), out_s = ((c_bits & swap) | (s_bits & ~swap)) ^ ((quarter & 2u) << 30);
    __builtin_memcpy(&cosine, &out_c, sizeof cosine);
    __builtin_memcpy(&sine, &out_s, sizeof sine);
}

// Of the lower halves of 64-bit lanes: one instruction, which clang finds behind the last line and GCC does not.
template <class V> PF_INLINE V product_of_lower_halves(V a, V b) {
#if defined(__x86_64__) && !defined(__clang__)
    if constexpr (sizeof(V) == 16) {
        asm("pmuludq %1, %0" : "+x"(a) : "x"(b));
    } else {
        asm("vpmuludq %1, %0, %0" : "+v"(a) : "v"(b));
    }
    return a;
#else
    return (a & 0xFFFFFFFFu) * (b & 0xFFFFFFFFu);
#endif
}

}  // namespace pf::simd
