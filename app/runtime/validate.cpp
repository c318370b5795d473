#include <algorithm>
#include <cmath>
#include <set>

#include "app/runtime/formula/formula_data.h"
#include "app/runtime/formula/formula_field.h"
#include "app/runtime/limits.h"
#include "app/runtime/processes.h"
#include "app/runtime/scene.h"
#include "app/runtime/sigma_shape.h"
#include "app/runtime/words.h"
#include "core/math/dataset/datasets.h"
#include "core/math/grid/grids.h"
#include "core/math/schedule/schedules.h"
#include "core/math/solver/solvers.h"
#include "core/nn/objective.h"

namespace pf {
namespace {

// Checks one scene; every message starts with "<where>: <path of the key>: ".
class Validator {
public:
    Validator(const Scene& scene, const std::string& where) : scene_(scene), where_(where) {}

    void run() {
        text("title", scene_.title, limits::title);
        text("sentence", scene_.sentence, limits::sentence);
        whole("seed", static_cast<std::int64_t>(std::min<std::uint64_t>(scene_.seed, INT64_MAX)), limits::seed);
        data("data", scene_.data);
        if (scene_.source) data("source", *scene_.source);
        count("models", scene_.models.size(), limits::models);
        count("lanes", scene_.lanes.size(), limits::lanes);
        std::set<std::string> names;
        for (std::size_t i = 0; i < scene_.models.size(); ++i) {
            const auto path = fmt::format("models[{}]", i);
            model(path, scene_.models[i]);
            if (!names.insert(scene_.models[i].name).second)
                fail(path + ".name", fmt::format("'{}' is the name of an earlier model; names must differ", scene_.models[i].name));
        }
        for (std::size_t i = 0; i < scene_.lanes.size(); ++i) lane(fmt::format("lanes[{}]", i), scene_.lanes[i]);
        view();
    }

private:
    [[noreturn]] void fail(const std::string& path, const std::string& message) const {
        throw BadInput(fmt::format("{}: {}: {}", where_, path, message));
    }
    void text(const std::string& path, const std::string& value, std::size_t longest) const {
        if (value.size() > longest) fail(path, fmt::format("expected at most {} bytes, got {}", longest, value.size()));
        if (!is_plain_utf8(value)) fail(path, "expected UTF-8 text without control characters");
    }
    void whole(const std::string& path, std::int64_t value, WholeRange range) const {
        if (value < range.min || value > range.max) fail(path, expected_whole(range, fmt::to_string(value)));
    }
    void count(const std::string& path, std::size_t n, WholeRange range) const {
        if (static_cast<std::int64_t>(n) < range.min || static_cast<std::int64_t>(n) > range.max)
            fail(path, fmt::format("expected {} to {} entries, got {}", range.min, range.max, n));
    }
    void real(const std::string& path, double value, Domain domain) const {
        if (!(value >= domain.min && value <= domain.max)) fail(path, fmt::format("expected a number from {} to {}, got {}", domain.min, domain.max, value));
    }
    void word(const std::string& path, const std::string& value, std::span<const std::string_view> known) const {
        if (std::find(known.begin(), known.end(), value) == known.end()) fail(path, unknown_word(value, known));
    }
    template <class T>
    void choice(const std::string& path, Table<T> table, const Choice& value) const {
        find(table, value.id, where_ + ": " + path + ".id");
        build(table, value, where_ + ": " + path);
    }
    void no_options(const std::string& path, const Choice& value) const {
        if (!value.values.empty()) fail(path, fmt::format("unknown option '{}' (it has none)", value.values.begin()->first));
    }

    void data(const std::string& path, const DataSpec& d) const {
        if (d.choice.id == "mixture") {
            no_options(path, d.choice);
            count(path + ".components", d.components.size(), limits::components);
            for (std::size_t i = 0; i < d.components.size(); ++i) component(fmt::format("{}.components[{}]", path, i), d.components[i]);
        } else if (d.choice.id == "points") {
            no_options(path, d.choice);
            if (!d.points) fail(path + ".points", "is missing: the points themselves");
            count(path + ".points", static_cast<std::size_t>(d.points->x.rows()), limits::points);
            if (!(d.points->x.abs() <= static_cast<float>(limits::coordinate.max)).all())
                fail(path + ".points", fmt::format("expected finite coordinates from {} to {}", limits::coordinate.min, limits::coordinate.max));
        } else if (d.choice.id == "formula") {
            no_options(path, d.choice);
            text(path + ".formula", d.formula, limits::formula);
            make_formula_data(d.formula, fmt::format("{}: {}.formula", where_, path));
        } else {
            word(path + ".id", d.choice.id, data_ids());
            choice(path, datasets(), d.choice);
        }
        if (d.choice.id != "mixture" && !d.components.empty()) fail(path + ".components", "belong to the data set 'mixture' only");
        if (d.choice.id != "formula" && !d.formula.empty()) fail(path + ".formula", "belongs to the data set 'formula' only");
        if (d.choice.id != "points" && d.points) fail(path + ".points", "belong to the data set 'points' only");
    }
    void component(const std::string& path, const Component& c) const {
        real(path + ".weight", c.weight, limits::weight);
        whole(path + ".label", c.label, limits::label);
        for (int i = 0; i < 2; ++i) real(fmt::format("{}.mean[{}]", path, i), c.mean[i], limits::coordinate);
        for (int i = 0; i < 4; ++i) {
            const Domain domain{limits::coordinate.min * limits::coordinate.max, limits::coordinate.max * limits::coordinate.max};
            real(fmt::format("{}.covariance[{}][{}]", path, i / 2, i % 2), c.covariance(i / 2, i % 2), domain);
        }
        const auto& s = c.covariance;
        const double scale = s(0, 0) * s(1, 1);
        if (s(0, 1) != s(1, 0)) fail(path + ".covariance", "expected a symmetric matrix");
        if (s(0, 0) < 0 || s(1, 1) < 0 || s(0, 1) * s(0, 1) > scale * (1 + 1e-12))
            fail(path + ".covariance", "expected a matrix without negative eigenvalues");
    }
    void model(const std::string& path, const Model& m) const {
        text(path + ".name", m.name, limits::name);
        if (m.name.empty()) fail(path + ".name", "expected a name, got nothing");
        word(path + ".field", m.field, words::fields);
        choice(path + ".schedule", schedules(), m.schedule);
        prediction_from_id(m.objective.prediction, where_ + ": " + path + ".objective.id");
        choice(path + ".objective.weighting", nn::weightings(), m.objective.weighting);
        choice(path + ".objective.times", nn::time_samplings(), m.objective.times);
        const auto& net = m.network;
        count(path + ".network.hidden", net.hidden.size(), limits::layers);
        for (std::size_t i = 0; i < net.hidden.size(); ++i) whole(fmt::format("{}.network.hidden[{}]", path, i), net.hidden[i], limits::width);
        word(path + ".network.activation", net.activation, words::activations);
        word(path + ".network.time", net.time, words::time_features);
        whole(path + ".network.frequencies", net.frequencies, limits::frequencies);
        const auto& t = m.training;
        whole(path + ".training.steps", t.steps, limits::training_steps);
        whole(path + ".training.batch", t.batch, limits::batch);
        real(path + ".training.learning_rate", t.learning_rate, limits::learning_rate);
        word(path + ".training.decay", t.decay, words::decays);
        real(path + ".training.ema", t.ema, limits::ema);
        real(path + ".training.clip", t.clip, limits::clip);
        real(path + ".training.label_dropout", t.label_dropout, limits::chance);
        word(path + ".training.coupling", t.coupling, words::couplings);
        formulas(path, m);
        if (const auto why = why_not(scene_, m); !why.empty()) fail(path, why);
    }
    void formulas(const std::string& path, const Model& m) const {
        for (const auto* list : {&m.velocity, &m.score}) {
            const auto key = fmt::format("{}.{}", path, list == &m.velocity ? "velocity" : "score");
            if (m.field != "formula" && !list->empty()) fail(key, "belongs to the field 'formula' only");
            for (std::size_t i = 0; i < list->size(); ++i) text(fmt::format("{}[{}]", key, i), (*list)[i], limits::formula);
        }
        if (m.field == "formula") FormulaField(m.velocity, m.score, build(schedules(), m.schedule, "schedule"), where_ + ": " + path);
    }
    void word(const std::string& path, const std::string& value, std::span<const LaneWord> known) const {
        std::vector<std::string_view> ids;
        for (const auto& one : known) ids.push_back(one.id);
        word(path, value, ids);
    }
    void lane(const std::string& path, const Lane& l) const {
        word(path + ".sigma.id", l.sigma.id, sigma_ids());
        text(path + ".sigma.expression", l.sigma_expression, limits::formula);
        if (l.sigma.id == "formula") no_options(path + ".sigma", l.sigma);
        else if (!l.sigma_expression.empty()) fail(path + ".sigma.expression", "belongs to the shape 'formula' only");
        make_sigma(l, where_ + ": " + path + ".sigma");
        assign(*solver_options(l.solver.id, where_ + ": " + path + ".solver.id"), l.solver.values, where_ + ": " + path + ".solver");
        choice(path + ".grid", grids(), l.grid);
        whole(path + ".steps", l.steps, limits::lane_steps);
        whole(path + ".particles", l.particles, limits::particles);
        real(path + ".t_min", l.t_min, limits::time);
        real(path + ".t_max", l.t_max, limits::time);
        word(path + ".start", l.start, words::starts);
        real(path + ".teleport_to", l.teleport_to, limits::time);
        word(path + ".process", l.process, processes());
        real(path + ".frozen_t", l.frozen_t, limits::time);
        real(path + ".duration", l.duration, limits::duration);
        word(path + ".variant", l.variant, variants());
        const auto& g = l.guidance;
        word(path + ".guidance.kind", g.kind, words::guidances);
        whole(path + ".guidance.label", g.label, limits::optional_label);
        whole(path + ".guidance.negative_label", g.negative_label, limits::optional_label);
        real(path + ".guidance.scale", g.scale, limits::guidance);
        real(path + ".guidance.from", g.from, limits::time);
        real(path + ".guidance.to", g.to, limits::time);
        if (const auto why = why_not(scene_, l); !why.empty()) fail(path, why);
    }
    void box(const std::string& path, const Box& b) const {
        const double sides[] = {b.x_min, b.x_max, b.y_min, b.y_max};
        for (int i = 0; i < 4; ++i) real(fmt::format("{}[{}]", path, i), sides[i], limits::coordinate);
        if (!(b.x_min < b.x_max && b.y_min < b.y_max)) fail(path, "expected [x_min, x_max, y_min, y_max] with each minimum below its maximum");
    }
    void view() const {
        const auto& v = scene_.view;
        if (v.panes != 1 && v.panes != 2 && v.panes != 4) fail("view.panes", fmt::format("expected 1, 2 or 4, got {}", v.panes));
        if (v.panes > static_cast<int>(scene_.lanes.size()))
            fail("view.panes", fmt::format("{} panes need {} lanes, and this scene has {}", v.panes, v.panes, scene_.lanes.size()));
        std::ptrdiff_t last = -1;
        for (std::size_t i = 0; i < v.layers.size(); ++i) {
            const auto path = fmt::format("view.layers[{}]", i);
            word(path, v.layers[i], words::layers);
            const auto place = std::find(words::layers.begin(), words::layers.end(), v.layers[i]) - words::layers.begin();
            if (place == last) fail(path, fmt::format("'{}' is named twice", v.layers[i]));
            if (place < last) fail(path, fmt::format("'{}' must stand earlier: layers are listed in drawing order", v.layers[i]));
            last = place;
        }
        for (const auto& [layer, opacity] : v.opacity) {
            word("view.opacity", layer, words::layers);
            real("view.opacity." + layer, opacity, limits::opacity);
        }
        word("view.density", v.density, words::densities);
        word("view.colour", v.colour, words::colours);
        word("view.shape", v.shape, words::shapes);
        if (v.box) box("view.box", *v.box);
        if (const auto why = why_not(v); !why.empty()) fail("view", why);
    }

    const Scene& scene_;
    const std::string& where_;
};

}  // namespace

void validate(const Scene& scene, const std::string& where) { Validator(scene, where).run(); }

}  // namespace pf
