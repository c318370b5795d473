#include "app/picture/density_picture.h"

#include <algorithm>
#include <cmath>

#include "app/panels/contour_room.h"
#include "app/runtime/compute.h"
#include "app/runtime/layers.h"
#include "app/runtime/shown_density.h"

namespace pf {
namespace {

constexpr std::array held{0.5, 0.8, 0.95};

}  // namespace

void DensityPicture::update(const Scene& scene, const Results& results, const LayerResults& layers, int lane, const Points& particles, double t) {
    const auto i = static_cast<std::size_t>(lane);
    if (scene.view.shape == "flat" && shows(scene.view, "error")) return draw_error(layers.errors[i], wants_layer(scene, lane, "error"), t);
    const std::string source = shown_source(scene, lane);
    const bool counted = source == "histogram", plane = scene.view.shape != "space_time", flat = scene.view.shape == "flat";
    const auto movie = shown_movie(scene, results, lane), exact = exact_movie(scene, results, lane);
    // Without a lane's result they are an earlier scene's.
    const auto marginals_counted = counted && !plane && results.lanes[i] ? layers.marginals[i] : nullptr;
    Shown wanted{movie, exact, plane ? t : 0, source, scene.view.shape, flat && shows(scene.view, "difference"), wants_layer(scene, lane, "contours")};
    if (counted) wanted.source = plane ? std::shared_ptr<const void>(results.lanes[i]) : marginals_counted;
    if (wanted == shown_) return;
    shown_ = wanted;
    ++version_;
    legend_ = {};
    grid_.resize(0, 0);
    if (!wanted.source) return;
    if (!plane) return draw_space_time(counted ? *marginals_counted : marginals(*movie, time_columns));
    const double exact_t = exact_time(scene, results, lane, t);
    draw_plane(scene, movie.get(), source == "exact" ? exact_t : t, particles);
    if (wanted.difference) subtract(exact.get(), exact_t, counted ? particles.rows() : 0);
    if (wanted.contours && legend_.maximum > 0) trace();
}

void DensityPicture::draw_error(const std::shared_ptr<const ErrorMovie>& movie, bool known, double t) {
    const Shown wanted{known ? movie : nullptr, nullptr, t, "error", "flat", false, false};
    if (wanted == shown_) return;
    shown_ = wanted;
    ++version_;
    legend_ = {};
    grid_.resize(0, 0);
    if (!wanted.source || movie->error.t.empty()) return;
    box_ = movie->error.box;
    density_at(movie->error, t, grid_, nullptr, nullptr);
    const auto i = static_cast<std::size_t>(slice_at(movie->error.t, t)), next = std::min(i + 1, movie->error.t.size() - 1);
    const double span = movie->error.t[next] - movie->error.t[i], f = span > 0 ? std::clamp((t - movie->error.t[i]) / span, 0.0, 1.0) : 0;
    legend_.maximum = (1 - f) * static_cast<double>(movie->error.maximum[i]) + f * static_cast<double>(movie->error.maximum[next]);
    legend_.relative_error = (1 - f) * movie->relative[i] + f * movie->relative[next];
}

void DensityPicture::draw_plane(const Scene& scene, const DensityMovie* movie, double t, const Points& particles) {
    float maximum = 0;
    if (movie) {
        box_ = movie->box;
        density_at(*movie, t, grid_, &maximum, &legend_.integral);
    } else if (particles.rows() > 0) {
        box_ = view_box(scene);
        particle_density(particles, box_, histogram_cells, grid_);
        maximum = grid_.maxCoeff();
        legend_.integral = grid_.cast<double>().mean() * (box_.x_max - box_.x_min) * (box_.y_max - box_.y_min);
    }
    legend_.maximum = maximum;
}

void DensityPicture::subtract(const DensityMovie* exact, double t, Eigen::Index particles) {
    legend_.maximum = 0;
    if (!exact || exact->p.empty() || grid_.size() == 0) return grid_.resize(0, 0);
    density_at(*exact, t, scratch_, nullptr, nullptr);
    if (particles > 0) shared_density(scratch_, exact->box, box_, histogram_cells, exact_);
    else resampled(scratch_, exact->box, box_, grid_.rows(), grid_.cols(), exact_);
    grid_ -= exact_;
    legend_.maximum = static_cast<double>(grid_.abs().maxCoeff());
    legend_.l1 = grid_.abs().cast<double>().mean() * (box_.x_max - box_.x_min) * (box_.y_max - box_.y_min);
    if (particles > 0) legend_.sampling = sampling_l1(exact_, box_, particles);
}

void DensityPicture::trace() {
    if (shown_.difference) {
        const auto half = static_cast<float>(legend_.maximum / 2);
        // Below −½ max is above ½ max of the negative.
        legend_.contours.push_back({half, fmt::format("+{:.2g}", half), contours(grid_, box_, half)});
        scratch_ = -grid_;
        legend_.contours.push_back({-half, fmt::format("−{:.2g}", half), contours(scratch_, box_, half)});
        return;
    }
    const auto levels = levels_of_mass(grid_, held);
    for (std::size_t i = 0; i < held.size(); ++i) legend_.contours.push_back({levels[i], fmt::format("{:.0f} %", 100 * held[i]), contours(grid_, box_, levels[i])});
    panels::measure_gaps(legend_.contours);
}

void DensityPicture::draw_space_time(const Marginals& all) {
    grid_ = all.p;
    if (grid_.size() == 0) return;
    // Columns stand for t = 0 … 1, so half a column lies beyond each end.
    const Eigen::Index last = grid_.cols() - 1;
    const double beyond = 0.5 / static_cast<double>(last);
    box_ = {-beyond, 1 + beyond, all.low, all.high};
    legend_.maximum = static_cast<double>(grid_.maxCoeff());
    legend_.integral = grid_.col(last).cast<double>().sum() * (all.high - all.low) / static_cast<double>(grid_.rows());
}

}  // namespace pf
