#include "app/runtime/script/torch_script.h"

#include <cmath>
#include <nlohmann/json.hpp>
#include <set>

#include "app/runtime/fields.h"
#include "app/runtime/lane_problem.h"
#include "app/runtime/options.h"
#include "core/math/errors.h"
#include "core/math/solver/solvers.h"
#include "core/nn/network_field.h"
#include "core/nn/objective.h"
#include "embedded/script.h"

namespace pf {
namespace {

constexpr std::size_t most_components = 1000;

// Text that Python reads as it is written: JSON's escapes are Python's.
std::string quoted(const std::string& text) { return nlohmann::json(text).dump(); }
std::string pair(double a, double b) { return fmt::format("({}, {})", a, b); }

// Stands for a network without weights where only the times at which its field is finite are asked for.
class Unlearned final : public Field {
public:
    Unlearned(nn::Description description, std::shared_ptr<const Schedule> schedule) : description_(std::move(description)), schedule_(std::move(schedule)) {}
    void evaluate(const Points&, double, unsigned, FieldValues<float>&) const override { check(false, "a network without weights was evaluated"); }
    void evaluate(const PointsD&, double, unsigned, FieldValues<double>&) const override { check(false, "a network without weights was evaluated"); }
    TimeRange domain(unsigned want) const override { return {finite_at(want, 0) ? 0 : end_margin, finite_at(want, 1) ? 1 : 1 - end_margin}; }
    unsigned knows() const override { return want_velocity | want_score | want_denoiser | want_noise; }

private:
    bool finite_at(unsigned want, double t) const {
        const Coefficients c = schedule_->at(t);
        for (const Want one : {want_velocity, want_score, want_denoiser, want_noise}) {
            if (!(want & one)) continue;
            const Affine factors = nn::network_factors(description_, one, c, t);
            if (!std::isfinite(factors.x) || !std::isfinite(factors.prediction)) return false;
        }
        return std::isfinite(nn::scaling(description_, c, t).input);
    }
    nn::Description description_;
    std::shared_ptr<const Schedule> schedule_;
};

class Script {
public:
    explicit Script(const Scene& scene) : scene_(scene), data_(make_dataset(scene.data)), fields_(make_fields(scene, {}, nullptr)) {}

    std::string text() {
        if (scene_.source) fail("source", "data that begin elsewhere than at noise");
        const std::string data = data_source(), models = all_models(), lanes = all_lanes();
        std::string out = "\"\"\"" + commented(scene_.title) + "\n\n" + (scene_.sentence.empty() ? "" : commented(scene_.sentence) + "\n\n") +
                          "Data, paths, networks, training and samplers of a scene of probflow. Noise is at t = 0, data at t = 1: x = α_t z + β_t ε, dX = [u + ½σ_t² s] dt + σ_t dW.\n"
                          "Needs PyTorch alone. --help lists the options.\n\"\"\"\n" + part("head");
        for (const char* name : {"modes", "conversion", "grids"}) out += "\n\n" + part(name);
        for (const std::string& name : entries_) out += "\n\n" + std::string(embedded::script(name));
        if (learned_) out += "\n\n" + part("network");
        if (exact_) out += "\n\n" + part("exact");
        out += "\n\n" + part("lane");
        return out + fmt::format("\n\nSEED = {}\n{}\n\ndef make_models():\n    return {{\n{}    }}\n\n\ndef make_lanes(models):\n    return [\n{}    ]\n\n\n", scene_.seed, data, models, lanes) + part("main");
    }

private:
    [[noreturn]] static void fail(const std::string& path, const std::string& what) { throw BadInput(fmt::format("{}: a PyTorch script has no words for {}", path, what)); }
    static std::string part(const std::string& name) { return std::string(embedded::script("part_" + name + ".py")); }
    static std::string commented(std::string text) {
        for (std::size_t at = 0; (at = text.find_first_of("\\\"", at)) != std::string::npos; at += 2) text.insert(at, 1, '\\');
        return text;
    }

    // The function of a table entry, bound to its options.
    std::string call(const std::string& table, ChoiceTable kind, const Choice& choice, const std::string& path, const std::string& more = "") {
        const std::string name = table + "_" + choice.id, file = name + ".py";
        if (!embedded::script_has(file)) fail(path, fmt::format("'{}'", choice.id));
        entries_.insert(file);
        std::string bound = more;
        for (const Option& option : options(kind, choice.id, path)) {
            if (option.kind == Option::Kind::curve) fail(path + "." + option.id, "a drawn curve");
            const auto given = choice.values.find(option.id);
            bound += fmt::format(", {}={}", option.id, given == choice.values.end() ? option.value : given->second);
        }
        return bound.empty() ? name : fmt::format("partial({}{})", name, bound);
    }

    std::string data_source() {
        if (scene_.data.choice.id == "points") {
            std::string list;
            const Points& x = scene_.data.points->x;
            for (Eigen::Index i = 0; i < x.rows(); ++i) list += (i % 6 == 0 ? "\n    " : " ") + pair(static_cast<double>(x(i, 0)), static_cast<double>(x(i, 1))) + ",";
            return "POINTS = [" + list + "\n]\nDATA = " + call("data", ChoiceTable::data, scene_.data.choice, "data", ", points=POINTS");
        }
        if (scene_.data.choice.id == "mixture") return components() + "DATA = " + call("data", ChoiceTable::data, scene_.data.choice, "data", ", components=COMPONENTS");
        const std::string source = "DATA = " + call("data", ChoiceTable::data, scene_.data.choice, "data");
        for (const Model& m : scene_.models)
            if (m.field == "exact") return components() + source;
        return source;
    }
    std::string components() const {
        const auto mixture = data_->mixture();
        if (!mixture || mixture->components().size() > most_components) fail("data", fmt::format("an exact field of more than {} Gaussians", most_components));
        std::string out = "COMPONENTS = [\n";
        for (const Component& c : mixture->components())
            out += fmt::format("    ({}, {}, ({}, {})),\n", c.weight, pair(c.mean[0], c.mean[1]), pair(c.covariance(0, 0), c.covariance(0, 1)), pair(c.covariance(1, 0), c.covariance(1, 1)));
        return out + "]\n";
    }

    std::string all_models() {
        std::string out;
        for (std::size_t i = 0; i < scene_.models.size(); ++i) {
            const Model& m = scene_.models[i];
            const std::string path = fmt::format("models[{}]", i), schedule = call("schedule", ChoiceTable::schedule, m.schedule, path + ".schedule");
            if (m.field == "network") out += fmt::format("        {}: {},\n", quoted(m.name), network(static_cast<int>(i), path, schedule));
            else if (m.field == "exact") out += fmt::format("        {}: {},\n", quoted(m.name), exact(schedule));
            else fail(path + ".field", fmt::format("the field '{}'", m.field));
        }
        return out;
    }
    std::string exact(const std::string& schedule) {
        exact_ = true;
        return fmt::format("Exact({}, COMPONENTS)", schedule);
    }
    std::string network(int index, const std::string& path, const std::string& schedule) {
        const auto i = static_cast<std::size_t>(index);
        const Model& m = scene_.models[i];
        if (m.network.conditional) fail(path + ".network.conditional", "a network that is told labels");
        if (m.training.coupling != "independent") fail(path + ".training.coupling", "optimal transport");
        learned_ = true;
        const nn::Description description = describe(scene_, index, *data_);
        fields_.fields[i] = std::make_shared<Unlearned>(description, fields_.schedules[i]);
        const TimeRange trained = nn::loss_terms(objective(m), description, fields_.schedules[i]).range;
        const TrainingSpec& t = m.training;
        return fmt::format("Learned({}, {}, hidden=[{}], activation={}, frequencies={}, normalise={}, sd={},\n"
                           "            weighting={},\n            times={}, trained={},\n"
                           "            training=dict(steps={}, batch={}, learning_rate={}, decay={}, ema={}, clip={}))",
                           schedule, quoted(m.objective.prediction), fmt::join(m.network.hidden, ", "), quoted(m.network.activation), m.network.time == "raw" ? 0 : m.network.frequencies,
                           m.network.normalise ? "True" : "False", description.data_sd, call("weighting", ChoiceTable::weighting, m.objective.weighting, path + ".objective.weighting"),
                           call("times", ChoiceTable::times, m.objective.times, path + ".objective.times"), pair(trained.min, trained.max), t.steps, t.batch,
                           t.learning_rate, quoted(t.decay), t.ema, t.clip);
    }

    std::string all_lanes() {
        std::string out;
        for (std::size_t i = 0; i < scene_.lanes.size(); ++i) {
            const Lane& l = scene_.lanes[i];
            const std::string path = fmt::format("lanes[{}]", i);
            if (l.process != "sampling") fail(path + ".process", fmt::format("the process '{}'", l.process));
            if (l.variant != "right") fail(path + ".variant", "an equation that is wrong on purpose");
            if (l.guidance.kind != "none") fail(path + ".guidance", "guidance");
            if (l.start != "noise") fail(path + ".start", "a lane that teleports");
            if (l.solver.id == "ddim" && l.sigma.id != "zero") fail(path + ".sigma", "noise beside DDIM");
            const LaneProblem problem = lane_problem(scene_, static_cast<int>(i), fields_);
            const TimeRange range = lane_range(scene_, static_cast<int>(i), problem, valid_times(problem.dynamics(), find_solver(l.solver.id, path + ".solver")));
            out += fmt::format("        Lane(models[{}], models[{}], {}, {}, {}, steps={}, particles={}, times={}),\n", quoted(l.model), quoted(l.score_model.empty() ? l.model : l.score_model),
                               call("sigma", ChoiceTable::sigma, l.sigma, path + ".sigma"), call("solver", ChoiceTable::solver, l.solver, path + ".solver"),
                               call("grid", ChoiceTable::grid, l.grid, path + ".grid"), l.steps, l.particles, pair(range.min, range.max));
        }
        return out;
    }

    const Scene& scene_;
    std::shared_ptr<const Dataset> data_;
    FieldSet fields_;
    std::set<std::string> entries_;  // files of table entries in use
    bool learned_ = false, exact_ = false;
};

}  // namespace

std::string torch_script(const Scene& scene) { return Script(scene).text(); }

}  // namespace pf
