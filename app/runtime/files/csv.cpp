#include "app/runtime/files/csv.h"

#include <fmt/format.h>

#include <charconv>
#include <cmath>
#include <limits>

#include "app/runtime/files/atomic_file.h"
#include "app/runtime/files/npz.h"
#include "core/math/errors.h"

namespace pf {

Csv::Csv(const std::vector<std::string>& columns) : columns_(columns) { text_ = fmt::format("{}\n", fmt::join(columns, ",")); }

void Csv::row(std::span<const double> values) {
    check(values.size() == columns_.size(), "{} values for {} columns", values.size(), columns_.size());
    text_ += fmt::format("{}\n", fmt::join(values, ","));
    std::vector<std::string>& cells = rows_.emplace_back();
    for (const double value : values) cells.push_back(fmt::to_string(value));
}

std::string Csv::cell(double value) { return std::isfinite(value) ? fmt::to_string(value) : ""; }

void Csv::row(std::span<const std::string> cells) {
    check(cells.size() == columns_.size(), "{} values for {} columns", cells.size(), columns_.size());
    rows_.emplace_back(cells.begin(), cells.end());
    std::string line;
    for (const std::string& cell : cells) {
        if (&cell != cells.data()) line += ',';
        if (cell.find_first_of(",\"\r\n") == std::string::npos) {
            line += cell;
            continue;
        }
        line += '"';
        for (const char c : cell) line += c == '"' ? std::string("\"\"") : std::string(1, c);
        line += '"';
    }
    text_ += line + '\n';
}

void Csv::save(const std::string& path) const {
    if (path.ends_with(".npz")) save_arrays(path);
    else atomic_write(path, text_);
}

void Csv::save_arrays(const std::string& path) const {
    NpzWriter npz(path);
    for (std::size_t column = 0; column < columns_.size(); ++column) {
        std::vector<double> numbers;
        std::vector<std::string> texts;
        for (const auto& row : rows_) {
            const std::string& cell = row[column];
            double value = std::numeric_limits<double>::quiet_NaN();
            const auto read = std::from_chars(cell.data(), cell.data() + cell.size(), value);
            if (cell.empty() || (read.ec == std::errc() && read.ptr == cell.data() + cell.size())) numbers.push_back(value);
            texts.push_back(cell);
        }
        if (numbers.size() == rows_.size()) npz.add(columns_[column], {numbers.size()}, numbers.data());
        else npz.add_texts(columns_[column], texts);
    }
    npz.finish();
}

}  // namespace pf
