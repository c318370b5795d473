#pragma once
#include <memory>
#include <stop_token>
#include <vector>

#include "app/runtime/compute.h"

namespace pf {

class TrainingRun;

// Where training stands in a film of it, by the scene's first network.
struct TrainingMark {
    long step = 0, steps = 0;
    double loss = 0;  // NaN: not known yet
};

// All networks of a scene, trained side by side from random weights, each to the same share of its steps; those in `seen`, by model, as they were trained,
// with what was changed meanwhile (TrainingRun::replay). The same scene, seed and engine give the same weights at the same share. On the thread that made it; throws BadInput for a scene without networks.
class FilmTraining {
public:
    FilmTraining(const Scene& scene, nn::Engine& engine, nn::Device device, const WeightSet& seen = {});
    ~FilmTraining();
    FilmTraining(const FilmTraining&) = delete;
    FilmTraining& operator=(const FilmTraining&) = delete;

    // Trains on; `share`, 0 … 1, does not fall from call to call. Throws std::runtime_error where training diverges,
    // GpuFailure where a GPU fails.
    void advance_to(double share, std::stop_token stop = {});
    WeightSet weights();
    TrainingMark mark() const;

private:
    struct Network {
        std::size_t model;
        long steps;
        std::unique_ptr<TrainingRun> run;
    };
    std::size_t models_;
    std::vector<Network> networks_;
};

}  // namespace pf
