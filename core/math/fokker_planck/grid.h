#pragma once
#include <Eigen/Core>
#include <algorithm>
#include <cstdlib>
#include <memory>
#include <utility>

#include "core/math/field/density_grid.h"

namespace pf::fokker_planck {

enum class Axis { x, y };

// width × height cells on a box; cell (row, column) has its centre at (x(column), y(row)), row 0 is the lowest y. Faces along an
// axis are counted from 0 (the lower edge of the box) to `count` (the upper one).
struct Grid {
    Box box{};
    int width = 0, height = 0;

    double dx() const { return (box.x_max - box.x_min) / width; }
    double dy() const { return (box.y_max - box.y_min) / height; }
    double area() const { return dx() * dy(); }
    double x(int column) const { return box.x_min + (column + 0.5) * dx(); }
    double y(int row) const { return box.y_min + (row + 0.5) * dy(); }
    int count(Axis axis) const { return axis == Axis::x ? width : height; }
    double step(Axis axis) const { return axis == Axis::x ? dx() : dy(); }
    double min(Axis axis) const { return axis == Axis::x ? box.x_min : box.y_min; }
};
inline Axis other(Axis axis) { return axis == Axis::x ? Axis::y : Axis::x; }

// One number per cell in double, [height, width].
using Cells = Eigen::Array<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

// A rows × columns array whose rows start at cache lines and are padded to whole blocks, so that loops along a row need no remainder.
// Padding is 0 at first and may hold any finite number later. Sweeps run over the rows and are vectorised along them, therefore what
// belongs to the x axis is kept transposed: its rows are columns of the grid.
template <class S>
class Plane {
public:
    static constexpr int block = 128 / static_cast<int>(sizeof(S));

    Plane() = default;
    Plane(int rows, int columns) : rows_(rows), columns_(columns), lanes_((columns + block - 1) / block * block) {
        stride_ = lanes_ * sizeof(S) % 1024 == 0 ? lanes_ + block : lanes_;  // rows 1 KB apart would share few cache sets
        data_.reset(static_cast<S*>(std::aligned_alloc(64, size() * sizeof(S))));
        fill(0);
    }
    Plane(const Plane& other) : Plane(other.rows_, other.columns_) { std::copy_n(other.data_.get(), size(), data_.get()); }
    Plane(Plane&&) noexcept = default;
    Plane& operator=(Plane other) noexcept {
        std::swap(data_, other.data_);
        rows_ = other.rows_, columns_ = other.columns_, lanes_ = other.lanes_, stride_ = other.stride_;
        return *this;
    }

    int rows() const { return rows_; }
    int columns() const { return columns_; }
    int lanes() const { return lanes_; }  // columns with padding
    S* row(int i) { return data_.get() + static_cast<std::ptrdiff_t>(i) * stride_; }
    const S* row(int i) const { return data_.get() + static_cast<std::ptrdiff_t>(i) * stride_; }
    void fill(S value) { std::fill_n(data_.get(), size(), value); }
    void fill_row(int i, S value) { std::fill_n(row(i), lanes_, value); }

private:
    struct Free {
        void operator()(S* p) const { std::free(p); }
    };
    std::size_t size() const { return static_cast<std::size_t>(rows_) * static_cast<std::size_t>(stride_); }
    int rows_ = 0, columns_ = 0, lanes_ = 0, stride_ = 0;
    std::unique_ptr<S[], Free> data_;
};

template <class S> Plane<S> cell_plane(const Grid& grid, Axis axis) { return {grid.count(axis), grid.count(other(axis))}; }
template <class S> Plane<S> face_plane(const Grid& grid, Axis axis) { return {grid.count(axis) + 1, grid.count(other(axis))}; }

}  // namespace pf::fokker_planck
