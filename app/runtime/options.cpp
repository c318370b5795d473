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
    void real(std::string_view id, std::string_view, double& value, Domain domain, Slider, std::string_view) override {
        all.push_back({Option::Kind::real, std::string(id), value, domain});
    }
    void integer(std::string_view id, std::string_view, int& value, Domain domain, Slider, std::string_view) override {
        all.push_back({Option::Kind::integer, std::string(id), static_cast<double>(value), domain});
    }
    void boolean(std::string_view id, std::string_view, bool& value, std::string_view) override {
        all.push_back({Option::Kind::boolean, std::string(id), value ? 1.0 : 0.0, {0, 1}});
    }
    void curve(std::string_view id, std::string_view, CurvePoints& points, const CurveRule& rule, std::string_view) override {
        all.push_back({Option::Kind::curve, std::string(id), 0, rule.domain, points});
    }
    std::vector<Option> all;
};

template <class T>
std::vector<Option> of(Table<T> table, const std::string& id, const std::string& where) {
    return options(*find(table, id, where).make());
}

}  // namespace

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
