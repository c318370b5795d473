#include "core/math/parameters.h"

#include <cmath>
#include <set>

#include "core/math/errors.h"

namespace pf {
namespace {

class Assign final : public Parameters {
public:
    Assign(const ParameterValues& values, const ParameterCurves& curves, std::string_view where) : values_(values), curves_(curves), where_(where) {}

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
    void curve(std::string_view id, std::string_view, CurvePoints& points, const CurveRule& rule, std::string_view) override {
        known_.emplace(id);
        if (values_.contains(id)) throw BadInput(fmt::format("{}.{}: expected points [t, value], got a number", where_, id));
        const auto it = curves_.find(id);
        if (it == curves_.end()) return;
        if (const auto why = why_not(it->second, rule); !why.empty()) throw BadInput(fmt::format("{}.{}: {}", where_, id, why));
        known_curves_.emplace(id);
        points = it->second;
    }
    void refuse_unknown() const {
        for (const auto& [id, value] : values_)
            if (!known_.contains(id)) refuse(id);
        for (const auto& [id, points] : curves_)
            if (!known_curves_.contains(id)) refuse(id);
    }

private:
    [[noreturn]] void refuse(const std::string& id) const {
        std::string list;
        for (const auto& k : known_) list += (list.empty() ? "" : ", ") + k;
        throw BadInput(fmt::format("{}: unknown option '{}' ({})", where_, id, list.empty() ? "it has none" : "known: " + list));
    }
    const double* take(std::string_view id, Domain domain) {
        known_.emplace(id);
        const auto it = values_.find(id);
        if (it == values_.end()) return nullptr;
        if (!(it->second >= domain.min && it->second <= domain.max))
            throw BadInput(fmt::format("{}.{}: {} is outside {} to {}", where_, id, it->second, domain.min, domain.max));
        return &it->second;
    }
    const ParameterValues& values_;
    const ParameterCurves& curves_;
    std::string where_;
    std::set<std::string, std::less<>> known_, known_curves_;
};

class Read final : public Parameters {
public:
    void real(std::string_view id, std::string_view, double& value, Domain, Slider, std::string_view) override { values[std::string(id)] = value; }
    void integer(std::string_view id, std::string_view, int& value, Domain, Slider, std::string_view) override { values[std::string(id)] = value; }
    void boolean(std::string_view id, std::string_view, bool& value, std::string_view) override { values[std::string(id)] = value ? 1 : 0; }
    void curve(std::string_view id, std::string_view, CurvePoints& points, const CurveRule&, std::string_view) override { curves[std::string(id)] = points; }
    ParameterValues values;
    ParameterCurves curves;
};

}  // namespace

std::string why_not(const CurvePoints& points, const CurveRule& rule) {
    if (points.size() < 2 || points.size() > most_curve_points) return fmt::format("expected 2 to {} points [t, value], got {}", most_curve_points, points.size());
    if (points.front()[0] != 0) return fmt::format("the first point must be at t = 0, got {}", points.front()[0]);
    if (points.back()[0] != 1) return fmt::format("the last point must be at t = 1, got {}", points.back()[0]);
    for (std::size_t i = 0; i < points.size(); ++i) {
        const auto [t, value] = points[i];
        if (!(value >= rule.domain.min && value <= rule.domain.max))
            return fmt::format("expected values from {} to {}, got {} at t = {}", rule.domain.min, rule.domain.max, value, t);
        if (i == 0) continue;
        const auto [before, last] = points[i - 1];
        if (!(t > before)) return fmt::format("t must increase from point to point, got {} after {}", t, before);
        if (rule.trend == CurveRule::Trend::rising && value < last) return fmt::format("the curve must not fall, and does from t = {} to {}", before, t);
        if (rule.trend == CurveRule::Trend::falling && value > last) return fmt::format("the curve must not rise, and does from t = {} to {}", before, t);
    }
    if (rule.last && points.back()[1] != *rule.last) return fmt::format("the curve must end in {} at t = 1, got {}", *rule.last, points.back()[1]);
    return {};
}

void assign(Configurable& object, const ParameterValues& values, std::string_view where, const ParameterCurves& curves) {
    Assign visitor(values, curves, where);
    object.visit(visitor);
    visitor.refuse_unknown();
    if (const auto why = object.settle(); !why.empty()) throw BadInput(fmt::format("{}{}", where, why));
}

ParameterValues read(Configurable& object) {
    Read visitor;
    object.visit(visitor);
    return visitor.values;
}

ParameterCurves read_curves(Configurable& object) {
    Read visitor;
    object.visit(visitor);
    return visitor.curves;
}

}  // namespace pf
