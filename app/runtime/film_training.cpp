#include "app/runtime/film_training.h"

#include <cmath>
#include <limits>

#include "app/runtime/live_parameters.h"
#include "app/runtime/training_run.h"

namespace pf {

FilmTraining::FilmTraining(const Scene& scene, nn::Engine& engine, nn::Device device, const WeightSet& seen) : models_(scene.models.size()) {
    // Half a film is no place to change the device.
    if (device == nn::Device::automatic && engine.has_cuda()) device = nn::Device::cuda;
    for (std::size_t i = 0; i < models_; ++i) {
        if (scene.models[i].field != "network") continue;
        auto run = std::make_unique<TrainingRun>(scene, static_cast<int>(i), engine, device);
        if (i < seen.size() && seen[i] && why_no_replay(scene, static_cast<int>(i), seen[i]->description).empty()) run->replay(seen[i]->description);
        networks_.push_back({i, run->last_step(), std::move(run)});
    }
    if (networks_.empty()) throw BadInput("a film of training needs a network, and this scene has none");
}

FilmTraining::~FilmTraining() = default;

void FilmTraining::advance_to(double share, std::stop_token stop) {
    for (Network& network : networks_) {
        network.run->advance_to(std::lround(share * static_cast<double>(network.steps)), stop);
        if (!network.run->failure().empty()) throw std::runtime_error(network.run->failure());
    }
}

WeightSet FilmTraining::weights() {
    WeightSet out(models_);
    for (Network& network : networks_) {
        out[network.model] = network.run->weights();
        if (!network.run->failure().empty()) throw std::runtime_error(network.run->failure());
    }
    return out;
}

TrainingMark FilmTraining::mark() const {
    const Network& first = networks_.front();
    return {first.run->step(), first.steps, first.run->step() > 0 ? first.run->last_loss() : std::numeric_limits<double>::quiet_NaN()};
}

}  // namespace pf
