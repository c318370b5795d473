#include "app/panels/data_edits.h"

#include <Eigen/Eigenvalues>
#include <algorithm>
#include <cmath>
#include <numbers>
#include <optional>
#include <utility>

#include "app/runtime/lane_stability.h"
#include "app/runtime/limits.h"

namespace pf::panels {
namespace {

bool is_stable(const Scene& scene, int lane) {
    const auto stability = lane_stability(scene, lane);
    return !stability || stability->stable();
}

}  // namespace

Scene with_data(Scene scene, DataSpec data) {
    scene.data = std::move(data);
    for (int i = 0; i < static_cast<int>(scene.models.size()); ++i) {
        const Model& model = scene.models[static_cast<std::size_t>(i)];
        if (model.field == "exact" && !why_not(scene, model).empty()) scene = with_field(std::move(scene), i, "network");
    }
    return scene;
}

Scene with_components(Scene scene, std::vector<Component> components) {
    return with_data(std::move(scene), {{"mixture", {}}, std::move(components), nullptr, {}});
}

Scene with_points(Scene scene, Points x) {
    std::vector<bool> stable;
    for (int i = 0; i < static_cast<int>(scene.lanes.size()); ++i) stable.push_back(is_stable(scene, i));
    scene = with_data(std::move(scene), {{"points", {}}, {}, make_point_set(std::move(x)), {}});
    for (int i = 0; i < static_cast<int>(scene.lanes.size()); ++i) {
        Lane& lane = scene.lanes[static_cast<std::size_t>(i)];
        if (!stable[static_cast<std::size_t>(i)] || is_stable(scene, i)) continue;
        const auto most = lane.sigma.values.find("max");
        const Choice fading{"beta", most == lane.sigma.values.end() ? ParameterValues{} : ParameterValues{{"max", most->second}}};
        const Choice before = std::exchange(lane.sigma, fading);
        if (!is_stable(scene, i)) lane.sigma = before;
    }
    return scene;
}

Scene with_map(Scene scene, const PointMap& map, bool stale) {
    const std::string note = "Points centred and scaled: " + map.text() + ".";
    scene.sentence = stale || scene.sentence.empty() || scene.sentence.size() + note.size() >= limits::sentence ? note : scene.sentence + " " + note;
    Points moved = map(scene.data.points->x);
    return with_points(std::move(scene), std::move(moved));
}

void say_faded(Session& session, const Scene& next) {
    const Scene& before = session.scene();
    std::string lanes;
    int count = 0;
    for (std::size_t i = 0; i < std::min(before.lanes.size(), next.lanes.size()); ++i)
        if (before.lanes[i].sigma.id != next.lanes[i].sigma.id) lanes += fmt::format("{}{}", count++ > 0 ? ", " : "", i + 1);
    if (lanes.empty()) return;
    session.say({Notice::Level::info, fmt::format("The score of single points is steeper near the data than the σₜ of lane{} {} bear{}: it fades with βₜ now. Section Sampling can change it.", count > 1 ? "s" : "", lanes, count > 1 ? "" : "s")});
}

Scene with_formula(Scene scene, std::string formula) { return with_data(std::move(scene), {{"formula", {}}, {}, nullptr, std::move(formula)}); }

std::vector<Component> editable_components(const DataSpec& data) {
    if (data.choice.id == "mixture") return data.components.size() <= most_edited ? data.components : std::vector<Component>{};
    if (data.choice.id == "points" || data.choice.id == "formula") return {};
    // Asked every frame, and curves take a while.
    static std::optional<DataSpec> known;
    static std::vector<Component> components;
    if (!known || !(*known == data)) {
        const auto mixture = make_dataset(data)->mixture();
        components = mixture && mixture->components().size() <= most_edited && mixture->smallest_variance() > 0 ? mixture->components() : std::vector<Component>{};
        known = data;
    }
    return components;
}

Axes axes_of(const Eigen::Matrix2d& covariance) {
    const Eigen::SelfAdjointEigenSolver<Eigen::Matrix2d> eigen(covariance);
    const auto deviation = [&](int i) { return std::sqrt(std::max(0.0, eigen.eigenvalues()[i])); };
    const Eigen::Vector2d direction = eigen.eigenvectors().col(1);
    // A round one lies along x₁; every other in (−90°, 90°].
    if (deviation(1) - deviation(0) < 1e-9 * deviation(1)) return {deviation(1), deviation(0), 0};
    double angle = std::atan2(direction.y(), direction.x());
    if (angle > std::numbers::pi / 2) angle -= std::numbers::pi;
    if (angle <= -std::numbers::pi / 2) angle += std::numbers::pi;
    return {deviation(1), deviation(0), angle};
}

Eigen::Matrix2d covariance_of(const Axes& axes) {
    const Eigen::Matrix2d turn = Eigen::Rotation2Dd(axes.angle).toRotationMatrix();
    const Eigen::Vector2d variances{std::pow(std::max(least_deviation, axes.along), 2), std::pow(std::max(least_deviation, axes.across), 2)};
    Eigen::Matrix2d out = turn * variances.asDiagonal() * turn.transpose();
    out(1, 0) = out(0, 1);
    return out;
}

Painted painted(const PointSet* before, const Stroke& stroke, std::uint64_t seed) {
    const Eigen::Index had = before ? before->x.rows() : 0;
    const double dx = stroke.b[0] - stroke.a[0], dy = stroke.b[1] - stroke.a[1], length = std::hypot(dx, dy);
    const double area = length > 0 ? 2 * stroke.radius * length : std::numbers::pi * stroke.radius * stroke.radius;
    Random random(stream_key(seed, "brush") ^ (before ? before->hash : 0));
    const auto wanted = static_cast<Eigen::Index>(std::min(1e6, stroke.density * area + random.uniform()));
    const Eigen::Index added = std::min<Eigen::Index>(wanted, limits::points.max - had);
    Painted out;
    out.room = added == wanted;
    out.x.resize(had + added, 2);
    if (before) out.x.topRows(had) = before->x;
    for (Eigen::Index i = had; i < had + added; ++i) {
        const double s = random.uniform(), angle = random.uniform(0, 2 * std::numbers::pi), r = stroke.radius * std::sqrt(random.uniform());
        out.x.row(i) << static_cast<float>(stroke.a[0] + s * dx + r * std::cos(angle)), static_cast<float>(stroke.a[1] + s * dy + r * std::sin(angle));
    }
    return out;
}

std::vector<int> rows_outside(const PointSet& points, const Stroke& stroke) {
    const double dx = stroke.b[0] - stroke.a[0], dy = stroke.b[1] - stroke.a[1], square = dx * dx + dy * dy;
    std::vector<int> out;
    for (Eigen::Index i = 0; i < points.x.rows(); ++i) {
        const double x = static_cast<double>(points.x(i, 0)) - stroke.a[0], y = static_cast<double>(points.x(i, 1)) - stroke.a[1];
        const double s = square > 0 ? std::clamp((x * dx + y * dy) / square, 0.0, 1.0) : 0;
        if (std::hypot(x - s * dx, y - s * dy) > stroke.radius) out.push_back(static_cast<int>(i));
    }
    return out;
}

std::vector<int> rows_inside(const PointSet& points, const Box& box) {
    std::vector<int> out;
    for (Eigen::Index i = 0; i < points.x.rows(); ++i) {
        const double x = static_cast<double>(points.x(i, 0)), y = static_cast<double>(points.x(i, 1));
        if (x >= box.x_min && x <= box.x_max && y >= box.y_min && y <= box.y_max) out.push_back(static_cast<int>(i));
    }
    return out;
}

Points only(const PointSet& points, const std::vector<int>& rows) {
    Points out(static_cast<Eigen::Index>(rows.size()), 2);
    for (std::size_t i = 0; i < rows.size(); ++i) out.row(static_cast<Eigen::Index>(i)) = points.x.row(rows[i]);
    return out;
}

}  // namespace pf::panels
