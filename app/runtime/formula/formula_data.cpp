#include "app/runtime/formula/formula_data.h"

#include <algorithm>
#include <cmath>
#include <deque>
#include <mutex>

#include "app/runtime/formula/formula.h"
#include "core/math/errors.h"
#include "core/math/field/density_grid.h"

namespace pf {
namespace {

constexpr int levels = 9;              // squares of half-width 1, 2, 4, … 256 about the origin
constexpr int widest = 7;              // the last of them that may hold the data: 128
constexpr int level_cells = 96;        // a side, in the search
constexpr int nodes = 513;             // a side, in the end
constexpr double far_share = 1e-4;     // of the mass, beyond the square that is taken
constexpr double tail_share = 2.5e-7;  // of the mass, cut off each side of the rectangle
constexpr double smallest_extent = 3.5;

// Values of the formula along one row; each is checked.
class Rows {
public:
    explicit Rows(const Formula& formula) : formula_(formula) {}
    // out[i] at (x[i], y).
    void at(const std::vector<double>& x, double y, std::vector<double>& out) const {
        out.resize(x.size());
        const std::span<const double> variables[] = {x, {&y, 1}};
        formula_.evaluate(variables, out);
        for (std::size_t i = 0; i < out.size(); ++i) {
            if (std::isfinite(out[i]) && out[i] >= 0) continue;
            const auto place = fmt::format("at x = {:.4g}, y = {:.4g}", x[i], y);
            if (out[i] < 0) throw BadInput(fmt::format("the density is {:.4g} {}; expected at least 0: max(0, …) cuts it off", out[i], place));
            throw BadInput(fmt::format("the density is {} {}; expected a finite number", std::isnan(out[i]) ? "not a number" : "infinite", place));
        }
    }

private:
    const Formula& formula_;
};

std::vector<double> centres(double min, double max, int n) {
    std::vector<double> out(static_cast<std::size_t>(n));
    for (int i = 0; i < n; ++i) out[static_cast<std::size_t>(i)] = min + (max - min) * (i + 0.5) / n;
    return out;
}

// ∫ f over the square of half-width `half`, its inner half left out where `frame`.
double mass_of(const Rows& f, double half, bool frame) {
    const auto x = centres(-half, half, level_cells);
    std::vector<double> inner, values;
    for (const double v : x)
        if (std::abs(v) > half / 2) inner.push_back(v);
    double sum = 0;
    for (const double y : x) {
        f.at(frame && std::abs(y) < half / 2 ? inner : x, y, values);
        for (const double v : values) sum += v;
    }
    return sum * (2 * half / level_cells) * (2 * half / level_cells);
}

// The half-width of a square that holds nearly all.
double square_of(const Rows& f) {
    double frames[levels], total = 0;
    for (int k = 0; k < levels; ++k) total += frames[k] = mass_of(f, std::ldexp(1.0, k), k > 0);
    if (!(total > 0)) throw BadInput("the density is 0 wherever it was tried; expected some mass within ±128");
    if (!std::isfinite(total)) throw BadInput("the density's integral is infinite; expected one that falls off");
    double beyond = total;
    for (int k = 0; k <= widest; ++k)
        if ((beyond -= frames[k]) <= far_share * total) return std::ldexp(1.0, k);
    throw BadInput(fmt::format("the density does not fall off in every direction: at least {:.2g} of its mass lies outside ±128; expected at most {:g}", beyond / total, far_share));
}

// Where along one axis all but the tails lie, a cell more on each side.
std::pair<double, double> range_of(const std::vector<double>& marginal, double half) {
    double total = 0, below = 0, above = 0;
    for (const double m : marginal) total += m;
    std::size_t first = 0, last = marginal.size();
    while (first < marginal.size() && (below += marginal[first]) <= tail_share * total) ++first;
    while (last > first + 1 && (above += marginal[last - 1]) <= tail_share * total) --last;
    const double cell = 2 * half / static_cast<double>(marginal.size());
    return {std::max(-half, -half + (static_cast<double>(first) - 1) * cell), std::min(half, -half + (static_cast<double>(last) + 1) * cell)};
}

Box rectangle_of(const Rows& f, double half) {
    const auto x = centres(-half, half, 2 * level_cells);
    std::vector<double> along_x(x.size()), along_y, values;
    for (const double y : x) {
        f.at(x, y, values);
        double sum = 0;
        for (std::size_t i = 0; i < x.size(); ++i) sum += values[i], along_x[i] += values[i];
        along_y.push_back(sum);
    }
    const auto [x_min, x_max] = range_of(along_x, half);
    const auto [y_min, y_max] = range_of(along_y, half);
    return {x_min, x_max, y_min, y_max};
}

// Where a density that is linear from a at 0 to b at 1 has the share u of its mass below.
double inverse_linear(double a, double b, double u) {
    // (a + (a² + u (b² − a²))^½)⁻¹ u (a + b): stable for a = b too.
    const double root = std::sqrt(std::max(0.0, a * a + u * (b * b - a * a))), below = a + root;
    return below > 0 ? std::clamp(u * (a + b) / below, 0.0, 1.0) : 0;
}

// Node values with integral 1 of what is bilinear between them, and the cells' cumulative masses.
struct Table {
    Eigen::Array<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor> p;  // (row, column) at (y, x)
    std::vector<double> rows, cells;  // cumulative, of whole rows; within each row

    Table(const Rows& f, const Box& box) : p(nodes, nodes) {
        std::vector<double> x(nodes), values;
        for (int i = 0; i < nodes; ++i) x[static_cast<std::size_t>(i)] = box.x_min + (box.x_max - box.x_min) * i / (nodes - 1);
        for (int row = 0; row < nodes; ++row) {
            f.at(x, box.y_min + (box.y_max - box.y_min) * row / (nodes - 1), values);
            for (int i = 0; i < nodes; ++i) p(row, i) = values[static_cast<std::size_t>(i)];
        }
        constexpr int n = nodes - 1;
        const double area = (box.x_max - box.x_min) * (box.y_max - box.y_min) / (n * n), top = p.maxCoeff();
        if (!(top > 0)) throw BadInput("the density is 0 on the whole grid; expected a density wider than its cells");
        p /= top;
        double total = 0;
        for (int row = 0; row < n; ++row) {
            double sum = 0;
            for (int i = 0; i < n; ++i) cells.push_back(sum += (p(row, i) + p(row, i + 1) + p(row + 1, i) + p(row + 1, i + 1)) / 4);
            rows.push_back(total += sum);
        }
        p /= total * area;
    }
};

class FormulaData final : public Dataset {
public:
    explicit FormulaData(const std::string& formula) : formula_(formula, {"x", "y"}), values_(formula_), box_(rectangle_of(values_, square_of(values_))) {}

    Points sample(Random& random, Eigen::Index count, std::vector<int>* labels) const override {
        constexpr int n = nodes - 1;
        const Table& t = table();
        Points out(count, 2);
        for (Eigen::Index k = 0; k < count; ++k) {
            const auto place = [&](const double* first, const double* last) {
                return std::min<std::ptrdiff_t>(std::upper_bound(first, last, random.uniform() * last[-1]) - first, last - first - 1);
            };
            const auto row = place(t.rows.data(), t.rows.data() + n);
            const double* cells = t.cells.data() + row * n;
            const auto i = place(cells, cells + n);
            // Bilinear: first x from its marginal, then y given x.
            const double a = t.p(row, i), b = t.p(row, i + 1), c = t.p(row + 1, i), d = t.p(row + 1, i + 1);
            const double u = inverse_linear(a + c, b + d, random.uniform()), v = inverse_linear(a + u * (b - a), c + u * (d - c), random.uniform());
            out(k, 0) = static_cast<float>(box_.x_min + (box_.x_max - box_.x_min) * (static_cast<double>(i) + u) / n);
            out(k, 1) = static_cast<float>(box_.y_min + (box_.y_max - box_.y_min) * (static_cast<double>(row) + v) / n);
        }
        if (labels) labels->assign(static_cast<std::size_t>(count), 0);
        return out;
    }
    double density(double x, double y) const override {
        constexpr int n = nodes - 1;
        const double column = (x - box_.x_min) / (box_.x_max - box_.x_min) * n, row = (y - box_.y_min) / (box_.y_max - box_.y_min) * n;
        if (!(column >= 0 && column <= n && row >= 0 && row <= n)) return 0;
        const auto i = std::min<Eigen::Index>(static_cast<Eigen::Index>(column), n - 1), j = std::min<Eigen::Index>(static_cast<Eigen::Index>(row), n - 1);
        const auto& p = table().p;
        const double u = column - static_cast<double>(i), v = row - static_cast<double>(j);
        return (1 - v) * ((1 - u) * p(j, i) + u * p(j, i + 1)) + v * ((1 - u) * p(j + 1, i) + u * p(j + 1, i + 1));
    }
    double extent() const override {
        return std::max({smallest_extent, std::abs(box_.x_min), std::abs(box_.x_max), std::abs(box_.y_min), std::abs(box_.y_max)});
    }

private:
    const Table& table() const {
        std::call_once(once_, [this] { table_ = std::make_unique<const Table>(values_, box_); });
        return *table_;
    }
    Formula formula_;
    Rows values_;
    Box box_;
    mutable std::once_flag once_;
    mutable std::unique_ptr<const Table> table_;
};

}  // namespace

std::shared_ptr<const Dataset> make_formula_data(const std::string& formula, const std::string& where) {
    struct Known {
        std::string formula, error;
        std::shared_ptr<const Dataset> data;
    };
    static std::mutex mutex;
    static std::deque<Known> kept;
    const std::lock_guard lock(mutex);
    auto it = std::find_if(kept.begin(), kept.end(), [&](const Known& k) { return k.formula == formula; });
    if (it == kept.end()) {
        Known made{formula, {}, nullptr};
        try {
            made.data = std::make_shared<FormulaData>(formula);
        } catch (const BadInput& error) {
            made.error = error.what();
        }
        kept.push_front(std::move(made));
        if (kept.size() > 8) kept.pop_back();
        it = kept.begin();
    }
    if (!it->data) throw BadInput(fmt::format("{}: {}", where, it->error));
    return it->data;
}

}  // namespace pf
