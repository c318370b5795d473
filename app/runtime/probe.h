#pragma once
#include "app/runtime/compute.h"
#include "app/runtime/probe_result.h"

namespace pf {

// Answers what is asked of points (x, t) for one scene and one set of fields. Pure: the same inputs give the same bits. Not shared between threads.
//
// u, D and ε are those of the lane's drift model, s that of its score model, with the lane's guidance. The ODE curve follows dX = u dt (Runge–Kutta 4). The fan
// towards the data follows the lane's own SDE (Euler–Maruyama, steps kept within the stability limit where it is known, one Brownian path per curve whatever the
// steps); an ODE lane borrows σ_t from the first SDE lane that samples, or takes σ = 1. The fan towards the noise is the noising SDE in its exact transitions,
//   X_r = (α_r/α_s) X_s + √(β_r² − (α_r/α_s)² β_s²) ξ,  r < s,
// or the lane itself where that runs this way. Langevin lanes have one fan, in their own clock, and no ODE. Posteriors are those of the mixture that the lane's
// field is made of, else of the data, else of posterior_draws point masses drawn from it: importance weights.
class Probe {
public:
    Probe(std::shared_ptr<const Scene> scene, FieldSet fields);
    Probe(Probe&&) noexcept;
    ~Probe();
    // Throws BadInput where a lane cannot run at all; what else it lacks is said in its sentence. Ends early, with lanes missing, when asked.
    ProbeResult operator()(const ProbeRequest& request, std::stop_token stop = {}) const;

private:
    struct LaneFields;
    ProbeLane lane(const ProbeRequest& request, const ProbePoint& at, std::stop_token stop) const;
    void values(const LaneFields& lane, const Lane& l, const ProbeRequest& request, ProbeLane& out, std::stop_token stop) const;
    void fan(const LaneFields& lane, const Lane& l, const ProbeRequest& request, ProbeLane& out, std::stop_token stop) const;

    std::shared_ptr<const Scene> scene_;
    FieldSet fields_;
    std::vector<LaneFields> lanes_;
};

}  // namespace pf
