#include "app/runtime/files/data_file.h"

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <fstream>

#include "app/runtime/files/csv_points.h"
#include "app/runtime/files/npz.h"
#include "app/runtime/files/unreadable.h"
#include "app/runtime/limits.h"
#include "app/runtime/media/jpeg.h"
#include "app/runtime/media/png.h"
#include "app/runtime/point_scale.h"
#include "core/math/errors.h"
#include "core/nn/file_kind.h"

namespace pf {
namespace {

constexpr std::uintmax_t most_bytes = 64u << 20;
constexpr std::size_t most_numbers = 4'000'000, most_points = static_cast<std::size_t>(limits::points.max);
constexpr int picture_points = 5000, picture_side = 1024;  // drawn; the picture is averaged down to that
constexpr double picture_half = 3;

std::string ending(const std::string& path) {
    std::string out = std::filesystem::path(path).extension().string();
    for (char& c : out)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    return out;
}

FilePoints read_csv(const std::string& path, std::uint64_t seed) {
    std::error_code error;
    const auto size = std::filesystem::file_size(path, error);
    std::ifstream file(path, std::ios::binary);
    if (error || !file) throw BadInput(unreadable(path));
    if (size > most_bytes) throw BadInput(fmt::format("{}: {} MB; expected at most {}", path, size >> 20, most_bytes >> 20));
    CsvPoints rows(path, most_points, seed);
    std::vector<char> piece(1 << 16);
    while (file.read(piece.data(), static_cast<std::streamsize>(piece.size())) || file.gcount() > 0) rows.add({piece.data(), static_cast<std::size_t>(file.gcount())});
    return rows.finish();
}

FilePoints read_array(const std::string& path, std::uint64_t seed) {
    const NpyArray array = read_npy(path, most_numbers);
    if (array.shape.size() != 2 || array.shape[0] == 0 || array.shape[1] < 2) throw BadInput(path + ": expected an array of shape [N, 2], N at least 1");
    PointSample kept(most_points, seed);
    const std::size_t columns = array.shape[1];
    for (std::size_t i = 0; i < array.shape[0]; ++i) {
        const double x = array.values[i * columns], y = array.values[i * columns + 1];
        if (!(std::abs(x) <= limits::coordinate.max && std::abs(y) <= limits::coordinate.max))
            throw BadInput(fmt::format("{}: row {} is ({}, {}); expected finite numbers from {} to {}", path, i, x, y, limits::coordinate.min, limits::coordinate.max));
        kept.add(static_cast<float>(x), static_cast<float>(y));
    }
    FilePoints out = kept.finish();
    out.columns = columns;
    return out;
}

// Mean darkness of blocks of pixels, 0 white … 1 black; of Rec. 709 luma over a white ground.
struct Darkness {
    int width, height;
    std::vector<double> sum;  // of each block, so that a block cut by the edge has its share
};
Darkness darkness(const Image& image) {
    const int block = (std::max(image.width, image.height) + picture_side - 1) / picture_side;
    Darkness out{(image.width + block - 1) / block, (image.height + block - 1) / block, {}};
    out.sum.assign(static_cast<std::size_t>(out.width) * static_cast<std::size_t>(out.height), 0);
    for (int row = 0; row < image.height; ++row)
        for (int column = 0; column < image.width; ++column) {
            const auto* p = image.pixels.data() + 4 * (static_cast<std::size_t>(row) * static_cast<std::size_t>(image.width) + static_cast<std::size_t>(column));
            const double dark = (1 - (0.2126 * p[0] + 0.7152 * p[1] + 0.0722 * p[2]) / 255) * p[3] / 255;
            constexpr double paper = 0.03;  // what is nearly white is the ground
            if (dark > paper) out.sum[static_cast<std::size_t>(row / block) * static_cast<std::size_t>(out.width) + static_cast<std::size_t>(column / block)] += dark;
        }
    return out;
}

FilePoints from_picture(const Image& image, const std::string& path, std::uint64_t seed) {
    const Darkness dark = darkness(image);
    std::vector<double> below;
    double total = 0;
    for (const double d : dark.sum) below.push_back(total += d);
    if (!(total > 0)) throw BadInput(path + ": the picture is white all over; expected something dark to draw points from");
    const double unit = 2 * picture_half / std::max(dark.width, dark.height);
    Random random(seed, "points of a picture");
    FilePoints out;
    out.picture = true;
    out.rows = picture_points;
    out.x.resize(picture_points, 2);
    for (int i = 0; i < picture_points; ++i) {
        const auto place = std::min<std::ptrdiff_t>(std::upper_bound(below.begin(), below.end(), random.uniform() * total) - below.begin(), static_cast<std::ptrdiff_t>(below.size()) - 1);
        const double column = static_cast<double>(place % dark.width) + random.uniform(), row = static_cast<double>(place / dark.width) + random.uniform();
        out.x(i, 0) = static_cast<float>((column - dark.width / 2.0) * unit);
        out.x(i, 1) = static_cast<float>((dark.height / 2.0 - row) * unit);
    }
    return out;
}

// A name may lie: whoever unpacks, converts or renames wants to know what is in there.
void expect_kind(const std::string& path, const std::string& expected) {
    std::error_code ignored;
    if (std::filesystem::is_directory(path, ignored)) throw BadInput(path + ": is a folder; expected a file of data");
    const nn::FileKind kind = nn::file_kind(path);
    if (!kind.id.empty() && kind.id != expected) throw BadInput(fmt::format("{}: this is {}, which its name does not say; {}", path, kind.name, kind.remedy));
}

bool cut(const FilePoints& points) { return points.rows > static_cast<std::size_t>(points.x.rows()); }

std::string columns_left_out(const FilePoints& points) {
    if (points.x_column != 0 || points.y_column != 1) {
        std::vector<std::string> rest;
        for (std::size_t i = 0; i < points.columns; ++i)
            if (i != points.x_column && i != points.y_column) rest.push_back(points.names.empty() ? std::to_string(i + 1) : fmt::format("{} '{}'", i + 1, points.names[i]));
        const std::string taken = fmt::format("{} columns: {} and {}, which the header calls x and y, are taken", points.columns, points.x_column + 1, points.y_column + 1);
        return rest.empty() ? taken : fmt::format("{}, column{} {} left out", taken, rest.size() == 1 ? "" : "s", fmt::format("{} {}", fmt::join(rest, ", "), rest.size() == 1 ? "is" : "are"));
    }
    const auto name = [&](std::size_t column) { return points.names.empty() ? std::string() : fmt::format(" '{}'", points.names[column]); };
    const std::string taken = points.names.empty() ? "" : fmt::format(" ('{}', '{}')", points.names[0], points.names[1]);
    const std::string rest = points.columns == 3 ? fmt::format("column 3{} is", name(2)) : points.columns == 4 ? fmt::format("columns 3{} and 4{} are", name(2), name(3)) : fmt::format("columns 3 to {} are", points.columns);
    return fmt::format("{} columns: the first two{} are taken as x and y, {} left out", points.columns, taken, rest);
}

}  // namespace

void PointSample::add(float x, float y) {
    if (x_.size() < most_) {
        x_.push_back(x), y_.push_back(y);
    } else if (const auto i = static_cast<std::size_t>(random_.uniform() * static_cast<double>(seen_ + 1)); i < most_) {
        x_[i] = x, y_[i] = y;
    }
    ++seen_;
}

FilePoints PointSample::finish() const {
    FilePoints out;
    out.rows = seen_;
    out.x.resize(static_cast<Eigen::Index>(x_.size()), 2);
    for (std::size_t i = 0; i < x_.size(); ++i) out.x.row(static_cast<Eigen::Index>(i)) << x_[i], y_[i];
    return out;
}

bool is_data_file(const std::string& path) {
    return std::find(data_endings.begin(), data_endings.end(), ending(path)) != data_endings.end();
}

FilePoints read_data_file(const std::string& path, std::uint64_t seed) {
    const std::string kind = ending(path);
    if (is_data_file(path)) expect_kind(path, kind == ".npy" ? "npy" : kind == ".png" ? "png" : kind == ".jpg" || kind == ".jpeg" ? "jpeg" : "");
    if (kind == ".npy") return read_array(path, seed);
    if (kind == ".png") return from_picture(read_png(path).image, path, seed);
    if (kind == ".jpg" || kind == ".jpeg") return from_picture(read_grey_jpeg(path, picture_side), path, seed);
    if (is_data_file(path)) return read_csv(path, seed);
    throw BadInput(path + ": expected the name of a file of data to end in .csv, .tsv, .txt, .dat, .npy, .png, .jpg or .jpeg");
}

std::string describe(const FilePoints& points, const std::string& path) {
    const std::string name = std::filesystem::path(path).filename().string();
    if (points.picture) return fmt::format("{}: {} points drawn from its darkness", name, points.x.rows());
    const auto n = points.x.rows();
    std::string out = name + ": " + (cut(points) ? fmt::format("{} of its {} points, drawn at random", n, points.rows) : fmt::format("{} point{}", n, n == 1 ? "" : "s"));
    if (points.columns > 2 || points.x_column != 0) out += "; " + columns_left_out(points);
    if (const auto scale = about_scale(points.x); !scale.empty()) out += "; " + scale;
    return out;
}

bool is_warning(const FilePoints& points) { return !points.picture && (cut(points) || points.columns > 2 || points.x_column != 0 || !about_scale(points.x).empty()); }

}  // namespace pf
