#include <algorithm>
#include <cctype>
#include <cmath>
#include <set>

#include "core/math/dataset/datasets.h"
#include "core/math/grid/grids.h"
#include "core/math/schedule/schedules.h"
#include "core/math/sigma/sigmas.h"
#include "core/math/solver/solvers.h"
#include "tests/catch.h"

using namespace pf;

namespace {

struct Declared {
    std::string id;
    double value;
    Domain domain;
    Slider slider;
};

bool legal(std::string_view id) {
    return !id.empty() && std::islower(static_cast<unsigned char>(id[0])) &&
           std::all_of(id.begin(), id.end(), [](unsigned char c) { return std::islower(c) || std::isdigit(c) || c == '_'; });
}

class Collect final : public Parameters {
public:
    void real(std::string_view id, std::string_view symbol, double& value, Domain domain, Slider slider, std::string_view meaning) override {
        add(id, symbol, meaning, value, domain, slider);
    }
    void integer(std::string_view id, std::string_view symbol, int& value, Domain domain, Slider slider, std::string_view meaning) override {
        add(id, symbol, meaning, value, domain, slider);
    }
    void boolean(std::string_view id, std::string_view symbol, bool& value, std::string_view meaning) override {
        add(id, symbol, meaning, value ? 1 : 0, {0, 1}, {0, 1});
    }
    void curve(std::string_view id, std::string_view symbol, CurvePoints& points, const CurveRule& rule, std::string_view meaning) override {
        CHECK_FALSE(symbol.empty());
        CHECK_FALSE(meaning.empty());
        CHECK(legal(id));
        CHECK(why_not(points, rule).empty());
        curves.emplace_back(id, rule);
    }
    std::vector<Declared> options;
    std::vector<std::pair<std::string, CurveRule>> curves;

private:
    void add(std::string_view id, std::string_view symbol, std::string_view meaning, double value, Domain domain, Slider slider) {
        CHECK_FALSE(symbol.empty());
        CHECK_FALSE(meaning.empty());
        options.push_back({std::string(id), value, domain, slider});
    }
};

// What BadInput says, or "" if nothing was thrown.
template <class Function>
std::string complaint(Function function) {
    try {
        function();
    } catch (const BadInput& error) {
        return error.what();
    }
    return "";
}

bool contains(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }

template <class T>
void sweep(Table<T> table) {
    std::set<std::string_view> ids;
    for (const Entry<T>& entry : table) {
        CAPTURE(entry.id);
        CHECK(legal(entry.id));
        CHECK(ids.insert(entry.id).second);
        CHECK_FALSE(entry.label.empty());
        CHECK_FALSE(entry.meaning.empty());

        Collect declared;
        entry.make()->visit(declared);
        std::set<std::string> keys;
        for (const Declared& option : declared.options) {
            CAPTURE(option.id);
            CHECK(legal(option.id));
            CHECK(keys.insert(option.id).second);
            CHECK(option.domain.min <= option.slider.min);
            CHECK(option.slider.min < option.slider.max);
            CHECK(option.slider.max <= option.domain.max);
            CHECK((option.value >= option.slider.min && option.value <= option.slider.max));
            if (option.slider.logarithmic) CHECK(option.slider.min > 0);

            for (const double end : {option.domain.min, option.domain.max}) {
                auto object = build(table, {std::string(entry.id), {{option.id, end}}}, "here");
                CHECK(read(*object).at(option.id) == end);
            }
            for (const double bad : {option.domain.min - 1, option.domain.max + 1, std::nan(""), HUGE_VAL}) {
                const std::string message = complaint([&] { build(table, {std::string(entry.id), {{option.id, bad}}}, "here"); });
                CHECK(contains(message, "here." + option.id));
            }
        }

        for (const auto& [id, rule] : declared.curves) {
            CAPTURE(id);
            const double last = rule.last ? *rule.last : rule.domain.min, above = rule.domain.max + 1;
            for (const CurvePoints& bad : {CurvePoints{}, {{0, last}}, {{0.1, last}, {1, last}}, {{0, last}, {0.9, last}}, {{0, last}, {0.5, last}, {0.5, last}, {1, last}}, {{0, above}, {1, above}},
                                           {{0, last}, {std::nan(""), last}, {1, last}}, {{0, std::nan("")}, {1, last}}})
                CHECK(contains(complaint([&] { build(table, {std::string(entry.id), {}, {{id, bad}}}, "here"); }), "here." + id + ": "));
            CHECK(contains(complaint([&] { build(table, {std::string(entry.id), {{id, 1}}}, "here"); }), "here." + id + ": expected points"));
            const auto object = build(table, {std::string(entry.id), {}, read_curves(*entry.make())}, "here");
            CHECK(read_curves(*object) == read_curves(*entry.make()));
        }
        CHECK(contains(complaint([&] { build(table, {std::string(entry.id), {}, {{"no_such_curve", {{0, 0}, {1, 1}}}}}, "here"); }), "here: unknown option 'no_such_curve'"));

        const std::string message = complaint([&] { build(table, {std::string(entry.id), {{"no_such_option", 1}}}, "here"); });
        CHECK(contains(message, "here: unknown option 'no_such_option'"));
        for (const Declared& option : declared.options) CHECK(contains(message, option.id));
    }
    const std::string message = complaint([&] { build(table, {"no_such_id", {}}, "here"); });
    CHECK(contains(message, "here: unknown id 'no_such_id'"));
    for (const Entry<T>& entry : table) CHECK(contains(message, entry.id));
}

}  // namespace

TEST_CASE("every table entry declares legal options, takes their domain and refuses the rest") {
    SECTION("data sets") { sweep(datasets()); }
    SECTION("schedules") { sweep(schedules()); }
    SECTION("sigmas") { sweep(sigmas()); }
    SECTION("time grids") { sweep(grids()); }
    SECTION("solvers") {
        // Their options under the sweep of the tables: one entry per solver.
        std::vector<Entry<Configurable>> all;
#define X(id, Method, label, meaning) all.push_back({#id, label, meaning, []() -> std::unique_ptr<Configurable> { return std::make_unique<Method>(); }});
        PF_SOLVERS(X)
#undef X
        sweep(Table<Configurable>(all));
    }
}

TEST_CASE("a whole number is asked for where one is meant") {
    CHECK(contains(complaint([] { build(datasets(), {"rings", {{"count", 2.5}}}, "data"); }), "data.count: 2.5 is not a whole number"));
}
