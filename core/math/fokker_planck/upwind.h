#pragma once
#include <cmath>

#include "core/math/errors.h"
#include "core/math/fokker_planck/scheme.h"

namespace pf::fokker_planck {

// Donor cell for the drift u + D s, central differences for D Δp, explicit Euler in as many parts of the step as stability asks for.
// First order in time and space, positive; here to show numerical diffusion.
template <class S>
class Upwind {
public:
    static constexpr int order = 1;
    static constexpr bool needs_noise = false, refuses_noise = false, conservative = true;
    static constexpr int most_parts = 100'000;

    explicit Upwind(const Setting<S>& setting)
        : setting_(setting), x_(setting.grid, Axis::x), y_(setting.grid, Axis::y), turned_(cell_plane<S>(setting.grid, Axis::x)), of_x_(turned_), back_(cell_plane<S>(setting.grid, Axis::y)), next_(back_) {}

    void step(Plane<S>& p, double t, double h) {
        const double rate = weights(x_, t + h / 2) + weights(y_, t + h / 2), parts = std::ceil(h * rate / 0.9);
        if (!(parts <= most_parts)) throw BadInput(fmt::format("upwind: stability asks for {:.3g} parts of one step at t = {:.4g}; choose fewer cells, a smaller σ or another scheme", parts, t));
        for (int i = 0; i < static_cast<int>(parts); ++i) {
            const double k = h / parts;
            transpose(p, turned_);
            apply_lines(k, x_.left, x_.right, turned_, of_x_);  // p + k L_x p
            transpose(of_x_, back_);
            apply_lines(k, y_.left, y_.right, p, next_);
            add_scaled(1, back_, next_);
            add_scaled(-1, p, next_);
            std::swap(p, next_);
        }
    }

private:
    // Flux b p of the upwind cell − D ∂p as weights; returns the rate at which the fullest cell may empty.
    double weights(Weights<S>& w, double t) {
        const double D = setting_.diffusion(t), d = w.step;
        setting_.faces->at(t, w.axis, &w.drift, &w.score);
        add_scaled(D, w.score, w.drift);
        const int n = w.drift.rows() - 1, columns = w.drift.columns();
        for (int f = 1; f < n; ++f)
            for (int j = 0; j < columns; ++j) {
                const S b = w.drift.row(f)[j];
                w.left.row(f)[j] = static_cast<S>(D / (d * d)) + std::max(b, S(0)) / static_cast<S>(d);
                w.right.row(f)[j] = static_cast<S>(D / (d * d)) + std::max(-b, S(0)) / static_cast<S>(d);
            }
        S fastest = 0;
        for (int i = 0; i < n; ++i)
            for (int j = 0; j < columns; ++j) fastest = std::max(fastest, w.right.row(i)[j] + w.left.row(i + 1)[j]);
        return static_cast<double>(fastest);
    }

    Setting<S> setting_;
    Weights<S> x_, y_;
    Plane<S> turned_, of_x_, back_, next_;
};

}  // namespace pf::fokker_planck
