#include <algorithm>

#include "app/runtime/fokker_planck.h"
#include "app/runtime/guidance.h"
#include "app/runtime/keys.h"
#include "app/runtime/lane_movies.h"
#include "app/runtime/lane_problem.h"
#include "app/runtime/layers.h"
#include "app/runtime/worker/flow_worker.h"

namespace pf {

bool FlowWorker::picture_piece(std::stop_token stop) {
    const auto began = Clock::now();
    bool done = quick_picture(stop);
    all_shown_ = all_shown_ || !done;
    done = done || (!now_.held && fine_picture());
    if (done) spent_ += Clock::now() - began;
    return done;
}

bool FlowWorker::quick_picture(std::stop_token stop) {
    const int lanes = static_cast<int>(now_.scene->lanes.size());
    for (int i = 0; i < lanes; ++i)
        if (lane_piece(i, false, stop)) return true;
    for (int i = 0; i < lanes; ++i)
        if (density_piece(i, false)) return true;
    for (const bool likelihood : {false, true})
        for (int i = 0; i < lanes; ++i)
            if (fokker_planck_piece(i, 0, likelihood)) return true;
    for (int i = 0; i < lanes; ++i)
        if (lane_density_piece(i, false)) return true;
    if (!now_.held)
        for (int i = 0; i < lanes; ++i)
            if (lane_piece(i, true, stop)) return true;
    for (int i = 0; i < lanes; ++i)
        if (field_piece(i) || particles_piece(i) || layer_piece(i, false)) return true;
    return false;
}

bool FlowWorker::fine_picture() {
    const int lanes = static_cast<int>(now_.scene->lanes.size());
    for (int i = 0; i < lanes; ++i)
        if (density_piece(i, true)) return true;
    for (int i = 0; i < lanes; ++i)
        if (layer_piece(i, true)) return true;
    for (const int level : {1, 2})
        for (const bool likelihood : {false, true}) {
            // A minute and more, where networks are: how good the samples are is said before.
            for (int i = 0; likelihood && shared_.runs == 0 && i < lanes; ++i)
                if (metrics_piece(i)) return true;
            for (int i = 0; i < lanes; ++i)
                if (fokker_planck_piece(i, level, likelihood)) return true;
        }
    for (int i = 0; i < lanes; ++i)
        if (lane_density_piece(i, true)) return true;
    return false;
}

bool FlowWorker::lane_piece(int lane, bool full, std::stop_token stop) {
    const auto i = static_cast<std::size_t>(lane);
    const Lane& l = now_.scene->lanes[i];
    const Key key = lane_key(*now_.scene, lane, weights_);
    const auto& have = results_.lanes[i];
    const bool current = have && have->key == key;
    if (full ? !current || !have->coarse || trains(l) : current) return false;
    if (!has_fields(lane)) return false;
    return attempt(fmt::format("lane {} {}", lane, full), key, [&] {
        const bool gpu = on_gpu(l);
        LaneRequest request = full ? LaneRequest{} : LaneRequest{quick_particles_[i].on(gpu), trains(l) ? 20 : 30};
        if (!full) request.noise = &quick_noise_[i];
        request.log_p = wants_log_p(*now_.scene, lane);
        auto result = std::make_shared<LaneResult>(run_lane(*now_.scene, lane, fields(), request, full ? job_ : stop));
        if (result->path.outcome == Outcome::cancelled) return;
        result->key = key;
        if (!full) {
            // Quick answers stay quick on slow machines; while training, ten times a second and for all lanes.
            const double slow = trains(l) ? 70.0 / (static_cast<double>(now_.scene->lanes.size()) + 1) : 100;
            quick_particles_[i].took(result->milliseconds, slow, gpu);
        }
        {
            const std::lock_guard lock(mutex_);
            results_.lane_histories[i] = history_key(*now_.scene, lane);
        }
        publish(&FlowResults::lanes, lane, std::shared_ptr<const LaneResult>(std::move(result)));
    });
}

bool FlowWorker::density_piece(int lane, bool fine) {
    if (!exact_label(*now_.scene, now_.scene->lanes[static_cast<std::size_t>(lane)])) return false;
    const Key key = exact_density_key(*now_.scene, lane);
    // Many point masses cost more per cell.
    const auto& data = now_.scene->data;
    const auto parts = data.points ? data.points->x.rows() : static_cast<Eigen::Index>(data.components.size());
    const int level = (fine ? 4 : 2) / (parts > 2000 ? 4 : parts > 100 ? 2 : 1);
    const int cells = 48 * std::max(1, level), slices = 16 * std::max(1, level) + 1;
    const auto good = [&](const std::shared_ptr<const DensityMovie>& movie) {
        return movie && movie->key == key && !movie->p.empty() && movie->p.front().cols() >= cells;
    };
    if (good(results_.densities[static_cast<std::size_t>(lane)])) return false;
    for (const auto& other : results_.densities)
        if (good(other)) {
            publish(&FlowResults::densities, lane, std::shared_ptr<const DensityMovie>(other));
            return true;
        }
    return attempt(fmt::format("density {} {}", lane, fine), key, [&] {
        auto movie = std::make_shared<const DensityMovie>(exact_density_movie(*now_.scene, lane, cells, slices, job_));
        if (static_cast<int>(movie->t.size()) == slices) publish(&FlowResults::densities, lane, std::move(movie));
    });
}

bool FlowWorker::fokker_planck_piece(int lane, int level, bool likelihood) {
    const auto i = static_cast<std::size_t>(lane);
    const Scene& scene = *now_.scene;
    if (scene.view.density != (likelihood ? "likelihood" : "fokker_planck") && (likelihood || !now_.measurements.discrepancies)) return false;
    if (likelihood && !has_likelihood(scene, lane)) return false;
    // While a network changes under it, only quick answers.
    const Lane& l = scene.lanes[i];
    if (!has_fields(lane) || (level > 0 && trains(l))) return false;
    const Key key = fokker_planck_key(scene, lane, weights_);
    const int cells = 64 << level;
    const auto where = likelihood ? &FlowResults::likelihood : &FlowResults::fokker_planck;
    const auto& have = (results_.*where)[i];
    if (have && have->key == key && have->cells >= cells) return false;
    return attempt(fmt::format("{} {} {}", likelihood ? "likelihood" : "fokker-planck", lane, level), key, [&] {
        FokkerPlanckRequest request;
        request.grid = cells;
        request.enlarges = true;
        if (likelihood) request.scheme = "characteristics", request.without_noise = true;
        auto movie = fokker_planck_movie(run_fokker_planck(scene, lane, fields(), request, job_), results_.lanes[i].get());
        if (movie.p.t.empty() || job_.stop_requested()) return;
        movie.key = key;
        movie.coarse = level < 2;
        publish(where, lane, std::make_shared<const FokkerPlanckMovie>(std::move(movie)));
    });
}

bool FlowWorker::lane_density_piece(int lane, bool fine) {
    const auto i = static_cast<std::size_t>(lane);
    const std::string& shown = now_.scene->view.density;
    if ((shown != "class" && shown != "product") || !why_no_density(*now_.scene, now_.scene->lanes[i]).empty()) return false;
    const Key key = lane_density_key(*now_.scene, lane);
    const int cells = fine ? 144 : 72, slices = fine ? 49 : 17;
    const auto& have = results_.lane_densities[i];
    if (have && have->key == key && have->p.front().cols() >= cells) return false;
    return attempt(fmt::format("density of lane {} {}", lane, fine), key, [&] {
        auto movie = std::make_shared<const DensityMovie>(lane_density_movie(*now_.scene, lane, cells, slices, job_));
        if (static_cast<int>(movie->t.size()) == slices) publish(&FlowResults::lane_densities, lane, std::move(movie));
    });
}

bool FlowWorker::field_piece(int lane) {
    const auto i = static_cast<std::size_t>(lane);
    const Scene& scene = *now_.scene;
    if (!shows(scene.view, "velocity") && !shows(scene.view, "score")) return false;
    const Key key = lane_field_key(scene, lane, weights_);
    // While a network changes under it, fewer times.
    constexpr int cells = 24, many = 33, few = 17;
    const int slices = trains(scene.lanes[i]) ? few : many;
    const ArrowGrid grid = arrow_grid(view_box(scene), cells, now_.measurements.reach);
    const auto done = [&](const auto& movie) { return movie && movie->key == key && static_cast<int>(movie->t.size()) >= slices && movie->box == grid.box && movie->width == grid.width; };
    if (done(results_.fields[i])) return false;
    for (const auto& other : results_.fields)
        if (done(other)) {
            publish(&FlowResults::fields, lane, std::shared_ptr<const FieldMovie>(other));
            return true;
        }
    if (!lane_fields(scene, lane, fields()).velocity) return false;
    return attempt(fmt::format("field {}", lane), key, [&] {
        auto movie = std::make_shared<FieldMovie>(lane_field_movie(scene, lane, fields(), cells, slices, now_.measurements.reach, job_));
        if (static_cast<int>(movie->t.size()) != slices) return;
        movie->key = key;
        publish(&FlowResults::fields, lane, std::shared_ptr<const FieldMovie>(std::move(movie)));
    });
}

}  // namespace pf
