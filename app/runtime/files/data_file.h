#pragma once
#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "core/math/random.h"

namespace pf {

// What a file says of a data set.
struct FilePoints {
    Points x;
    std::size_t rows = 0;      // that the file has; more than x has when a sample was taken
    bool picture = false;      // drawn from its darkness
    std::size_t columns = 2;   // that the rows have
    std::size_t x_column = 0, y_column = 1;  // of these: those a header calls x and y, or the first two
    std::vector<std::string> names;  // of the columns, from the header; empty: it had none
};

// Keeps a uniform sample of at most `most` of the rows that pass by; all of them, in order, while they fit. (Vitter 1985, algorithm R.)
class PointSample {
public:
    PointSample(std::size_t most, std::uint64_t seed) : most_(most), random_(seed, "sample of a file") {}
    void add(float x, float y);
    std::size_t seen() const { return seen_; }
    FilePoints finish() const;

private:
    std::size_t most_, seen_ = 0;
    Random random_;
    std::vector<float> x_, y_;
};

// Files of data by the end of their name, in either case.
inline constexpr std::array data_endings{".csv", ".tsv", ".txt", ".dat", ".npy", ".png", ".jpg", ".jpeg"};
bool is_data_file(const std::string& path);

// Reads one. CSV: csv_points.h. NPY: float32, float64 or whole numbers, [N, 2] or more columns, of which the first two count. PNG and JPEG: darkness is density, transparent
// is white; 5,000 points, each somewhere inside its pixel, the longer side of the picture 6 units about the origin. At most 20,000 points; of more rows a sample drawn
// with `seed`. At most 64 MB of text, four million numbers, 16,384 pixels a side and 64 million in all. Takes up to a second or two, so call it from a worker.
// Throws BadInput "<path>: …", which names what the file is where its contents are of another kind than its name says.
FilePoints read_data_file(const std::string& path, std::uint64_t seed);

// One sentence: what was taken of the file, which columns were left out, and whether networks can learn it as it is (point_scale.h):
// "points.csv: 20000 of its 51234 points, drawn at random".
std::string describe(const FilePoints& points, const std::string& path);
// Whether that sentence says more than that all is well.
bool is_warning(const FilePoints& points);

}  // namespace pf
