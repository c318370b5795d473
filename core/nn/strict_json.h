#pragma once
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <vector>

#include "core/math/errors.h"

namespace pf::nn {

using Json = nlohmann::json;

// JSON from a file nobody vouches for: at most eight deep, no key twice. Throws BadInput naming `where`.
inline Json parse_strictly(const std::string& text, const std::string& where) {
    constexpr int max_nesting = 8;
    std::vector<std::set<std::string>> keys;
    const auto watch = [&](int depth, Json::parse_event_t event, Json& parsed) {
        if (depth > max_nesting) throw BadInput(where + ": nested too deeply");
        if (event == Json::parse_event_t::object_start) keys.emplace_back();
        if (event == Json::parse_event_t::object_end) keys.pop_back();
        if (event == Json::parse_event_t::key && !keys.back().insert(parsed.get<std::string>()).second)
            throw BadInput(fmt::format("{}: the key '{}' appears twice", where, parsed.get<std::string>()));
        return true;
    };
    try {
        return Json::parse(text, watch);
    } catch (const Json::exception&) {
        throw BadInput(where + ": not valid JSON");
    }
}

// Takes the keys of one object; finish() refuses those nobody took.
class StrictObject {
public:
    StrictObject(const Json& object, std::string where) : object_(object), where_(std::move(where)) {
        if (!object.is_object()) throw BadInput(where_ + ": expected an object");
    }
    const Json& at(const char* key) {
        const auto it = object_.find(key);
        if (it == object_.end()) throw BadInput(fmt::format("{}: '{}' is missing", where_, key));
        taken_.insert(key);
        return *it;
    }
    bool has(const char* key) const { return object_.contains(key); }
    std::string text(const char* key) {
        const Json& value = at(key);
        if (!value.is_string()) throw BadInput(fmt::format("{}.{}: expected a string", where_, key));
        return value.get<std::string>();
    }
    bool truth(const char* key) {
        const Json& value = at(key);
        if (!value.is_boolean()) throw BadInput(fmt::format("{}.{}: expected true or false", where_, key));
        return value.get<bool>();
    }
    double number(const char* key) { return number(at(key), fmt::format("{}.{}", where_, key)); }
    static double number(const Json& value, const std::string& where) {
        if (!value.is_number()) throw BadInput(where + ": expected a number");
        return value.get<double>();
    }
    // A whole number from 0 up to `max`.
    long count(const char* key, long max) { return count(at(key), max, fmt::format("{}.{}", where_, key)); }
    static long count(const Json& value, long max, const std::string& where) {
        if (!value.is_number_unsigned() || value.get<std::uint64_t>() > static_cast<std::uint64_t>(max))
            throw BadInput(fmt::format("{}: expected a whole number from 0 to {}", where, max));
        return value.get<long>();
    }
    void finish() const {
        for (const auto& [key, value] : object_.items())
            if (!taken_.contains(key)) throw BadInput(fmt::format("{}: unknown key '{}'", where_, key));
    }

private:
    const Json& object_;
    std::string where_;
    std::set<std::string> taken_;
};

}  // namespace pf::nn
