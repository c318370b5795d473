#pragma once
#include <cstdint>
#include <string>
#include <string_view>

#include "app/runtime/files/data_file.h"

namespace pf {

// Rows "x y", or "x y label" whose third number is read past (FilePoints::columns), separated by commas, semicolons, tabs or blanks: the first of semicolon, tab, comma that the first row has, or else blanks. One header
// line, whose columns x and y are taken wherever they stand, lines that start with '#' and empty ones are passed over; numbers have a decimal point in every locale. Of more than `most` rows a sample is kept, drawn with
// `seed`. Throws BadInput "<name>: line 3, column 2: …" for what is no text, no number, not finite or outside ±10⁴, and for lines over 1,000 bytes.
class CsvPoints {
public:
    CsvPoints(std::string name, std::size_t most, std::uint64_t seed) : name_(std::move(name)), kept_(most, seed) {}
    // A piece of the text, of any length; lines may be cut anywhere.
    void add(std::string_view piece);
    FilePoints finish();

private:
    void line();
    [[noreturn]] void fail(std::size_t column, const std::string& what) const;
    std::string name_, line_;
    std::size_t number_ = 1;  // of the line being read
    std::size_t columns_ = 0, x_ = 0, y_ = 1;
    std::vector<std::string> names_;  // from the header
    char separator_ = 0;
    bool started_ = false, header_ = false;
    PointSample kept_;
};

// Points pasted as text: such rows, or a JSON list of pairs, [[x, y], …], also without the outer brackets.
FilePoints points_of_text(const std::string& text, const std::string& name, std::size_t most, std::uint64_t seed);

}  // namespace pf
