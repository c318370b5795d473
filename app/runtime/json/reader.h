#pragma once
#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "app/runtime/limits.h"

namespace pf {

class JsonObject;

// One value of a document and the path that leads to it. Getters are strict: a wrong type, a fraction where a whole number belongs, or a
// number outside its range throws BadInput "<file>: <path>: expected …, got …". Nothing is narrowed or clamped.
class JsonValue {
public:
    JsonValue(const nlohmann::json& value, const std::string& file, std::string path) : value_(&value), file_(&file), path_(std::move(path)) {}

    double real() const;
    std::int64_t whole(WholeRange range) const;
    int integer(WholeRange range) const { return static_cast<int>(whole(range)); }
    bool boolean() const;
    std::string text() const;
    std::vector<JsonValue> elements(WholeRange count) const;
    JsonObject object() const;

    bool is_text() const { return value_->is_string(); }
    const nlohmann::json& document() const { return *value_; }
    bool is_null() const { return value_->is_null(); }
    const std::string& path() const { return path_; }
    [[noreturn]] void fail(const std::string& message) const;

private:
    friend class JsonObject;
    std::string got() const;
    const nlohmann::json* value_;
    const std::string* file_;
    std::string path_;
};

// The keys of an object; those nobody asked for are refused by finish().
class JsonObject {
public:
    explicit JsonObject(JsonValue value) : value_(std::move(value)) {}

    std::optional<JsonValue> find(std::string_view key);
    JsonValue at(std::string_view key);  // refuses a missing one
    std::vector<std::pair<std::string, JsonValue>> entries();  // all of them, by name
    void finish() const;

    // Reads into `target` if the key is there.
    void real(std::string_view key, double& target);
    void integer(std::string_view key, int& target, WholeRange range);
    void boolean(std::string_view key, bool& target);
    void text(std::string_view key, std::string& target);

    const JsonValue& value() const { return value_; }

private:
    JsonValue value_;
    std::vector<std::string> known_;
};

}  // namespace pf
