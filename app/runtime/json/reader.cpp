#include "app/runtime/json/reader.h"

#include <algorithm>
#include <cmath>

#include "app/runtime/words.h"
#include "core/math/errors.h"

namespace pf {

void JsonValue::fail(const std::string& message) const {
    throw BadInput(fmt::format("{}: {}{}{}", *file_, path_, path_.empty() ? "" : ": ", message));
}

std::string JsonValue::got() const {
    if (value_->is_object()) return "an object";
    if (value_->is_array()) return "a list";
    if (value_->is_string()) return fmt::format("the text '{}'", quotable(value_->get_ref<const std::string&>()));
    return quotable(value_->dump());
}

double JsonValue::real() const {
    if (!value_->is_number()) fail("expected a number, got " + got());
    return value_->get<double>();
}

std::int64_t JsonValue::whole(WholeRange range) const {
    const auto refuse = [&] { fail(expected_whole(range, got())); };
    std::int64_t out = 0;
    if (value_->is_number_float()) {
        const double value = value_->get<double>();
        if (value != std::floor(value) || std::abs(value) > 9007199254740992.0) refuse();
        out = static_cast<std::int64_t>(value);
    } else if (value_->is_number_unsigned()) {
        const auto value = value_->get<std::uint64_t>();
        if (value > static_cast<std::uint64_t>(INT64_MAX)) refuse();
        out = static_cast<std::int64_t>(value);
    } else if (value_->is_number_integer()) {
        out = value_->get<std::int64_t>();
    } else {
        refuse();
    }
    if (out < range.min || out > range.max) refuse();
    return out;
}

bool JsonValue::boolean() const {
    if (!value_->is_boolean()) fail("expected true or false, got " + got());
    return value_->get<bool>();
}

std::string JsonValue::text() const {
    if (!value_->is_string()) fail("expected a text, got " + got());
    return value_->get<std::string>();
}

std::vector<JsonValue> JsonValue::elements(WholeRange count) const {
    if (!value_->is_array()) fail("expected a list, got " + got());
    const auto n = static_cast<std::int64_t>(value_->size());
    if (n < count.min || n > count.max)
        fail(count.min == count.max ? fmt::format("expected {} entries, got {}", count.min, n)
                                    : fmt::format("expected {} to {} entries, got {}", count.min, count.max, n));
    std::vector<JsonValue> out;
    for (std::size_t i = 0; i < value_->size(); ++i) out.emplace_back((*value_)[i], *file_, fmt::format("{}[{}]", path_, i));
    return out;
}

JsonObject JsonValue::object() const {
    if (!value_->is_object()) fail("expected an object, got " + got());
    return JsonObject(*this);
}

std::optional<JsonValue> JsonObject::find(std::string_view key) {
    known_.emplace_back(key);
    const auto it = value_.value_->find(std::string(key));
    if (it == value_.value_->end()) return std::nullopt;
    return JsonValue(*it, *value_.file_, value_.path_.empty() ? std::string(key) : fmt::format("{}.{}", value_.path_, key));
}

JsonValue JsonObject::at(std::string_view key) {
    auto found = find(key);
    if (!found) value_.fail(fmt::format("the key '{}' is missing", key));
    return *found;
}

std::vector<std::pair<std::string, JsonValue>> JsonObject::entries() {
    std::vector<std::pair<std::string, JsonValue>> out;
    for (const auto& item : value_.value_->items()) out.emplace_back(item.key(), *find(item.key()));
    return out;
}

void JsonObject::finish() const {
    for (const auto& [key, value] : value_.value_->items())
        if (std::find(known_.begin(), known_.end(), key) == known_.end())
            value_.fail(fmt::format("unknown key '{}' (known: {})", quotable(key), fmt::join(known_, ", ")));
}

void JsonObject::real(std::string_view key, double& target) {
    if (const auto value = find(key)) target = value->real();
}
void JsonObject::integer(std::string_view key, int& target, WholeRange range) {
    if (const auto value = find(key)) target = value->integer(range);
}
void JsonObject::boolean(std::string_view key, bool& target) {
    if (const auto value = find(key)) target = value->boolean();
}
void JsonObject::text(std::string_view key, std::string& target) {
    if (const auto value = find(key)) target = value->text();
}

}  // namespace pf
