#pragma once
#include <string>
#include <vector>

#include "core/math/path/prediction.h"
#include "core/nn/front.h"

namespace pf::nn {

// A hyper-parameter that had this value from `step` on: "learning_rate" 3e-4. Of a word the key holds the word too, "decay=cosine", and the value is 0.
struct HyperparameterChange {
    long step = 0;
    std::string key;
    double value = 0;
    bool operator==(const HyperparameterChange&) const = default;
};

// Everything needed to use a set of weights: what the network is, what it predicts, on which path, and how its input and output are
// scaled. Stored inside the safetensors file.
struct Description {
    Architecture architecture{};
    Prediction prediction = Prediction::velocity;
    Choice schedule;
    // With `normalise`, the network sees x/√(β² + α² sd²) and its output is multiplied by the target's standard deviation at t
    // (unit variance in and out), with sd the per-axis standard deviation of the data, root mean square over the axes.
    bool normalise = false;
    double data_sd = 1;  // also σ_d of the prediction edm_f
    long steps = 0;  // trained so far
    std::vector<HyperparameterChange> changes = {};  // while it was trained, by step; of what changed the first value too, at step 0. Empty: none
};

// Values in the order of parameter_count(); always finite.
struct Weights {
    Description description;
    std::vector<float> values;
};

// What the network sees and is worth at t: prediction(x, t) = output · net(input · x, time). Factors 1 and time t, but with `normalise` as above, and for
// edm_f input 1/√S and time c_noise = ¼ log(β/α) (Karras 2022, table 1), with α and β at least 10⁻³ so that it is finite at both ends.
struct Scaling {
    double input = 1, output = 1, time = 0;
};
Scaling scaling(const Description& description, const Coefficients& c, double t);

// Weights as safetensors: tensors "layers.<i>.weight" [out, in] and "layers.<i>.bias" [out], float32; the description as JSON in
// __metadata__["probflow"]. The file is written beside the target and renamed. Throws std::runtime_error (disk) with the path.
void save_safetensors(const std::string& path, const Weights& weights);
std::vector<unsigned char> to_safetensors(const Weights& weights);
// Refuses, with BadInput naming `name`: anything but safetensors (pickles and .pt by their first bytes, with how to convert), headers
// over 1 MB, offsets out of bounds or overlapping, wrong shapes, missing or unknown tensors, non-finite values. Never partly loaded.
Weights load_safetensors(const std::string& path);
Weights from_safetensors(const unsigned char* bytes, std::size_t size, const std::string& name);

}  // namespace pf::nn
