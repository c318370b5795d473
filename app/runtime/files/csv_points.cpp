#include "app/runtime/files/csv_points.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <optional>

#include "app/runtime/json/reader.h"
#include "app/runtime/json/strict.h"
#include "app/runtime/limits.h"
#include "app/runtime/words.h"
#include "core/math/errors.h"

namespace pf {
namespace {

constexpr std::size_t longest_line = 1000;

std::string_view trimmed(std::string_view text) {
    const auto first = text.find_first_not_of(" \t\r"), last = text.find_last_not_of(" \t\r");
    return first == std::string_view::npos ? std::string_view{} : text.substr(first, last - first + 1);
}

std::string_view unquoted(std::string_view field) {
    return field.size() > 1 && field.front() == '"' && field.back() == '"' ? trimmed(field.substr(1, field.size() - 2)) : field;
}

// from_chars knows no locale.
std::optional<double> number(std::string_view field) {
    field = unquoted(field);
    if (field.starts_with('+')) field.remove_prefix(1);
    double value = 0;
    const auto [end, error] = std::from_chars(field.data(), field.data() + field.size(), value);
    if (error == std::errc::result_out_of_range && end == field.data() + field.size()) return HUGE_VAL;
    if (error != std::errc{} || end != field.data() + field.size() || field.empty()) return {};
    return value;
}

char separator_of(std::string_view line) {
    for (const char c : {';', '\t', ','})
        if (line.find(c) != std::string_view::npos) return c;
    return ' ';
}

std::vector<std::string_view> split(std::string_view line, char separator) {
    std::vector<std::string_view> out;
    if (separator != ' ') {
        for (std::size_t at = 0; at <= line.size();) {
            const auto end = std::min(line.find(separator, at), line.size());
            out.push_back(trimmed(line.substr(at, end - at)));
            at = end + 1;
        }
        return out;
    }
    for (std::size_t at = line.find_first_not_of(' '); at != std::string_view::npos;) {
        const auto end = std::min(line.find(' ', at), line.size());
        out.push_back(line.substr(at, end - at));
        at = line.find_first_not_of(' ', end);
    }
    return out;
}

}  // namespace

void CsvPoints::fail(std::size_t column, const std::string& what) const {
    throw BadInput(column == 0 ? fmt::format("{}: line {}: {}", name_, number_, what) : fmt::format("{}: line {}, column {}: {}", name_, number_, column, what));
}

void CsvPoints::add(std::string_view piece) {
    if (!started_ && !piece.empty()) {
        started_ = true;
        if (piece.starts_with("\xFF\xFE") || piece.starts_with("\xFE\xFF")) fail(0, "UTF-16 text; expected UTF-8 or ASCII");
        if (piece.starts_with("\xEF\xBB\xBF")) piece.remove_prefix(3);
    }
    while (!piece.empty()) {
        const auto end = piece.find_first_of("\r\n");
        const auto part = piece.substr(0, end);
        if (line_.size() + part.size() > longest_line) fail(0, fmt::format("longer than {} bytes; expected x and y, and perhaps a third column, which is left out", longest_line));
        line_ += part;
        if (end == std::string_view::npos) return;
        line();
        // "\r\n" is one end of a line, "\r" alone is one too.
        if (piece[end] == '\n' || (end + 1 < piece.size() && piece[end + 1] != '\n')) ++number_;
        piece.remove_prefix(end + 1);
    }
}

void CsvPoints::line() {
    const std::string whole = std::exchange(line_, {});
    if (whole.find('\0') != std::string::npos) fail(0, "a NUL byte; expected text");
    const std::string_view text = trimmed(whole);
    if (text.empty() || text.front() == '#') return;
    if (separator_ == 0) separator_ = separator_of(text);
    const auto fields = split(text, separator_);
    std::vector<std::optional<double>> values;
    for (const auto field : fields) values.push_back(number(field));
    const bool no_number = std::none_of(values.begin(), values.end(), [](const auto& v) { return v.has_value(); });
    if (no_number && !header_ && kept_.seen() == 0) {
        header_ = true;
        separator_ = 0;  // the rows may have another
        for (const auto field : fields) names_.push_back(quotable(unquoted(field)));
        const auto named = [&](char small, char large) {
            const auto found = std::find_if(names_.begin(), names_.end(), [&](const std::string& name) { return name.size() == 1 && (name[0] == small || name[0] == large); });
            return static_cast<std::size_t>(found - names_.begin());
        };
        if (const std::size_t x = named('x', 'X'), y = named('y', 'Y'); x < names_.size() && y < names_.size()) x_ = x, y_ = y;
        return;
    }
    for (std::size_t i = 0; i < fields.size(); ++i)
        if (!values[i]) fail(i + 1, fmt::format("'{}' is not a number; numbers have a decimal point", quotable(fields[i])));
    const std::string width = fmt::format("{} column{}", fields.size(), fields.size() == 1 ? "" : "s");
    if (fields.size() != 2 && fields.size() != 3) fail(0, width + "; expected 2 (x, y), or 3, of which the third is left out");
    if (columns_ != 0 && fields.size() != columns_) fail(0, fmt::format("{}; the rows above have {}", width, columns_));
    columns_ = fields.size();
    if (std::max(x_, y_) >= columns_) x_ = 0, y_ = 1;  // the header has columns of which the rows know nothing
    for (const std::size_t i : {x_, y_})
        if (!(std::abs(*values[i]) <= limits::coordinate.max)) fail(i + 1, fmt::format("'{}' is outside {} … {}", quotable(fields[i]), limits::coordinate.min, limits::coordinate.max));
    kept_.add(static_cast<float>(*values[x_]), static_cast<float>(*values[y_]));
}

FilePoints CsvPoints::finish() {
    line();
    if (kept_.seen() == 0) throw BadInput(name_ + ": no rows of numbers; expected two columns, x and y");
    FilePoints out = kept_.finish();
    out.columns = columns_;
    if (names_.size() == columns_) out.names = names_;
    out.x_column = x_, out.y_column = y_;
    return out;
}

FilePoints points_of_text(const std::string& text, const std::string& name, std::size_t most, std::uint64_t seed) {
    constexpr const char* blank = " \t\r\n";
    const auto start = text.find_first_not_of(blank);
    if (start == std::string::npos || text[start] != '[') {
        CsvPoints rows(name, most, seed);
        rows.add(text);
        return rows.finish();
    }
    // "[1, 2], [3, 4]" is the inside of a list.
    const auto inner = text.find_first_not_of(blank, start + 1);
    const bool listed = inner != std::string::npos && text[inner] == '[';
    PointSample kept(most, seed);
    const auto document = parse_strict(listed ? text : "[" + text + "]", name);
    for (const JsonValue& pair : JsonValue(document, name, "").elements({1, static_cast<std::int64_t>(max_json_bytes)})) {
        const auto both = pair.elements({2, 2});
        const double x = both[0].real(), y = both[1].real();
        if (!(std::abs(x) <= limits::coordinate.max && std::abs(y) <= limits::coordinate.max)) pair.fail(fmt::format("outside {} … {}", limits::coordinate.min, limits::coordinate.max));
        kept.add(static_cast<float>(x), static_cast<float>(y));
    }
    return kept.finish();
}

}  // namespace pf
