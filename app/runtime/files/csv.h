#pragma once
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace pf {

// A table: comma-separated values with a header line, decimal points in every locale, numbers that read back to the same bits; or, by the ending of the
// name, an NPZ with an array a column.
class Csv {
public:
    explicit Csv(const std::vector<std::string>& columns);
    void row(std::span<const double> values);  // as many as columns
    // Cells as text: in quotes where they hold commas, quotes or line ends (RFC 4180). cell() writes a number, or nothing where it is not finite.
    void row(std::span<const std::string> cells);
    static std::string cell(double value);
    const std::string& text() const { return text_; }
    // Atomically. NPZ: columns of numbers as float64, empty cells as NaN; others as text.
    void save(const std::string& path) const;

private:
    void save_arrays(const std::string& path) const;
    std::vector<std::string> columns_;
    std::vector<std::vector<std::string>> rows_;  // cells
    std::string text_;
};

}  // namespace pf
