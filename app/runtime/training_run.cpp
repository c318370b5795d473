#include "app/runtime/training_run.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "app/runtime/fields.h"
#include "app/runtime/live_parameters.h"
#include "core/math/schedule/schedules.h"

namespace pf {
namespace {

constexpr double hopeless_loss = 1e12;  // overflow is a few steps away

double learning_rate(const TrainingSpec& training, long step) {
    if (training.decay != "cosine") return training.learning_rate;
    const double progress = std::min(1.0, static_cast<double>(step) / training.steps);
    return training.learning_rate * (1 + std::cos(std::numbers::pi * progress)) / 2;
}

bool all_finite(const std::vector<float>& values) {
    return std::all_of(values.begin(), values.end(), [](float v) { return std::isfinite(v); });
}

}  // namespace

void LossHistory::add(long step, double loss) {
    sum_ += loss;
    if (++count_ < stretch_) return;
    if (losses_.size() == most) {
        for (std::size_t i = 0; i < most / 2; ++i) {
            steps_[i] = steps_[2 * i + 1];
            losses_[i] = (losses_[2 * i] + losses_[2 * i + 1]) / 2;
        }
        steps_.resize(most / 2);
        losses_.resize(most / 2);
        stretch_ *= 2;
        return;  // this stretch is half full
    }
    steps_.push_back(static_cast<float>(step));
    losses_.push_back(static_cast<float>(sum_ / static_cast<double>(count_)));
    sum_ = 0;
    count_ = 0;
}

TrainingRun::TrainingRun(const Scene& scene, int model, nn::Engine& engine, nn::Device device, std::shared_ptr<const nn::Weights> from)
    : engine_(&engine), asked_(device), from_(std::move(from)), scene_seed_(scene.seed), model_(scene.models.at(static_cast<std::size_t>(model))), data_(make_dataset(scene.data)),
      coupling_(coupling(scene, model_)), schedule_(build(schedules(), model_.schedule, "schedule")), description_(from_ ? from_->description : describe(scene, model, *data_)) {
    seed_ = stream_key(scene.seed, "weights of " + model_.name);
    try {
        start();
    } catch (const BadInput&) {
        throw;
    } catch (const std::exception& error) {
        if (!may_leave_device()) throw;
        leave_device(error.what());
    }
    draw_batches();
    if (!from_) return;
    const auto& earlier = description_.changes;
    const auto later = std::find_if(earlier.begin(), earlier.end(), [](const auto& change) { return change.step > 0; });
    first_.assign(earlier.begin(), later);
    changes_.assign(later, earlier.end());
    if (step_ == 0) return;
    changes_.push_back({step_, std::string(resumed_key), 0});
    if (!why_no_replay(scene, model, description_).empty()) return;
    // What the scene has now may have been changed since they were saved.
    Model before = model_;
    for (const auto& change : earlier)
        if (change.key != resumed_key) set_live_parameter(before, change);
    record(live_changes(before, model_, step_));
}

void TrainingRun::draw_batches() {
    const auto name = fmt::format("batches of {} from {}", model_.name, step_);
    batches_ = std::make_unique<nn::GaussianPathBatches>(data_, schedule_, objective(model_), description_, stream_key(scene_seed_, name), coupling_);
    // A GPU leaves cores idle and takes batches faster than one of them makes them.
    if (network_->device() == nn::Device::cuda) batches_->draw_ahead(nn::GaussianPathBatches::threads_beside_gpu());
}

// A network with the last good weights.
void TrainingRun::start() {
    network_ = nn::make_network(*engine_, description_.architecture, seed_, asked_);
    device_ = network_->device() == nn::Device::cuda ? engine_->cuda_name() : "CPU";
    seconds_per_step_ = 0;
    const auto& good = published_ ? published_ : from_;
    step_ = published_ ? published_step_ : from_ ? from_->description.steps : 0;
    if (good) nn::require(network_->set_weights(good->values.data(), static_cast<long>(good->values.size())), *engine_, "loading the weights");
}

bool TrainingRun::may_leave_device() const { return asked_ == nn::Device::automatic && engine_->has_cuda(); }

void TrainingRun::leave_device(const std::string& why) {
    if (asked_ == nn::Device::cuda) throw nn::GpuFailure(why);
    if (!may_leave_device()) throw std::runtime_error(why);
    const std::string gpu = engine_->cuda_name();
    network_ = nullptr;
    asked_ = nn::Device::cpu;
    engine_ = &nn::on_cores(nn::open_engine(nn::EngineChoice::automatic, nn::Device::cpu), 1);
    start();
    for (auto& change : changes_) change.step = std::min(change.step, step_);
    if (batches_) batches_->draw_ahead(0);
    notice_ = fmt::format("'{}' is trained on the CPU from step {}: {} failed ({})", model_.name, step_, gpu, why);
}

void TrainingRun::record(const std::vector<nn::HyperparameterChange>& changes) {
    if (first_.empty() && changes_.empty() && !changes.empty()) first_ = live_parameters(model_, 0);
    for (const auto& change : changes) {
        // Of a number that was dragged while the run stood at a step, the last one was trained with.
        const auto name = change.key.substr(0, change.key.find_first_of("=."));
        const auto settled = [&](const nn::HyperparameterChange& c) { return c.step != change.step || c.key == change.key || c.key.starts_with(name + "="); };
        const auto last = std::find_if(changes_.rbegin(), changes_.rend(), settled);
        if (last != changes_.rend() && last->step == change.step && last->key == change.key && change.key.find('=') == std::string::npos) last->value = change.value;
        else changes_.push_back(change);
    }
}

void TrainingRun::update(const Model& model) {
    if (step_ > 0) record(live_changes(model_, model, step_));
    const bool other_objective = model_.objective != model.objective || model_.training.label_dropout != model.training.label_dropout;
    model_.objective = model.objective;
    model_.training = model.training;
    if (other_objective) batches_->set_objective(objective(model_));
}

void TrainingRun::replay(const nn::Description& seen) {
    check(step_ == 0, "a run is replayed from its first step on");
    ahead_ = seen.changes;
    replayed_steps_ = seen.steps;
    make_changes();
}

void TrainingRun::make_changes() {
    Model model = model_;
    std::size_t due = 0;
    for (; due < ahead_.size() && ahead_[due].step <= step_; ++due) {
        if (ahead_[due].key != resumed_key) {
            set_live_parameter(model, ahead_[due]);
            continue;
        }
        update(model);
        published_ = weights();
        start();
        draw_batches();
        record({ahead_[due]});
    }
    ahead_.erase(ahead_.begin(), ahead_.begin() + static_cast<std::ptrdiff_t>(due));
    update(model);
}

void TrainingRun::fail(std::string sentence) { failure_ = std::move(sentence); }

void TrainingRun::train_steps(double most) {
    const long until = ahead_.empty() ? last_step() : std::min(last_step(), ahead_.front().step);
    const auto count = static_cast<std::size_t>(std::clamp(most, 1.0, static_cast<double>(std::min<long>(network_->steps_at_once(), until - step_))));
    hyper_.clear();
    for (std::size_t i = 0; i < count; ++i)
        hyper_.push_back({model_.training.batch, learning_rate(model_.training, step_ + static_cast<long>(i)), model_.training.ema, model_.training.clip});
    reports_.resize(count);
    const auto began = std::chrono::steady_clock::now();
    const auto error = network_->train_steps(*batches_, hyper_.data(), static_cast<int>(count), reports_.data());
    seconds_per_step_ = std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count() / static_cast<double>(count);
    for (const nn::StepReport& report : reports_) {
        const bool finite = nn::finite(report);
        if (!finite && error != nn::Error::none) break;  // not done
        if (!finite || static_cast<double>(report.loss) > hopeless_loss) {
            record({{step_, std::string(diverged_key), static_cast<double>(report.loss)}});
            fail(fmt::format("training of '{}' diverged at step {} (loss {:.3g}); resume with learning rate {:.3g}", model_.name, step_, report.loss,
                             model_.training.learning_rate / 2));
            return;
        }
        ++step_;
        last_loss_ = static_cast<double>(report.loss);
        history_.add(step_, last_loss_);
    }
    if (error != nn::Error::none) leave_device(fmt::format("a training step: {}", engine_->last_error()));
    make_changes();
}

double TrainingRun::fitting(std::chrono::duration<double> time) const { return seconds_per_step_ > 0 ? time.count() / seconds_per_step_ : 1; }

void TrainingRun::advance(std::chrono::duration<double> budget, std::stop_token stop) {
    const auto until = std::chrono::steady_clock::now() + budget;
    while (!finished() && failure_.empty() && !stop.stop_requested()) {
        train_steps(fitting(until - std::chrono::steady_clock::now()));
        if (std::chrono::steady_clock::now() >= until) break;
    }
}

void TrainingRun::advance_to(long step, std::stop_token stop) {
    constexpr std::chrono::milliseconds patience(100);  // between two looks at `stop`
    while (step_ < step && !finished() && failure_.empty() && !stop.stop_requested()) train_steps(std::min(fitting(patience), static_cast<double>(step - step_)));
}

void TrainingRun::forgive() {
    if (failure_.empty()) return;
    failure_.clear();
    if (!published_) return;
    if (network_->set_weights(published_->values.data(), static_cast<long>(published_->values.size())) != nn::Error::none)
        leave_device(fmt::format("restoring the weights: {}", engine_->last_error()));
    step_ = published_step_;
}

std::shared_ptr<const nn::Weights> TrainingRun::weights() {
    if (published_step_ == step_ || (!failure_.empty() && published_)) return published_;
    auto out = std::make_shared<nn::Weights>();
    out->description = description_;
    out->description.steps = step_;
    out->description.changes = first_;
    for (const auto& change : changes_) {
        const bool end = change.key == diverged_key;  // what came then is not replayed
        out->description.changes.push_back({change.step, change.key, end ? 0 : change.value});
        if (end) break;
    }
    const long n = nn::parameter_count(description_.architecture);
    out->values.resize(static_cast<std::size_t>(n));
    const bool averaged = model_.training.ema > 0;
    if ((averaged ? network_->get_ema_weights(out->values.data(), n) : network_->get_weights(out->values.data(), n)) != nn::Error::none) {
        leave_device(fmt::format("reading the weights: {}", engine_->last_error()));
        return weights();
    }
    if (!all_finite(out->values)) {
        if (failure_.empty()) fail(fmt::format("the weights of '{}' left the range of numbers at step {}; lower the learning rate and resume", model_.name, step_));
        return published_;
    }
    published_ = std::move(out);
    published_step_ = step_;
    return published_;
}

TrainingState TrainingRun::state() {
    TrainingState out;
    out.model = model_.name;
    out.weights = weights();
    out.step = step_;
    out.steps = last_step();
    out.device = device_;
    out.loss_step = history_.steps();
    out.loss = history_.losses();
    out.changes = changes_;
    out.sentence = failure_;
    out.revision = static_cast<std::uint64_t>(published_step_ + 1);
    return out;
}

}  // namespace pf
