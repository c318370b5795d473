#pragma once
#include "app/panels/context.h"

namespace pf {

// What the density layers of one pane show: heat map, difference or error of the field, contours, or in space–time the marginal of x₁. Made anew only when a
// result, t or the choice changes.
class DensityPicture {
public:
    // `particles` at t. Nothing (legend().maximum 0) while the source has no result.
    void update(const Scene& scene, const Results& results, const LayerResults& layers, int lane, const Points& particles, double t);
    void clear() { *this = {}; }

    const DensityGrid& grid() const { return grid_; }
    const Box& box() const { return box_; }  // in space–time: t from x_min to x_max, x₁ from y_min to y_max
    const panels::DensityLegend& legend() const { return legend_; }
    int version() const { return version_; }  // counts the changes of grid()

private:
    struct Shown {
        std::shared_ptr<const void> source, exact;  // held, so that another at the same address is another
        double t = 0;
        std::string density, shape;
        bool difference = false, contours = false;
        bool operator==(const Shown&) const = default;
    };
    void draw_error(const std::shared_ptr<const ErrorMovie>& movie, bool known, double t);
    void draw_plane(const Scene& scene, const DensityMovie* movie, double t, const Points& particles);
    void subtract(const DensityMovie* exact, double t, Eigen::Index particles);
    void trace();
    void draw_space_time(const Marginals& all);

    Shown shown_;
    DensityGrid grid_, exact_, scratch_;
    Box box_{};
    panels::DensityLegend legend_;
    int version_ = 0;
};

}  // namespace pf
