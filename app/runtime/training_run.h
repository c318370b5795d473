#pragma once
#include <chrono>
#include <memory>
#include <stop_token>
#include <utility>

#include "app/runtime/compute.h"
#include "core/nn/objective.h"

namespace pf {

// The loss of a long run in at most 2,000 entries, each the mean over a stretch of steps; the stretch doubles when they are full.
class LossHistory {
public:
    static constexpr std::size_t most = 2000;
    void add(long step, double loss);
    const std::vector<float>& steps() const { return steps_; }
    const std::vector<float>& losses() const { return losses_; }

private:
    std::vector<float> steps_, losses_;
    double sum_ = 0;
    long count_ = 0, stretch_ = 1;
};

// One network being trained: batches, learning rate schedule, loss, divergence. On the thread that made it.
// The same scene, seed and engine give the same weights, however the run is cut into chunks.
class TrainingRun {
public:
    // Fresh random weights; or `from`, trained `from->description.steps` so far. Where `device` is automatic and the GPU fails, now or later, the run goes on
    // on the CPU from the last weights that came from it, and take_notice() says why; asked for by name, it throws.
    TrainingRun(const Scene& scene, int model, nn::Engine& engine, nn::Device device, std::shared_ptr<const nn::Weights> from = nullptr);

    // Before the first step: makes the changes that were made while such weights were trained, at their steps, and ends where they end. On the same engine, instruction
    // set and build the weights come out the same to the bit. For what why_no_replay() lets through.
    void replay(const nn::Description& seen);
    // Takes over learning rate, batch, ema, clip, decay, steps, label dropout, weighting and times, and records what changed.
    void update(const Model& model);
    // Steps for about `budget`, at least one, or until finished, failed or stopped.
    void advance(std::chrono::duration<double> budget, std::stop_token stop = {});
    // Up to that step, or until finished, failed or stopped.
    void advance_to(long step, std::stop_token stop = {});

    bool finished() const { return step_ >= last_step(); }
    long last_step() const { return replayed_steps_ > 0 ? replayed_steps_ : model_.training.steps; }
    const std::string& failure() const { return failure_; }  // a sentence; empty: none
    // What happened that the user should know, as a sentence, once; empty: nothing.
    std::string take_notice() { return std::exchange(notice_, {}); }
    // A failed run goes on from its last good weights, with the learning rate the scene has.
    void forgive();

    long step() const { return step_; }
    double last_loss() const { return last_loss_; }
    // The averaged weights if there is an average, else those being trained. Always finite: of a failed run, the last good ones.
    std::shared_ptr<const nn::Weights> weights();
    // Everything but status and speed.
    TrainingState state();

private:
    void start();
    void draw_batches();
    void make_changes();  // those of the replayed run that are due
    void record(const std::vector<nn::HyperparameterChange>& changes);
    void train_steps(double most);
    double fitting(std::chrono::duration<double> time) const;  // how many steps, as measured; 1 before
    bool may_leave_device() const;
    void leave_device(const std::string& why);  // for the CPU; throws `why` where it may not
    void fail(std::string sentence);
    nn::Engine* engine_;
    nn::Device asked_;
    std::shared_ptr<const nn::Weights> from_;
    std::uint64_t scene_seed_, seed_;  // seed_: of the first weights
    Model model_;
    std::shared_ptr<const Dataset> data_;
    nn::Coupling coupling_;
    std::shared_ptr<const Schedule> schedule_;
    nn::Description description_;
    nn::NetworkPtr network_;
    std::unique_ptr<nn::GaussianPathBatches> batches_;
    std::string device_, notice_;
    std::vector<nn::Hyperparameters> hyper_;  // of the steps of one call
    std::vector<nn::StepReport> reports_;
    double seconds_per_step_ = 0;
    long step_ = 0;
    double last_loss_ = 0;
    LossHistory history_;
    std::vector<nn::HyperparameterChange> first_, changes_;  // what the run began with, where something changed since; what did
    std::vector<nn::HyperparameterChange> ahead_;            // to be made
    long replayed_steps_ = 0;                                // 0: nothing is replayed
    std::string failure_;
    std::shared_ptr<const nn::Weights> published_;
    long published_step_ = -1;
};

}  // namespace pf
