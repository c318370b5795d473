#include "core/math/parameters.h"

#include <cmath>
#include <set>

#include "core/math/errors.h"

namespace pf {
namespace {

class Assign final : public Parameters {
public:
    Assign(const ParameterValues& values, std::string_view where) : values_(values), where_(where) {}

    void real(std::string_view id, std::string_view, double& value, Domain domain, Slider, std::string_view) override {
        if (const double* given = take(id, domain)) value = *given;
    }
    void integer(std::string_view id, std::string_view, int& value, Domain domain, Slider, std::string_view) override {
        if (const double* given = take(id, domain)) {
            if (*given != std::floor(*given)) throw BadInput(fmt::format("{}.{}: {} is not a whole number", where_, id, *given));
            value = static_cast<int>(*given);
        }
    }
    void boolean(std::string_view id, std::string_view, bool& value, std::string_view) override {
        if (const double* given = take(id, {0, 1})) {
            if (*given != 0 && *given != 1) throw BadInput(fmt::format("{}.{}: expected true or false", where_, id));
            value = *given == 1;
        }
    }
    void refuse_unknown() const {
        for (const auto& [id, value] : values_)
            if (!known_.contains(id)) {
                std::string list;
                for (const auto& k : known_) list += (list.empty() ? "" : ", ") + k;
                throw BadInput(fmt::format("{}: unknown option '{}' ({})", where_, id, list.empty() ? "it has none" : "known: " + list));
            }
    }

private:
    const double* take(std::string_view id, Domain domain) {
        known_.emplace(id);
        const auto it = values_.find(id);
        if (it == values_.end()) return nullptr;
        if (!(it->second >= domain.min && it->second <= domain.max))
            throw BadInput(fmt::format("{}.{}: {} is outside {} to {}", where_, id, it->second, domain.min, domain.max));
        return &it->second;
    }
    const ParameterValues& values_;
    std::string where_;
    std::set<std::string, std::less<>> known_;
};

class Read final : public Parameters {
public:
    void real(std::string_view id, std::string_view, double& value, Domain, Slider, std::string_view) override { values[std::string(id)] = value; }
    void integer(std::string_view id, std::string_view, int& value, Domain, Slider, std::string_view) override { values[std::string(id)] = value; }
    void boolean(std::string_view id, std::string_view, bool& value, std::string_view) override { values[std::string(id)] = value ? 1 : 0; }
    ParameterValues values;
};

}  // namespace

void assign(Configurable& object, const ParameterValues& values, std::string_view where) {
    Assign visitor(values, where);
    object.visit(visitor);
    visitor.refuse_unknown();
}

ParameterValues read(Configurable& object) {
    Read visitor;
    object.visit(visitor);
    return visitor.values;
}

}  // namespace pf
