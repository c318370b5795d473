#pragma once
#include <vector>

#include "core/math/fokker_planck/grid.h"

// The inner loops of all schemes, for float and double, in versions (core/math/simd). Each works along one axis, the rows of its planes;
// planes of faces have one row more than planes of cells, and the first and the last of these are the edge of the box, which nothing crosses. With flux_f = left_f p_{f−1} − right_f p_f through
// face f, (L p)_i = flux_i − flux_{i+1}.
namespace pf::fokker_planck {

// b becomes aᵀ.
template <class S> void transpose(const Plane<S>& a, Plane<S>& b);

// Conservative semi-Lagrangian step of ∂_t p = −∂(u p), u at the faces, courant = h/dx. Parabolas (Colella & Woodward 1984, eq. 1.5–1.9)
// with fourth-order edges, flattened only where they fall below 0; departure points by the midpoint rule with u cubic between faces.
// For any courant number; p ≥ 0 stays so.
template <class S> void remap(const Plane<S>& u, double courant, Plane<S>& p, std::vector<S>& scratch);

// Scharfetter & Gummel 1969, Chang & Cooper 1970: left = c B(−w), right = c B(w), B(w) = w/(eʷ − 1), w = factor · drift.
template <class S> void face_weights(const Plane<S>& drift, double factor, double c, Plane<S>& left, Plane<S>& right);

// The same with w = d (s + δ²s/24) + (Q_above − Q_below)/24: what log p of the cells' averages differs by, to fourth order in d.
template <class S> void fourth_order_weights(const Plane<S>& score, const Plane<S>& q, double d, double c, Plane<S>& left, Plane<S>& right);

// This axis's part of Q = Σ d² (∂s + s²) at cell centres, from s at faces.
template <class S> void curvature(const Plane<S>& score, double d, Plane<S>& q);

// a += k b.
template <class S> void add_scaled(double k, const Plane<S>& b, Plane<S>& a);

// p ← (I − θL)⁻¹ p (Thomas).
template <class S> void solve_lines(double theta, const Plane<S>& left, const Plane<S>& right, Plane<S>& p, Plane<S>& scratch);

// out = p + θ L p.
template <class S> void apply_lines(double theta, const Plane<S>& left, const Plane<S>& right, const Plane<S>& p, Plane<S>& out);

}  // namespace pf::fokker_planck
