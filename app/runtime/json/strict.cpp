#include "app/runtime/json/strict.h"

#include <algorithm>
#include <array>
#include <fstream>
#include <set>
#include <vector>

#include "app/runtime/words.h"
#include "core/math/errors.h"

namespace pf {
namespace {

// Looks at every token and keeps nothing, so that no tree is built of a document that is refused.
class Scan {
public:
    Scan(const std::string& text, const std::string& name) : text_(text), name_(name) {}

    bool null() { return value(); }
    bool boolean(bool) { return value(); }
    bool number_integer(std::int64_t) { return value(); }
    bool number_unsigned(std::uint64_t) { return value(); }
    bool number_float(double, const std::string&) { return value(); }
    bool string(std::string&) { return value(); }
    bool binary(std::vector<std::uint8_t>&) { return value(); }
    bool start_object(std::size_t) { return open(false); }
    bool start_array(std::size_t) { return open(true); }
    bool end_object() { return close(); }
    bool end_array() { return close(); }
    bool key(std::string& key) {
        auto& level = levels_.back();
        if (!level.keys.insert(key).second) {
            level.key.clear();
            fail(fmt::format("the key '{}' stands there twice", quotable(key)));
        }
        level.key = key;
        return true;
    }
    bool parse_error(std::size_t position, const std::string&, const nlohmann::json::exception& error) {
        std::string why = error.what();
        if (const auto end = why.find("] "); end != std::string::npos) why.erase(0, end + 2);
        if (const auto end = why.find(": "); why.starts_with("parse error") && end != std::string::npos) why.erase(0, end + 2);
        if (why.find("number overflow") != std::string::npos) fail("the number is too large");
        const auto before = text_.substr(0, std::min(position > 0 ? position - 1 : 0, text_.size()));
        const auto line = std::count(before.begin(), before.end(), '\n') + 1;
        const auto column = before.size() - (before.rfind('\n') == std::string::npos ? 0 : before.rfind('\n') + 1) + 1;
        for (char& c : why)
            if (c < 0x20 || c > 0x7E) c = '?';
        throw BadInput(fmt::format("{}: line {}, column {}: not JSON ({})", name_, line, column, why.substr(0, 200)));
    }

private:
    struct Level {
        bool array = false;
        std::size_t index = 0;
        std::string key;
        std::set<std::string> keys;
    };
    bool value() {
        if (!levels_.empty() && levels_.back().array) ++levels_.back().index;
        return true;
    }
    bool open(bool array) {
        if (levels_.size() == max_json_depth) fail(fmt::format("nested deeper than {} levels", max_json_depth));
        levels_.push_back({array, 0, {}, {}});
        return true;
    }
    bool close() {
        levels_.pop_back();
        return value();
    }
    [[noreturn]] void fail(const std::string& message) const {
        std::string path;
        for (const auto& level : levels_) {
            if (path.size() > 200) break;
            if (level.array) path += fmt::format("[{}]", level.index);
            else if (!level.key.empty()) path += fmt::format("{}{}", path.empty() ? "" : ".", quotable(level.key));
        }
        throw BadInput(fmt::format("{}: {}{}{}", name_, path, path.empty() ? "" : ": ", message));
    }

    const std::string& text_;
    const std::string& name_;
    std::vector<Level> levels_;
};

}  // namespace

nlohmann::json parse_strict(const std::string& text, const std::string& name) {
    if (text.size() > max_json_bytes) throw BadInput(fmt::format("{}: {} bytes, expected at most {}", name, text.size(), max_json_bytes));
    Scan scan(text, name);
    nlohmann::json::sax_parse(text, &scan);
    return nlohmann::json::parse(text);
}

std::string json_text(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    std::string out;
    std::array<char, 1 << 16> piece;
    while (file && out.size() <= max_json_bytes) {
        file.read(piece.data(), static_cast<std::streamsize>(std::min(piece.size(), max_json_bytes + 1 - out.size())));
        out.append(piece.data(), static_cast<std::size_t>(file.gcount()));
    }
    return out;
}

}  // namespace pf
