#pragma once
#include <array>
#include <functional>
#include <optional>
#include <set>
#include <thread>

#include "app/runtime/compute.h"
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
    std::map<Key, std::shared_ptr<const nn::Weights>> weights;  // by training key
    std::uint64_t weights_revision = 0;
};

// The thread that integrates and evaluates. It does one piece at a time and picks each anew from the newest scene and weights: coarse
// lanes, coarse densities (exact, Fokker–Planck), full lanes, fields, fine densities, loss floors, metrics. Long pieces are cancelled, within a step, when the scene changes
// under them. While networks train, what depends on them is refreshed small and takes at most a fifth of a core.
class FlowWorker {
public:
    explicit FlowWorker(Shared& shared);
    ~FlowWorker();

    // Never block. `held`: a control is being dragged, so only quick answers count.
    void want(std::shared_ptr<const Scene> scene, bool held);
    void measure(bool discrepancies);  // whether the table of discrepancies is wanted
    void poke();  // weights or training status changed
    bool busy() const { return busy_; }
    FlowResults results() const;

private:
    using Clock = std::chrono::steady_clock;
    struct Wanted {
        std::shared_ptr<const Scene> scene;
        bool held = false, discrepancies = false;
    };

    void work(std::stop_token stop);
    bool look(std::stop_token stop);          // takes the newest scene and weights; false before there is a scene
    void take_weights();
    bool piece(std::stop_token stop);         // does the next piece; false when nothing is left
    bool lane_piece(int lane, bool full, std::stop_token stop);
    bool density_piece(int lane, bool fine);
    bool fokker_planck_piece(int lane, int level, bool likelihood);  // levels 0, 1, 2: 64², 128², 256²
    bool lane_density_piece(int lane, bool fine);
    bool floor_piece(int model);
    bool field_piece(int lane);
    bool metrics_piece(int lane);
    bool discrepancy_piece(int lane);
    bool attempt(const std::string& name, Key key, const std::function<void()>& job);
    bool trains(const std::string& model) const;  // its network is being trained
    bool trains(const Lane& lane) const;          // one of its networks is
    bool has_fields(const Lane& lane) const;      // whether what it needs has weights
    const FieldSet& fields();
    template <class T> void publish(std::array<std::shared_ptr<const T>, 4> FlowResults::*where, int index, std::shared_ptr<const T> value);
    void sweep();

    Shared& shared_;
    mutable std::mutex mutex_;
    std::condition_variable_any ready_;
    Wanted wanted_;              // these four under the mutex
    bool dirty_ = false;
    std::stop_source job_stop_;
    FlowResults results_;
    std::atomic<bool> busy_{false};

    // The worker's own.
    Wanted now_;
    std::stop_token job_;
    WeightSet weights_;                          // per model of now_.scene
    std::map<Key, std::shared_ptr<const nn::Weights>> snapshot_;
    Clock::time_point next_refresh_{};
    std::chrono::duration<double> spent_{};      // since the last refresh
    std::vector<Key> field_keys_;                // of field_set_
    std::optional<FieldSet> field_set_;
    std::array<int, 4> coarse_particles_{1000, 1000, 1000, 1000};
    std::array<std::shared_ptr<const LaneResult>, 4> measured_;  // lanes the metrics belong to
    std::set<std::pair<std::string, Key>> failed_;
    std::vector<std::shared_ptr<const void>> retired_;           // freed here once nobody else holds them
    std::jthread thread_;                        // last member: joins before the rest goes away
};

}  // namespace pf
