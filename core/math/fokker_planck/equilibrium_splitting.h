#pragma once
#include <cmath>

#include "core/math/fokker_planck/transport.h"

namespace pf::fokker_planck {

// Strang splitting into what moves p_t and what leaves it alone: transport by u for h/2, relaxation ∂_t p = −∇·(D (s p − ∇p)) for h,
// transport for h/2. For the exact score D s p and D ∇p cancel on p_t; a scheme that discretises u + D s as one drift keeps the error of
// two large cancelling terms. Here the relaxation's flux is Scharfetter–Gummel's with the exponent w = s dx, free of D, so that its
// discrete equilibrium is p_t to the order of w (fourth order for averages over cells), for any D and down to D = 0.
template <class S>
class EquilibriumSplitting {
public:
    static constexpr int order = 2;
    static constexpr bool needs_noise = false, refuses_noise = false, conservative = true;

    explicit EquilibriumSplitting(const Setting<S>& setting)
        : setting_(setting), turned_(setting.grid), x_(setting.grid, Axis::x), y_(setting.grid, Axis::y), move_x_(setting, Axis::x), move_y_(setting, Axis::y),
          qx_(cell_plane<S>(setting.grid, Axis::x)), qy_(cell_plane<S>(setting.grid, Axis::y)), sum_(qy_) {}

    void step(Plane<S>& p, double t, double h) {
        const double D = setting_.diffusion(t + h / 2);
        if (D > 0) weights(t + h / 2, D);
        move_y_(p, t + h / 4, h / 2);
        turned_.along_x(p, [&](Plane<S>& q) {
            move_x_(q, t + h / 4, h / 2);
            if (D > 0) relax(x_, q, setting_.relaxation == Relaxation::backward_euler ? h : h / 2);
        });
        if (D > 0) relax(y_, p, h);
        turned_.along_x(p, [&](Plane<S>& q) {
            if (D > 0 && setting_.relaxation != Relaxation::backward_euler) relax(x_, q, h / 2);
            move_x_(q, t + 3 * h / 4, h / 2);
        });
        move_y_(p, t + 3 * h / 4, h / 2);
    }

private:
    void weights(double t, double D) {
        setting_.faces->at(t, Axis::x, nullptr, &x_.score);
        setting_.faces->at(t, Axis::y, nullptr, &y_.score);
        const double dx = x_.step, dy = y_.step;
        curvature(x_.score, dx, qx_);
        curvature(y_.score, dy, qy_);
        transpose(qx_, sum_);
        add_scaled(1, sum_, qy_);
        transpose(qy_, qx_);
        fourth_order_weights(x_.score, qx_, dx, D / (dx * dx), x_.left, x_.right);
        fourth_order_weights(y_.score, qy_, dy, D / (dy * dy), y_.left, y_.right);
    }

    void relax(Weights<S>& w, Plane<S>& p, double h) {
        if (setting_.relaxation == Relaxation::backward_euler) return solve_lines(h, w.left, w.right, p, w.scratch);
        // Alexander 1977, γ = 1 − 1/√2: k₁ = (I − γhL)⁻¹ p, p ← (I − γhL)⁻¹ (p + (1 − γ) h L k₁) with γ h L k₁ = k₁ − p.
        const double gamma = 1 - std::sqrt(0.5), weight = (1 - gamma) / gamma;
        w.stage = p;
        solve_lines(gamma * h, w.left, w.right, w.stage, w.scratch);
        add_scaled(-1, p, w.stage);
        add_scaled(weight, w.stage, p);
        solve_lines(gamma * h, w.left, w.right, p, w.scratch);
    }

    Setting<S> setting_;
    Turned<S> turned_;
    Weights<S> x_, y_;
    Transport<S> move_x_, move_y_;
    Plane<S> qx_, qy_, sum_;
};

}  // namespace pf::fokker_planck
