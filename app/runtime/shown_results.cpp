#include "app/runtime/shown_results.h"

#include "app/runtime/fokker_planck.h"
#include "app/runtime/guidance.h"
#include "app/runtime/keys.h"
#include "app/runtime/lane_movies.h"
#include "app/runtime/lane_problem.h"
#include "app/runtime/layers.h"
#include "core/nn/engine.h"

namespace pf {
namespace {

template <class T, class Make>
std::shared_ptr<const T> kept(const std::shared_ptr<const T>& before, Key key, const Make& make) {
    if (before && before->key == key) return before;
    auto made = make();
    made.key = key;
    return std::make_shared<const T>(std::move(made));
}

}  // namespace

ShownResults shown_results(const Scene& scene, const WeightSet& weights, const FieldSet& fields, const ShownResults& before, const std::function<void(double)>& progress, std::stop_token stop, Reach reach) {
    ShownResults shown;
    Results& out = shown.results;
    const Results& old = before.results;
    const std::size_t lanes = scene.lanes.size();
    const bool solved = scene.view.density == "fokker_planck", likelihood = scene.view.density == "likelihood", conditional = scene.view.density == "class" || scene.view.density == "product";
    const auto at = [&](std::size_t lane, double part) {
        if (progress) progress((static_cast<double>(lane) + part) / static_cast<double>(lanes));
        return !stop.stop_requested();
    };
    bool same = true;
    for (std::size_t i = 0; i < lanes && at(i, 0); ++i) {
        const int lane = static_cast<int>(i);
        out.lanes[i] = kept(old.lanes[i], lane_key(scene, lane, weights), [&] { return run_lane(scene, lane, fields, {0, 0, wants_log_p(scene, lane)}, stop); });
        out.lane_current[i] = out.metrics_current[i] = true;
        same = same && out.lanes[i] == old.lanes[i];
        if (!at(i, 0.5)) break;
        if (conditional && why_no_density(scene, scene.lanes[i]).empty())
            out.lane_densities[i] = kept(old.lane_densities[i], lane_density_key(scene, lane), [&] { return lane_density_movie(scene, lane, 192, 65, stop); });
        if (likelihood ? has_likelihood(scene, lane) : solved) {
            FokkerPlanckRequest request;
            request.enlarges = true;
            if (likelihood) request.scheme = "characteristics", request.without_noise = true;
            auto& movies = likelihood ? out.likelihood : out.fokker_planck;
            movies[i] = kept((likelihood ? old.likelihood : old.fokker_planck)[i], fokker_planck_key(scene, lane, weights),
                             [&] { return fokker_planck_movie(run_fokker_planck(scene, lane, fields, request, stop), out.lanes[i].get()); });
        }
        if (exact_label(scene, scene.lanes[i])) out.densities[i] = kept(old.densities[i], exact_density_key(scene, lane), [&] { return exact_density_movie(scene, lane, 192, 65, stop); });
        if (!at(i, 0.8)) break;
        const Reach of_arrows = shows(scene.view, "velocity") || shows(scene.view, "score") ? reach : Reach{};
        out.fields[i] = kept(old.fields[i], lane_field_key(scene, lane, weights), [&] { return lane_field_movie(scene, lane, fields, 24, 33, of_arrows, stop); });
    }
    shown.layers = same && lanes > 0 ? before.layers : all_layers(scene, fields, out, reach, stop);
    return shown;
}

ShownResults full_results(const Scene& scene, const ShownResults& shown, Reach reach, std::stop_token stop) {
    WeightSet weights(scene.models.size());
    nn::Engine* engine = nullptr;
    for (std::size_t i = 0; i < scene.models.size(); ++i) {
        if (scene.models[i].field != "network") continue;
        const auto& state = shown.results.training[i];
        if (!state || !state->weights) return shown;
        weights[i] = state->weights;
        engine = &nn::open_engine();
    }
    ShownResults out = shown_results(scene, weights, make_fields(scene, weights, engine), {}, {}, stop, reach);
    out.layers.steps = shown.layers.steps;
    return out;
}

}  // namespace pf
