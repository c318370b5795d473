#pragma once
#include <cstdint>

#include "app/runtime/box_flow.h"
#include "core/math/field/streamlines.h"

namespace pf {

// What the layers of one lane draw, made only while they are shown. Slices increase in t.

// Evenly spaced streamlines of the lane's velocity (Langevin: of the score that drives it, one slice). The same seed in two slices is the same line.
struct StreamlineMovie {
    Key key = 0;
    Box box{};
    double coarser = 1;              // than close up (flow_grid())
    double separation = 0;           // data units
    float fastest = 0;               // 95 % of the speeds of all slices are below
    std::vector<double> t;
    std::vector<std::vector<Streamline>> lines;
    bool coarse = false;             // a quick answer; a finer one follows, here and below
};
// The same field as line-integral convolutions, row by row from the lowest y.
struct TextureMovie {
    Key key = 0;
    Box box{};
    double coarser = 1;
    int width = 0, height = 0;       // texels
    std::vector<double> t;
    std::vector<std::vector<std::uint8_t>> texels;
    std::vector<float> likeness;     // correlation of each slice with the next
    bool coarse = false;
};
// Lines and circles of the noise carried along by the flow of the lane's ODE (with or without noise in the lane itself), regular at the
// start: at t.front() vertical lines x₁ = const, horizontal ones, then circles of radius β₀ and 2 β₀ about the start's centre.
struct GridMovie {
    Key key = 0;
    double spacing = 0, reach = 0;   // of the lines at t.front(), and how far they go to each side; data units
    int lines = 0, circles = 0;      // 2 · (lines of each direction); after them circles
    int points_a_line = 0, points_a_circle = 0;
    std::vector<double> t;
    std::vector<Points> x;           // all lines' points, then all circles'
    bool coarse = false;
};
// |u_θ − u| of a network's velocity against the exact one, per cell, beside what it comes to where the data's path is.
struct ErrorMovie {
    Key key = 0;
    DensityMovie error;              // maximum: the largest where p_t is at least a thousandth of its maximum; integral: unused, 0
    std::vector<double> relative;    // per slice √(E|u_θ − u|² / E|u|²), x ~ p_t
    bool coarse = false;
};
// A number for each particle of a lane at slices of its path, or a label for each.
struct ParticleValues {
    Key key = 0;
    std::string colour;              // view.colour: divergence, speed or label
    std::vector<double> t;
    std::vector<Column> values;      // of divergence ∇·u (per unit t) or speed |u|; one per t
    std::vector<float> low, high;    // per t: ends of a scale that holds 95 % of the values; of divergence symmetric about 0
    std::vector<int> labels;         // of colour "label": all there are, increasing
    std::vector<std::uint16_t> label_of;  // the index among them, one per particle, at the data's end of its path
    bool posterior = false;          // labels by the exact posterior of the mixture; otherwise those of the nearest of 4,096 draws
};
// x and D_t(x) of the first particles at slices of the path.
struct DenoiserMovie {
    Key key = 0;
    std::vector<double> t;
    std::vector<Points> x, denoised;
};
// Some particles' steps along a lane with noise: from t[i] to the next slice in the lane's own direction x moves by drift + noise,
// drift = (u + ½σ² s) Δt at the step's beginning (of the lane's own clock) and noise the rest: for Euler–Maruyama σ ΔW itself.
struct LaneSteps {
    Key key = 0;
    std::vector<int> particles;
    std::vector<double> t;
    std::vector<Points> x, drift, noise;  // [particles, 2]; drift and noise of the last slice (noising: of the first) are 0
    bool euler = false;              // noise is σ ΔW exactly
};

// p_t(x₁) = ∫ p dx₂ over time: column c stands for t = c/(columns − 1), row r for cell r of x₁ from below.
struct Marginals {
    Key key = 0;
    DensityGrid p;
    double low = 0, high = 0;        // of x₁
};

struct LayerResults;
// Steps of few hundredths of a unit are drawn enlarged, all lanes by the same 1, 2, 5, 10, … 100: so that half of the drifts are 2.7 % or more of what a pane shows, unless half of the
// noises would be longer than 15 %. `side` of the square that panes show, in data units: however many pixels it takes, the factor is the same.
double step_magnification(const LayerResults& layers, double t, double side);

// Linear in t between slices, with the ends of their scale.
void values_at(const ParticleValues& values, double t, Column& out, double& low, double& high);

// Per lane, where a layer asks for it.
struct LayerResults {
    std::array<std::shared_ptr<const StreamlineMovie>, 4> streamlines;
    std::array<std::shared_ptr<const TextureMovie>, 4> textures;
    std::array<std::shared_ptr<const GridMovie>, 4> grids;
    std::array<std::shared_ptr<const ErrorMovie>, 4> errors;
    std::array<std::shared_ptr<const ParticleValues>, 4> values;
    std::array<std::shared_ptr<const DenoiserMovie>, 4> denoisers;
    std::array<std::shared_ptr<const LaneSteps>, 4> steps;
    std::array<std::shared_ptr<const Marginals>, 4> marginals;  // of particles, where space–time shows their density
    std::array<std::shared_ptr<const BoxFlow>, 4> box_flows;    // of particles through view.box
};

}  // namespace pf
