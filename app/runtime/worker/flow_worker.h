#pragma once
#include <array>
#include <functional>
#include <optional>
#include <set>
#include <thread>

#include "app/runtime/inspection.h"
#include "app/runtime/lane_noise.h"
#include "app/runtime/layer_results.h"
#include "app/runtime/worker/quick_particles.h"
#include "app/runtime/worker/shared.h"

namespace pf {

// What the flow worker offers, and the weights it was made from.
struct FlowResults {
    std::array<std::shared_ptr<const LaneResult>, 4> lanes;
    std::array<std::shared_ptr<const LaneMetrics>, 4> metrics;
    std::array<std::shared_ptr<const FieldMovie>, 4> fields;
    std::array<std::shared_ptr<const FokkerPlanckMovie>, 4> fokker_planck, likelihood;
    std::array<std::shared_ptr<const DiscrepancyTable>, 4> discrepancies;
    std::array<std::shared_ptr<const DensityMovie>, 4> densities, lane_densities;
    std::array<std::shared_ptr<const ModelFloor>, 4> floors;
    std::array<std::shared_ptr<const LossOverTime>, 4> losses_over_time;
    std::array<std::shared_ptr<const FieldErrorOverTime>, 4> field_errors;
    std::array<std::shared_ptr<const MetricsHistory>, 4> histories;
    std::array<std::shared_ptr<const MetricOverTime>, 4> metrics_over_time;
    std::array<Key, 4> lane_histories{};  // history_key of each lane's result: the same while only its weights change
    std::map<Key, std::shared_ptr<const nn::Weights>> weights;  // by training key
    std::uint64_t weights_revision = 0;
};

// The thread that integrates and evaluates. It does one piece at a time and picks each anew from the newest scene and weights: coarse
// lanes, coarse densities (exact, Fokker–Planck), full lanes, fields, what the layers shown draw, fine densities, loss floors, metrics, what the inspector is
// open for. Long pieces are cancelled, within a step, when the scene changes
// under them. While networks train, pictures of them are refreshed small and take at most a third of a core, numbers a seventh.
class FlowWorker {
public:
    explicit FlowWorker(Shared& shared);
    ~FlowWorker();

    // Never block. `held`: a control is being dragged, so only quick answers count.
    void want(std::shared_ptr<const Scene> scene, bool held);
    void measure(const Measurements& wanted);
    void follow(std::vector<int> particles);  // whose steps are wanted as drift and noise
    void poke();  // weights or training status changed
    bool busy() const { return busy_; }
    FlowResults results() const;
    LayerResults layers() const;

private:
    using Clock = std::chrono::steady_clock;
    static constexpr std::chrono::milliseconds longest_rest{400};  // while training: no slow piece leaves an old picture or number on screen for longer
    struct Wanted {
        std::shared_ptr<const Scene> scene;
        bool held = false;
        Measurements measurements = {};
        std::vector<int> followed = {};
    };

    void work(std::stop_token stop);
    bool look(std::stop_token stop);          // takes the newest scene and weights; false before there is a scene
    void forget_numbers();
    void take_weights();
    Clock::time_point next_look() const;      // while networks train
    // Each does the next piece of its sort; false when nothing is left.
    bool picture_piece(std::stop_token stop);
    bool quick_picture(std::stop_token stop);
    bool fine_picture();
    bool number_piece();
    bool lane_piece(int lane, bool full, std::stop_token stop);
    bool density_piece(int lane, bool fine);
    bool fokker_planck_piece(int lane, int level, bool likelihood);  // levels 0, 1, 2: 64², 128², 256²
    bool lane_density_piece(int lane, bool fine);
    bool floor_piece(int model);
    bool field_piece(int lane);
    bool metrics_piece(int lane);
    bool discrepancy_piece(int lane);
    bool layer_piece(int lane, bool fine);
    bool particles_piece(int lane);
    template <class T, class Make, class Covers>  // covers(movie): it reaches as far as panes show
    bool layer_movie(std::array<std::shared_ptr<const T>, 4> LayerResults::*where, int lane, Key key, bool fine, std::string_view what, const Make& make, const Covers& covers);
    bool loss_over_time_piece(int model);
    bool field_error_piece(int model);
    bool over_time_piece(int lane);
    long trained_steps(const Lane& lane) const;            // of the weights at hand, the later of two networks
    void remember(int lane, const LaneMetrics& measured);  // in the lane's history
    bool attempt(const std::string& name, Key key, const std::function<void()>& job);  // false: it failed with this key before
    bool on_gpu() const;                          // where the networks of fields() go
    bool on_gpu(const Lane& lane) const;          // where its trajectories are made (device_lane.h)
    bool trains(const std::string& model) const;  // its network is being trained
    bool trains(const Lane& lane) const;          // one of its networks is
    bool has_fields(int lane) const;              // whether what it needs has weights
    bool follows_fields(const Lane& lane) const;  // whether its models have weights, even where the lane itself needs none
    const FieldSet& fields();
    template <class T> void publish(std::array<std::shared_ptr<const T>, 4> FlowResults::*where, int index, std::shared_ptr<const T> value) {
        publish((results_.*where)[static_cast<std::size_t>(index)], std::move(value));
    }
    // Only this thread writes results_ and layers_, so it reads them without the lock. `where` is one of them.
    template <class T> void publish(std::shared_ptr<const T>& where, std::shared_ptr<const T> value) {
        {
            const std::lock_guard lock(mutex_);
            where.swap(value);
        }
        shared_.news();
        retire(std::move(value));
    }
    void retire(std::shared_ptr<const void> old);
    void sweep();

    Shared& shared_;
    mutable std::mutex mutex_;
    std::condition_variable_any ready_;
    Wanted wanted_;              // these five under the mutex
    bool dirty_ = false;
    std::stop_source job_stop_;
    FlowResults results_;
    LayerResults layers_;
    std::atomic<bool> busy_{false};

    // The worker's own.
    Wanted now_;
    std::stop_token job_;
    WeightSet weights_;                          // per model of now_.scene
    std::map<Key, std::shared_ptr<const nn::Weights>> snapshot_;
    Clock::time_point next_refresh_{}, next_number_{};
    Clock::duration spent_{};                    // on pictures since the last refresh
    bool all_shown_ = true;                      // by the weights held
    std::size_t number_turn_ = 0;
    std::vector<Key> field_keys_;                // of field_set_
    std::optional<FieldSet> field_set_;
    bool gpu_failed_ = false;
    std::array<QuickParticles, 4> quick_particles_;
    std::array<NoiseMemory, 4> quick_noise_;
    std::array<std::shared_ptr<const LaneResult>, 4> measured_;  // lanes the metrics belong to
    std::string measured_title_;                                 // of the scene they belong to
    std::map<Key, std::shared_ptr<const MetricsHistory>> histories_;  // by history_key
    std::set<std::pair<std::string, Key>> failed_;
    std::vector<std::shared_ptr<const void>> retired_;           // freed here once nobody else holds them
    std::jthread thread_;                        // last member: joins before the rest goes away
};

}  // namespace pf
