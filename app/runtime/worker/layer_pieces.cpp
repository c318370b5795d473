#include "app/runtime/layers.h"
#include "app/runtime/worker/flow_worker.h"

namespace pf {
namespace {

// A fine one that ends too early is not replaced by a coarse one.
template <class T, class Covers>
bool done(const std::shared_ptr<const T>& have, Key key, bool fine, const Covers& covers) {
    return have && have->key == key && (covers(*have) ? !fine || !have->coarse : !fine && !have->coarse);
}

}  // namespace

// What several lanes show alike is made once.
template <class T, class Make, class Covers>
bool FlowWorker::layer_movie(std::array<std::shared_ptr<const T>, 4> LayerResults::*where, int lane, Key key, bool fine, std::string_view what, const Make& make, const Covers& covers) {
    const auto i = static_cast<std::size_t>(lane);
    auto& all = layers_.*where;
    if (done(all[i], key, fine, covers)) return false;
    for (const auto& other : all)
        if (done(other, key, fine, covers)) {
            publish(all[i], std::shared_ptr<const T>(other));
            return true;
        }
    return attempt(fmt::format("{} {} {}", what, lane, fine), key, [&] {
        auto movie = make();
        if (job_.stop_requested()) return;
        movie.key = key;
        movie.coarse = !fine;
        publish(all[i], std::make_shared<const T>(std::move(movie)));
    });
}

bool FlowWorker::layer_piece(int lane, bool fine) {
    const Scene& scene = *now_.scene;
    const Lane& l = scene.lanes[static_cast<std::size_t>(lane)];
    const bool drawn = lane < scene.view.panes && scene.view.shape == "flat";
    if (!drawn || !follows_fields(l) || (fine && trains(l))) return false;
    const auto wants = [&](std::string_view layer) { return wants_layer(scene, lane, layer); };
    const Reach reach = now_.measurements.reach;
    const auto covering = [&](int cells) {
        return [wanted = flow_grid(view_box(scene), cells, reach)](const auto& movie) { return movie.coarser == wanted.coarser && movie.box.x_max >= wanted.box.x_max && movie.box.y_max >= wanted.box.y_max; };
    };
    const auto whole = [](const auto&) { return true; };
    const int line_cells = fine ? 96 : 48, texels = fine ? 512 : 256;
    if (wants("streamlines") && layer_movie(&LayerResults::streamlines, lane, flow_key(scene, lane, weights_, "streamlines"), fine, "streamlines",
                                            [&] { return streamline_movie(scene, lane, fields(), line_cells, fine ? 49 : 17, reach, job_); }, covering(line_cells)))
        return true;
    if (wants("lic") && layer_movie(&LayerResults::textures, lane, flow_key(scene, lane, weights_, "texture"), fine, "flow texture",
                                    [&] { return texture_movie(scene, lane, fields(), texels, fine ? 33 : 9, reach, job_); }, covering(texels)))
        return true;
    if (wants("grid") && layer_movie(&LayerResults::grids, lane, flow_key(scene, lane, weights_, "grid"), fine, "grid",
                                     [&] { return grid_movie(scene, lane, fields(), fine ? 6 : 3, fine ? 65 : 17, job_); }, whole))
        return true;
    return wants("error") && layer_movie(&LayerResults::errors, lane, error_key(scene, lane, weights_), fine, "field error",
                                         [&] { return error_movie(scene, lane, fields(), fine ? 96 : 48, fine ? 33 : 17, job_); }, whole);
}

// What belongs to one result of a lane: it follows each result, and costs little beside it.
bool FlowWorker::particles_piece(int lane) {
    const auto i = static_cast<std::size_t>(lane);
    const Scene& scene = *now_.scene;
    const Lane& l = scene.lanes[i];
    const auto result = results_.lanes[i];
    if (lane >= scene.view.panes || !result || result->key != lane_key(scene, lane, weights_)) return false;
    const auto piece = [&](auto& have, std::string_view what, const auto& make) {
        const Key key = result_key(*result, what);
        if (have && have->key == key) return false;
        return attempt(fmt::format("{} {}", what, lane), key, [&] {
            auto made = make();
            if (job_.stop_requested()) return;
            made.key = key;
            publish(have, std::make_shared<const decltype(made)>(std::move(made)));
        });
    };
    if (wants_marginals(scene, lane) && piece(layers_.marginals[i], "marginals", [&] { return particle_marginals(scene, *result, job_); })) return true;
    if (wants_box_flow(scene, lane)) {
        const Box& box = *scene.view.box;
        if (piece(layers_.box_flows[i], fmt::format("box {} {} {} {}", box.x_min, box.x_max, box.y_min, box.y_max), [&] { return box_flow(*result, box, job_); })) return true;
    }
    if (follows_fields(l)) {
        if (wants_values(scene, lane) && piece(layers_.values[i], scene.view.colour, [&] { return particle_values(scene, lane, fields(), *result, job_); })) return true;
        if (wants_layer(scene, lane, "denoiser") && piece(layers_.denoisers[i], "denoiser", [&] { return denoiser_movie(scene, lane, fields(), *result, job_); })) return true;
    }
    if (now_.followed.empty() || !result->stochastic || !has_fields(lane)) return false;
    return piece(layers_.steps[i], fmt::format("steps {}", fmt::join(now_.followed, " ")), [&] { return lane_steps(scene, lane, fields(), *result, now_.followed, job_); });
}

}  // namespace pf
