#include "app/runtime/options.h"

#include <algorithm>

#include "app/runtime/words.h"
#include "core/math/dataset/datasets.h"
#include "core/math/grid/grids.h"
#include "core/math/schedule/schedules.h"
#include "core/math/sigma/sigmas.h"
#include "core/math/solver/solvers.h"
#include "core/nn/objective.h"

namespace pf {
namespace {

class List final : public Parameters {
public:
    void real(std::string_view id, std::string_view, double& value, Domain domain, Slider, std::string_view meaning) override {
        all.push_back({Option::Kind::real, std::string(id), value, domain, {}, std::string(meaning)});
    }
    void integer(std::string_view id, std::string_view, int& value, Domain domain, Slider, std::string_view meaning) override {
        all.push_back({Option::Kind::integer, std::string(id), static_cast<double>(value), domain, {}, std::string(meaning)});
    }
    void boolean(std::string_view id, std::string_view, bool& value, std::string_view meaning) override {
        all.push_back({Option::Kind::boolean, std::string(id), value ? 1.0 : 0.0, {0, 1}, {}, std::string(meaning)});
    }
    void curve(std::string_view id, std::string_view, CurvePoints& points, const CurveRule& rule, std::string_view meaning) override {
        all.push_back({Option::Kind::curve, std::string(id), 0, rule.domain, points, std::string(meaning)});
    }
    std::vector<Option> all;
};

template <class T>
std::vector<Option> of(Table<T> table, const std::string& id, const std::string& where) {
    return options(*find(table, id, where).make());
}

template <class Entries>
std::vector<std::string_view> ids_of(const Entries& entries) {
    std::vector<std::string_view> out;
    for (const auto& entry : entries) out.push_back(entry.id);
    return out;
}

}  // namespace

std::vector<std::string_view> ids(ChoiceTable table) {
    switch (table) {
        case ChoiceTable::data: return {data_ids().begin(), data_ids().end()};
        case ChoiceTable::schedule: return ids_of(schedules());
        case ChoiceTable::weighting: return ids_of(nn::weightings());
        case ChoiceTable::times: return ids_of(nn::time_samplings());
        case ChoiceTable::sigma: return {sigma_ids().begin(), sigma_ids().end()};
        case ChoiceTable::solver: return ids_of(solvers());
        case ChoiceTable::grid: return ids_of(grids());
    }
    return {};
}

std::vector<Option> options(Configurable& object) {
    List list;
    object.visit(list);
    return list.all;
}

std::vector<Option> options(ChoiceTable table, const std::string& id, const std::string& where) {
    switch (table) {
        case ChoiceTable::data: {
            const auto known = data_ids();
            if (std::find(known.begin(), known.end(), id) == known.end()) throw BadInput(where + ": " + unknown_word(id, known));
            if (std::none_of(datasets().begin(), datasets().end(), [&](const auto& entry) { return entry.id == id; })) return {};
            return of(datasets(), id, where);
        }
        case ChoiceTable::schedule: return of(schedules(), id, where);
        case ChoiceTable::weighting: return of(nn::weightings(), id, where);
        case ChoiceTable::times: return of(nn::time_samplings(), id, where);
        case ChoiceTable::sigma: {
            const auto known = sigma_ids();
            if (std::find(known.begin(), known.end(), id) == known.end()) throw BadInput(where + ": " + unknown_word(id, known));
            return id == "formula" ? std::vector<Option>{} : of(sigmas(), id, where);
        }
        case ChoiceTable::solver: return options(*solver_options(id, where));
        case ChoiceTable::grid: return of(grids(), id, where);
    }
    return {};
}

}  // namespace pf
