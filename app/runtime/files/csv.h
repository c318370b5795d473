#pragma once
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace pf {

// Comma-separated values with a header line, decimal points in every locale, numbers that read back to the same bits.
class Csv {
public:
    explicit Csv(const std::vector<std::string>& columns);
    void row(std::span<const double> values);  // as many as columns
    // Cells as text: in quotes where they hold commas, quotes or line ends (RFC 4180). cell() writes a number, or nothing where it is not finite.
    void row(std::span<const std::string> cells);
    static std::string cell(double value);
    const std::string& text() const { return text_; }
    void save(const std::string& path) const;  // atomically

private:
    std::size_t columns_;
    std::string text_;
};

}  // namespace pf
