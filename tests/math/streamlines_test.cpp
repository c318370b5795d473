#include "core/math/field/streamlines.h"

#include <algorithm>
#include <map>

#include "tests/catch.h"

using namespace pf;

namespace {

constexpr Box box{-4, 4, -4, 4};
constexpr int cells = 64;

template <class F>
Points sampled(const F& f) {
    Points v(cells * cells, 2);
    for (int r = 0; r < cells; ++r)
        for (int c = 0; c < cells; ++c) {
            const auto [x, y] = f(-4 + (c + 0.5) * 8 / cells, -4 + (r + 0.5) * 8 / cells);
            v(r * cells + c, 0) = static_cast<float>(x), v(r * cells + c, 1) = static_cast<float>(y);
        }
    return v;
}

using Vector = std::pair<double, double>;
// A saddle, a rotation, a sink with a swirl, and waves that turn with `phase`.
Vector field(int kind, double x, double y, double phase = 0) {
    if (kind == 0) return {x, -y};
    if (kind == 1) return {-y, x};
    if (kind == 2) return {-x - 2 * y, -y + 2 * x};
    return {1 + std::sin(y + phase), std::cos(1.3 * x - phase)};
}

float nearest(const std::vector<Streamline>& lines) {
    float least = 1e9f;
    for (std::size_t a = 0; a < lines.size(); ++a)
        for (std::size_t b = a + 1; b < lines.size(); ++b)
            for (const auto& p : lines[a].points)
                for (const auto& q : lines[b].points) least = std::min(least, std::hypot(p[0] - q[0], p[1] - q[1]));
    return least;
}

}  // namespace

TEST_CASE("streamlines keep their distance, leave no large gaps, and follow the field") {
    for (const int kind : {0, 1, 2, 3}) {
        CAPTURE(kind);
        const Points v = sampled([&](double x, double y) { return field(kind, x, y); });
        StreamlinePlacer placer(box, 0.5);
        const auto lines = placer.place({box, cells, cells, v});
        REQUIRE(lines.size() > 10);
        CHECK(static_cast<double>(nearest(lines)) >= placer.test_distance() * 0.9999);
        // Somewhere within twice the separation there is a line, but for what a short line or a centre leaves.
        int empty = 0, places = 0;
        for (double x = -3.5; x <= 3.5; x += 0.25)
            for (double y = -3.5; y <= 3.5; y += 0.25, ++places) {
                double least = 1e9;
                for (const auto& line : lines)
                    for (const auto& p : line.points) least = std::min(least, std::hypot(static_cast<double>(p[0]) - x, static_cast<double>(p[1]) - y));
                empty += least > 1;
            }
        CHECK(empty <= places / 50);
        // Away from zeros, where directions change within a step.
        for (const auto& line : lines) {
            REQUIRE(line.points.size() == line.speed.size());
            REQUIRE(line.start < static_cast<int>(line.points.size()));
            for (std::size_t i = 0; i + 1 < line.points.size(); ++i) {
                const double dx = static_cast<double>(line.points[i + 1][0] - line.points[i][0]), dy = static_cast<double>(line.points[i + 1][1] - line.points[i][1]);
                const auto [u, w] = field(kind, static_cast<double>(line.points[i][0]) + dx / 2, static_cast<double>(line.points[i][1]) + dy / 2);
                if (std::hypot(u, w) > 0.2) CHECK((dx * u + dy * w) / (std::hypot(dx, dy) * std::hypot(u, w)) > 0.97);
            }
        }
    }
}

TEST_CASE("while a field changes slowly most streamlines stay, moved a little; the same fields give the same lines") {
    StreamlinePlacer one(box, 0.5), other(box, 0.5);
    std::vector<Streamline> before;
    for (int i = 0; i < 8; ++i) {
        const Points v = sampled([&](double x, double y) { return field(3, x, y, 0.03 * i); });
        const auto lines = one.place({box, cells, cells, v}), again = other.place({box, cells, cells, v});
        REQUIRE(lines.size() == again.size());
        for (std::size_t k = 0; k < lines.size(); ++k) CHECK((lines[k].seed == again[k].seed && lines[k].points == again[k].points));
        if (i > 0) {
            std::map<int, const Streamline*> known;
            for (const auto& line : before) known[line.seed] = &line;
            std::size_t stayed = 0;
            for (const auto& line : lines)
                if (const auto it = known.find(line.seed); it != known.end()) {
                    ++stayed;
                    CHECK(line.points[static_cast<std::size_t>(line.start)] == it->second->points[static_cast<std::size_t>(it->second->start)]);
                }
            CHECK(4 * stayed >= 3 * before.size());
        }
        before = lines;
    }
}

TEST_CASE("no streamline where nothing flows or the field is not finite") {
    StreamlinePlacer placer(box, 0.5);
    CHECK(placer.place({box, cells, cells, Points::Zero(cells * cells, 2)}).empty());
    CHECK(placer.place({box, cells, cells, Points::Constant(cells * cells, 2, NAN)}).empty());
}
