#include "app/runtime/training_run.h"

namespace pf {

std::shared_ptr<const nn::Weights> train_model(const Scene& scene, int index, nn::Engine& engine, TrainOptions options,
                                               const std::function<void(long, double)>& progress, std::stop_token stop) {
    Scene copy = scene;
    auto& model = copy.models.at(static_cast<std::size_t>(index));
    if (model.field != "network") throw BadInput(fmt::format("models[{}]: '{}' is exact; there is nothing to train", index, model.name));
    if (options.steps > 0) model.training.steps = static_cast<int>(options.steps);
    TrainingRun run(copy, index, engine, options.device);
    if (options.replay) run.replay(*options.replay);
    const auto pass_on = [&] {
        if (const auto notice = run.take_notice(); !notice.empty() && options.notice) options.notice(notice);
    };
    pass_on();
    long next_tenth = 1;
    while (!run.finished() && !stop.stop_requested()) {
        run.advance(std::chrono::milliseconds(100), stop);
        pass_on();
        if (!run.failure().empty()) throw std::runtime_error(run.failure());
        if (progress) progress(run.step(), run.last_loss());
        if (options.tenth && 10 * run.step() >= next_tenth * run.last_step() && !stop.stop_requested()) {
            options.tenth(*run.weights());
            next_tenth = 10 * run.step() / run.last_step() + 1;
        }
    }
    auto weights = run.weights();
    pass_on();
    if (!run.failure().empty()) throw std::runtime_error(run.failure());
    return weights;
}

}  // namespace pf
