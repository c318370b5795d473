#include "app/runtime/files/csv.h"

#include <fmt/format.h>

#include <cmath>

#include "app/runtime/files/atomic_file.h"
#include "core/math/errors.h"

namespace pf {

Csv::Csv(const std::vector<std::string>& columns) : columns_(columns.size()) { text_ = fmt::format("{}\n", fmt::join(columns, ",")); }

void Csv::row(std::span<const double> values) {
    check(values.size() == columns_, "{} values for {} columns", values.size(), columns_);
    text_ += fmt::format("{}\n", fmt::join(values, ","));
}

std::string Csv::cell(double value) { return std::isfinite(value) ? fmt::to_string(value) : ""; }

void Csv::row(std::span<const std::string> cells) {
    check(cells.size() == columns_, "{} values for {} columns", cells.size(), columns_);
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

void Csv::save(const std::string& path) const { atomic_write(path, text_); }

}  // namespace pf
