#pragma once
#include <stop_token>
#include <vector>

#include "app/runtime/results.h"

namespace pf {

// ∫ p over `part` of the grid's box: cell averages, integrated along x and then y through a cubic of their sums, so that a border between
// cell edges adds no error of its own. What lies outside the grid counts as empty.
double mass_in(const DensityGrid& p, const Box& box, const Box& part);

// How much is in a region V of the plane, and the net flow out of it, over time. p is conserved, ∂_t p = −∇·j, so whatever the process
// (with or without noise, exact or learned)
//   outflow = ∮_∂V j·n ds = −d/dt ∫_V p,   j = (u + ½σ² s) p − ½σ² ∇p,
// which for the exact score is ∮ u p·n ds for every σ. Taken from ∫_V p by differences of second order over the times.
struct BoxFlow {
    Key key = 0;
    std::vector<double> t, mass, outflow;  // outflow per unit of t
};
BoxFlow box_flow(const DensityMovie& movie, const Box& part);
// The same from particles: the share of them inside V at evenly spaced times; its standard error is √(mass (1 − mass)/N). Empty when stopped.
BoxFlow box_flow(const LaneResult& lane, const Box& part, std::stop_token stop = {});

// At t, linear between the times and constant beyond them; `values` is one of the vectors of the flow.
double at_time(const BoxFlow& flow, const std::vector<double>& values, double t);

}  // namespace pf
