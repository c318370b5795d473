#pragma once
#include <memory>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "app/runtime/compute.h"
#include "app/runtime/lane_movies.h"
#include "app/runtime/layer_results.h"

namespace pf {

// What the layers of a lane draw beyond particles, densities and arrows: when it is made, from what, and why it cannot be.

// Trails: where a particle was at so many times before, so far apart in t. More particles than these leave none.
inline constexpr int trail_length = 12;
inline constexpr double trail_spacing = 0.1 / trail_length;
inline constexpr int most_with_trails = 50000;

// How opaque a layer is, 0 … 1; 0 when it is not listed.
double opacity_of(const View& view, std::string_view layer);
inline bool shows(const View& view, std::string_view layer) { return opacity_of(view, layer) > 0; }

// Why a lane has nothing to draw in a layer, or no such colour of its particles, as a sentence; empty if it has.
std::string why_no_layer(const Scene& scene, const Lane& lane, std::string_view layer);
std::string why_no_colour(const Scene& scene, const Lane& lane, std::string_view colour);
// Whether the picture asks for it: the layer is shown in the plane, in a pane that is on screen, and the lane has it.
bool wants_layer(const Scene& scene, int lane, std::string_view layer);
bool wants_values(const Scene& scene, int lane);
bool wants_marginals(const Scene& scene, int lane);
bool wants_box_flow(const Scene& scene, int lane);

// The field that streamlines and the flow texture follow: the velocity as the lane follows it; of Langevin dynamics, which hold one t, the score.
struct LaneFlow {
    std::shared_ptr<const Field> field;  // null where a network has no weights
    unsigned want = want_velocity;       // or want_score
    TimeRange times;                     // of slices; one point for Langevin
};
LaneFlow lane_flow(const Scene& scene, int lane, const FieldSet& fields);

// All of these throw BadInput where a field is missing, and return fewer slices when stopped. The first two are made on flow_grid() (lane_movies.h), with
// `cells` and `size` across view_box().
StreamlineMovie streamline_movie(const Scene& scene, int lane, const FieldSet& fields, int cells, int slices, Reach reach = {}, std::stop_token stop = {});
TextureMovie texture_movie(const Scene& scene, int lane, const FieldSet& fields, int size, int slices, Reach reach = {}, std::stop_token stop = {});
// `points`: a line's, between two crossings.
GridMovie grid_movie(const Scene& scene, int lane, const FieldSet& fields, int points, int slices, std::stop_token stop = {});
ErrorMovie error_movie(const Scene& scene, int lane, const FieldSet& fields, int cells, int slices, std::stop_token stop = {});
ParticleValues particle_values(const Scene& scene, int lane, const FieldSet& fields, const LaneResult& result, std::stop_token stop = {});
Marginals particle_marginals(const Scene& scene, const LaneResult& result, std::stop_token stop = {});
DenoiserMovie denoiser_movie(const Scene& scene, int lane, const FieldSet& fields, const LaneResult& result, std::stop_token stop = {});
LaneSteps lane_steps(const Scene& scene, int lane, const FieldSet& fields, const LaneResult& result, std::vector<int> particles, std::stop_token stop = {});

// Keys: of what follows from a lane's field, and of what belongs to one result of a lane.
Key flow_key(const Scene& scene, int lane, const WeightSet& weights, std::string_view what);
Key error_key(const Scene& scene, int lane, const WeightSet& weights);
Key result_key(const LaneResult& result, std::string_view what);

// All of it that a scene's picture shows beside the lanes of `results`, at full resolution. For films and tests.
LayerResults all_layers(const Scene& scene, const FieldSet& fields, const Results& results, Reach reach = {}, std::stop_token stop = {});

}  // namespace pf
