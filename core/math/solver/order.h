#pragma once
#include <string_view>
#include <vector>

namespace pf {

// How an order is measured (performance.md, "Solvers").
//   flow:   ODE, on a mixture of four broad components on the trigonometric path, t from 0.1 to 0.9, root mean square over 50 points against a
//           Tsitouras run of 3000 steps;
//   weak:   on one Gaussian every scheme is affine, so mean and covariance of state and memory propagate exactly: error of the variance,
//           linear path, t from 0.1 to 0.9, σ_t = 1.8 − 1.5 t where the solver takes one;
//   strong: 500 paths on one shared Brownian path, overlapping mixture, linear path, t from 1/16 to 3/4, against SRA1 of 2816 steps for the
//           SDE with the solver's σ_t: 0.4 + 0.8 t, or η g_t where the noise is its own.
enum class OrderKind { flow, weak, strong };
std::string_view id(OrderKind kind);

struct OrderMeasurement {
    OrderKind kind;
    double declared = 0, measured = 0;
    std::vector<int> steps = {};
    std::vector<double> errors = {};
    bool at_least = false;  // held from below only (order above 4, and UniPC)
    bool met() const;       // within 0.15 (weak: 0.1); from below: at most 0.2 less
};

// Everything the solver declares: its flow order, or its weak and strong order. Empty for predictor–corrector, whose Langevin steps have a bias that
// does not fall with the step. Throws BadInput for an unknown solver. `varying` false: σ_t = 0.9 in the weak measurement.
std::vector<OrderMeasurement> measure_orders(std::string_view solver, bool varying = true);

// |variance at the end − exact| of one Gaussian N(0.8, 0.3) after n steps on the linear path from t = 0.1, as above; started start_factor
// times too wide. `corrections`, unless negative, is set as an option of the solver.
double gaussian_variance_error(std::string_view solver, double end, int n, bool varying, double start_factor = 1, int corrections = -1);

}  // namespace pf
