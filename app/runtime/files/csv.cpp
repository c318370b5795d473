#include "app/runtime/files/csv.h"

#include <fmt/format.h>

#include "app/runtime/files/atomic_file.h"
#include "core/math/errors.h"

namespace pf {

Csv::Csv(const std::vector<std::string>& columns) : columns_(columns.size()) { text_ = fmt::format("{}\n", fmt::join(columns, ",")); }

void Csv::row(std::span<const double> values) {
    check(values.size() == columns_, "{} values for {} columns", values.size(), columns_);
    text_ += fmt::format("{}\n", fmt::join(values, ","));
}

void Csv::save(const std::string& path) const { atomic_write(path, text_); }

}  // namespace pf
