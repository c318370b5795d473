#include <functional>
#include <map>
#include <numbers>
#include <set>

#include "app/panels/equations.h"
#include "app/panels/theme.h"
#include "app/panels/typeset/draw.h"
#include "app/runtime/processes.h"
#include "core/math/field/mixture_field.h"
#include "core/math/path/prediction.h"
#include "core/math/schedule/schedules.h"
#include "core/math/schedule/time_of.h"
#include "core/math/sigma/sigmas.h"
#include "core/math/solver/solvers.h"
#include "core/nn/objective.h"
#include "tests/catch.h"
#include "tests/panels/driver.h"
#include "tests/panels/glyphs.h"

using namespace pf;
using namespace pf::panels;
using typeset::Node;

namespace {

constexpr Convention conventions[] = {Convention::flow, Convention::diffusion};

Guidance guided(const char* kind) {
    Guidance out;
    out.kind = kind;
    out.label = 0;
    out.scale = 3;
    out.from = 0.2;
    out.to = 0.8;
    return out;
}

// Every legal scene of one lane: models × processes × variants × solvers × guidance, σ where it may be.
std::vector<Scene> made_scenes() {
    std::vector<Scene> out;
    const auto keep = [&](const Scene& scene) {
        if (why_not(scene, scene.models[0]).empty() && why_not(scene, scene.lanes[0]).empty()) out.push_back(scene);
    };
    Scene base;
    base.view.panes = 1;
    std::vector<Scene> models;
    for (const char* field : {"exact", "memorising", "gaussian", "formula"}) {
        Scene scene = base;
        scene.models[0].field = field;
        if (scene.models[0].field == "formula") scene.models[0].velocity = {"-y", "x"}, scene.models[0].score = {"-x", "-y"};
        models.push_back(scene);
    }
    for (const auto& schedule : {"linear", "vp"})
        for (const Prediction p : all_predictions)
            for (const auto& weighting : nn::weightings()) {
                Scene scene = base;
                Model& model = scene.models[0];
                model.field = "network";
                model.schedule = {schedule, {}};
                model.objective.prediction = std::string(id(p));
                model.objective.weighting = {std::string(weighting.id), {}};
                models.push_back(scene);
            }
    Scene coupled = base;
    coupled.models[0].field = "network";
    coupled.models[0].training.coupling = "ot";
    models.push_back(coupled);
    for (const Scene& model : models)
        for (const LaneWord& process : processes())
            for (const LaneWord& variant : variants())
                for (const char* sigma : {"zero", "constant", "reverse"})
                    for (const auto& solver : solvers()) {
                        Scene scene = model;
                        Lane& lane = scene.lanes[0];
                        lane.process = std::string(process.id);
                        lane.variant = std::string(variant.id);
                        lane.sigma = {sigma, {}};
                        if (std::string(sigma) == "reverse") lane.sigma.values["max"] = 100;
                        lane.solver = {std::string(solver.id), {}};
                        keep(scene);
                    }
    for (const char* kind : {"classifier_free", "autoguidance", "classifier"})
        for (const int negative : {-1, 1}) {
            Scene scene = base;
            scene.models.push_back(scene.models[0]);
            scene.models[1].name = "weaker";
            scene.lanes[0].guidance = guided(kind);
            scene.lanes[0].guidance.negative_label = negative;
            if (std::string(kind) == "autoguidance") scene.lanes[0].guidance.weaker_model = "weaker";
            keep(scene);
        }
    return out;
}

const std::vector<Scene>& all_scenes() {
    static const std::vector<Scene> scenes = made_scenes();
    return scenes;
}

const LaneEquation* named(const std::vector<LaneEquation>& all, std::string_view start) {
    const auto it = std::find_if(all.begin(), all.end(), [&](const LaneEquation& e) { return e.name.starts_with(start); });
    return it == all.end() ? nullptr : &*it;
}

// --- A source as a number: the right-hand side of its first equation. ---

std::string flat(const Node& node) {
    std::string out;
    if (node.kind == Node::Kind::symbol) return utf8(node.code);
    if (node.kind == Node::Kind::text) return node.text;
    if (node.kind == Node::Kind::accent) return flat(node.parts[0]) + (node.code == 0x307 ? "'" : "^");
    if (node.kind == Node::Kind::scripts) return flat(node.parts[0]) + (node.parts[1].parts.empty() ? "" : "_" + flat(node.parts[1])) + (node.parts[2].parts.empty() ? "" : "^" + flat(node.parts[2]));
    for (const Node& part : node.parts) out += flat(part);
    return out;
}

class Value {
public:
    explicit Value(std::map<std::string, double> known) : known_(std::move(known)) {}

    double right_side(const Node& row) const {
        std::size_t begin = 0;
        while (row.parts.at(begin).code != U'=') ++begin;
        std::size_t end = ++begin;
        while (end < row.parts.size() && row.parts[end].kind != Node::Kind::new_line && !(row.parts[end].kind == Node::Kind::space && row.parts[end].space >= 1)) ++end;
        return sum(row.parts, begin, end);
    }

private:
    double sum(const std::vector<Node>& parts, std::size_t begin, std::size_t end) const {
        double total = 0, product = 1;
        bool any = false;
        const auto finish = [&] { total += any ? product : 0, product = 1, any = false; };
        for (std::size_t i = begin; i < end; ++i) {
            const Node& part = parts[i];
            if (part.kind == Node::Kind::space || part.code == U'⋅') continue;
            if (part.kind == Node::Kind::symbol && (part.code == U'+' || part.code == U'−')) {
                finish();
                if (part.code == U'−') product = -1;
                continue;
            }
            if (part.kind == Node::Kind::symbol && part.code == U'(') {
                std::size_t close = i;
                for (int depth = 0; close < end; ++close) {
                    if (parts[close].code == U'(' && parts[close].kind == Node::Kind::symbol) ++depth;
                    if (parts[close].code == U')' && parts[close].kind == Node::Kind::symbol && --depth == 0) break;
                }
                product *= sum(parts, i + 1, close);
                i = close;
            } else {
                product *= one(part);
            }
            any = true;
        }
        finish();
        return total;
    }
    double row(const Node& node) const { return sum(node.parts, 0, node.parts.size()); }
    double one(const Node& node) const {
        if (node.kind == Node::Kind::term)
            if (const auto it = known_.find("term " + node.text.substr(0, node.text.find('='))); it != known_.end()) return flat(node).ends_with("^2") ? it->second * it->second : it->second;
        if (const auto it = known_.find(flat(node)); node.kind != Node::Kind::root && it != known_.end()) return it->second;  // √S reads as S
        switch (node.kind) {
            case Node::Kind::symbol:
                if (node.code >= U'0' && node.code <= U'9') return static_cast<double>(node.code - U'0');
                if (node.code == U'½') return 0.5;
                break;
            case Node::Kind::row:
            case Node::Kind::term:
            case Node::Kind::fence:
            case Node::Kind::wrong: return node.kind == Node::Kind::row ? row(node) : row(node.parts[0]);
            case Node::Kind::fraction: return row(node.parts[0]) / row(node.parts[1]);
            case Node::Kind::root: return std::sqrt(row(node.parts[0]));
            case Node::Kind::scripts:
                if (flat(node.parts[0]) == "e") return std::exp(row(node.parts[2]));
                if (node.parts[1].parts.empty()) return std::pow(one(node.parts[0]), row(node.parts[2]));
                if (!node.parts[2].parts.empty()) {
                    Node without = node;
                    without.parts[2].parts.clear();
                    return std::pow(one(without), row(node.parts[2]));
                }
                break;
            default: break;
        }
        FAIL("no value for '" << flat(node) << "'");
        return 0;
    }
    std::map<std::string, double> known_;
};

}  // namespace

TEST_CASE("every equation of every legal lane can be read and fits, in both conventions at every scale") {
    Driver d;
    const std::vector<Scene>& scenes = all_scenes();
    CHECK(scenes.size() > 1000);
    std::map<std::string, Node> sources;
    for (const Scene& scene : scenes)
        for (const Convention convention : conventions) {
            const auto equations = lane_equations(scene, 0, convention);
            CHECK(equations.size() >= 4);
            for (const auto& equation : equations)
                if (!sources.contains(equation.source)) {
                    INFO(equation.source);
                    REQUIRE_NOTHROW(sources[equation.source] = typeset::parse(equation.source));
                }
        }
    CHECK(sources.size() > 150);
    const auto terms = lane_terms(scenes.front(), 0, 0.4, Convention::flow, "Sampling/max");
    for (const float scale : {0.75f, 1.f, 1.5f, 2.f, 3.f}) {
        d.ui.scale = scale;
        apply_theme(d.ui);
        const typeset::Fonts fonts = math_fonts();
        for (const auto& [source, row] : sources)
            for (const float width : {640 * scale, 288 * scale, 240.f}) {
                const typeset::Box box = typeset::lay_out(row, terms, fonts, 1, width, scale);
                INFO(source << " at " << scale << " in " << width);
                CHECK(box.width <= width + 0.01f);
                CHECK(box.height() > 0.5f * fonts[4]->FontSize);
                for (const auto& g : box.glyphs) CHECK(fonts[static_cast<std::size_t>(g.level)]->FindGlyphNoFallback(g.code) != nullptr);
            }
    }
}

TEST_CASE("terms are those of the table, and a lane's numbers are its schedule's") {
    const std::vector<std::string_view> known = all_terms();
    std::function<void(const Node&)> check_terms = [&](const Node& node) {
        if (node.kind == Node::Kind::term) {
            const std::string id = node.text.substr(0, node.text.find('='));
            CAPTURE(node.text);
            CHECK(std::find(known.begin(), known.end(), id) != known.end());
        }
        for (const Node& part : node.parts) check_terms(part);
    };
    for (const Scene& scene : all_scenes())
        for (const Convention convention : conventions)
            for (const auto& equation : lane_equations(scene, 0, convention)) check_terms(typeset::parse(equation.source));
    for (const auto& schedule : schedules())
        for (const auto& shape : sigmas())
            for (const double t : {0.1, 0.5, 0.83}) {
                Scene scene;
                scene.models[0].schedule = {std::string(schedule.id), {}};
                scene.lanes[0].sigma = {std::string(shape.id), {}};
                const auto [path, sigma, own] = lane_functions(scene, 0);
                const Coefficients c = path->at(t);
                const double s = sigma->at(t, *path);
                const std::map<std::string_view, double> expected{{"alpha", c.alpha}, {"beta", c.beta}, {"d_alpha", c.d_alpha}, {"d_beta", c.d_beta}, {"sigma", s}, {"half", s * s / 2}, {"g", std::sqrt(2 * (c.beta * c.beta * c.d_alpha / c.alpha - c.beta * c.d_beta))}, {"w", 1}};
                for (const TermNumber& number : lane_numbers(scene, 0, t, Convention::flow)) CHECK(number.value == Approx(expected.at(number.id)));
                for (const TermNumber& number : lane_numbers(scene, 0, t, Convention::diffusion))
                    CHECK(number.value == Approx((number.id.starts_with("d_") ? -1 : 1) * expected.at(number.id)));
                for (const auto& term : lane_terms(scene, 0, t, Convention::flow, ""))
                    if (term.id == "beta=") CHECK(term.number == number_text(c.beta));
            }
    Scene langevin = with_process(with_stochastic(Scene{}, 0, true), 0, "langevin");
    for (const TermNumber& number : lane_numbers(langevin, 0, 0.1, Convention::flow))
        if (number.id == "alpha") CHECK(number.value == 0.9);  // of the t that stands still
    Scene with_w;
    with_w.lanes[0].guidance = guided("classifier_free");
    for (const double t : {0.1, 0.5, 0.9})
        for (const TermNumber& number : lane_numbers(with_w, 0, t, Convention::flow))
            if (number.id == "w") CHECK(number.value == (t == 0.5 ? 3 : 1));
    // Fields that are taken at 1 − t by mistake are guided there.
    with_w.lanes[0].variant = "reversed_time";
    with_w.lanes[0].guidance.from = 0, with_w.lanes[0].guidance.to = 0.3;
    for (const double t : {0.1, 0.9})
        for (const TermNumber& number : lane_numbers(with_w, 0, t, Convention::flow))
            if (number.id == "w") CHECK(number.value == (t == 0.9 ? 3 : 1));
    CHECK(number_text(0.25) == "0.250");
    CHECK(number_text(-0.25) == "−0.250");
    CHECK(number_text(1e-5) == "0.000");
    CHECK(number_text(123.456) == "123.5");
    CHECK(number_text(-std::numeric_limits<double>::infinity()) == "−∞");
}

TEST_CASE("velocity and score out of every prediction are the conversions of the program") {
    constexpr double x = 0.7, p = -1.3, sd = 1;
    for (const char* schedule : {"linear", "vp", "trigonometric", "sub_vp", "square_root", "ve"})
        for (const Prediction prediction : all_predictions)
            for (const Convention convention : conventions)
                for (const double t : {0.23, 0.71}) {
                    Scene scene;
                    scene.models[0].field = "network";
                    scene.models[0].schedule = {schedule, {}};
                    scene.models[0].objective.prediction = std::string(id(prediction));
                    if (!why_not(scene, scene.models[0]).empty()) continue;
                    CAPTURE(schedule, id(prediction), t);
                    const Coefficients c = build(schedules(), scene.models[0].schedule, "schedule")->at(t);
                    std::map<std::string, double> known{{"x", x}, {"term prediction", p}, {"σ_d", sd}, {"S", c.beta * c.beta + c.alpha * c.alpha * sd * sd}};
                    for (const TermNumber& number : lane_numbers(scene, 0, t, convention)) known["term " + std::string(number.id)] = number.value;
                    const auto equations = lane_equations(scene, 0, convention);
                    for (const auto& [name, wanted] : {std::pair{"the velocity, from", want_velocity}, {"and the score", want_score}}) {
                        const LaneEquation* equation = named(equations, name);
                        REQUIRE(equation);
                        INFO(equation->source);
                        const Affine expected = conversion(prediction, wanted, c, sd);
                        CHECK(Value(known).right_side(typeset::parse(equation->source)) == Approx(expected.x * x + expected.prediction * p));
                    }
                }
}

TEST_CASE("steps with the denoiser are those of the solvers") {
    struct Problem {
        const Schedule& schedule;
        double D;
        Coefficients at(double t) const { return schedule.at(t); }
        double time_at(double half_log_snr) const { return time_of(schedule, half_log_snr); }
        PointsD denoiser(const PointsD&, double) const { return PointsD::Constant(1, 2, D); }
    };
    constexpr double x = 0.7, D = -1.3, t = 0.4, dt = 0.1, xi = 0.6, eta = 0.5;
    for (const char* schedule : {"linear", "vp"})
        for (const Convention convention : conventions) {
            Scene scene;
            scene.models[0].schedule = {schedule, {}};
            const auto path = build(schedules(), scene.models[0].schedule, "schedule");
            const Problem problem{*path, D};
            const Coefficients s = path->at(t), e = path->at(t + dt);
            const std::string noise = convention == Convention::flow ? "β" : "σ";
            const double h = e.half_log_snr() - s.half_log_snr(), c = eta * e.beta * std::sqrt(1 - std::exp(-2 * h));
            const std::map<std::string, double> known{{"X_n", x}, {"D_n", D}, {"D_m", D}, {"D^", D}, {"ξ", xi}, {"α_n", s.alpha}, {"α_n+1", e.alpha}, {noise + "_n", s.beta}, {noise + "_n+1", e.beta}, {"h_n", h}, {"ε_n", (x - s.alpha * D) / s.beta}, {"c", c}};
            const PointsD start = PointsD::Constant(1, 2, x);
            Noise<PointsD> kick;
            kick.dW = PointsD::Constant(1, 2, xi * std::sqrt(dt));
            const auto check_step = [&](const char* solver, const PointsD& expected) {
                scene.lanes[0].solver = {solver, {}};
                const auto equations = lane_equations(scene, 0, convention);
                const LaneEquation* equation = named(equations, "one step");
                REQUIRE(equation);
                INFO(equation->source);
                CHECK(Value(known).right_side(typeset::parse(equation->source)) == Approx(expected(0, 0)));
            };
            Memory<PointsD> memory;
            check_step("ddim", Ddim::step(problem, start, t, dt));
            check_step("dpm_solver_2s", DpmSolver2S::step(problem, start, t, dt));
            check_step("dpm_solver_2m", DpmSolver2M::step(problem, start, t, dt, memory));
            check_step("ddpm_ancestral", DdpmAncestral::step(problem, start, t, dt, kick));
            Memory<PointsD> other;
            check_step("sde_dpm_solver_2m", SdeDpmSolver2M::step(problem, start, t, dt, kick, other));
            check_step("ddim_eta", DdimEta().step(problem, start, t, dt, kick));
            auto with_two = known;
            const double first = (x - s.alpha * D) / s.beta;
            with_two["ε_n"] = first;
            scene.lanes[0].solver = {"edm_heun", {}};
            const PointsD expected = EdmHeun::step(problem, start, t, dt);
            with_two["ε^_n+1"] = (Ddim::step(problem, start, t, dt)(0, 0) - e.alpha * D) / e.beta;
            const auto equations = lane_equations(scene, 0, convention);
            CHECK(Value(with_two).right_side(typeset::parse(named(equations, "one step")->source)) == Approx(expected(0, 0)));
        }
}

TEST_CASE("every solver has its step, and those of additive noise are the solvers'") {
    for (const auto& solver : solvers())
        for (const Convention convention : conventions) {
            Scene scene;
            if (solver.stochastic) scene = with_stochastic(std::move(scene), 0, true);
            scene.lanes[0].solver = {std::string(solver.id), {}};
            CAPTURE(solver.id);
            CHECK(named(lane_equations(scene, 0, convention), "one step"));
        }
    // With a drift that is a number wherever it is asked.
    static constexpr double drift = -1.3;
    constexpr double x = 0.7, dt = 0.1, kick = 0.3, area = 0.004, sigma = 0.9, after = 0.6;
    const auto f = [](const PointsD& at, double) { return PointsD::Constant(at.rows(), 2, drift); };
    Noise<PointsD> noise;
    noise.dW = PointsD::Constant(1, 2, kick);
    noise.dZ = PointsD::Constant(1, 2, area);
    noise.sigma0 = sigma, noise.sigma1 = after;
    const std::map<std::string, double> known{{"X_n", x}, {"term h", dt}, {"k_1", drift}, {"k_2", drift}, {"σ_n", sigma}, {"σ_n+1", after}, {"ΔW_n", kick}, {"Δ", 1}, {"W_n", kick}, {"W^", area / dt}};
    const PointsD start = PointsD::Constant(1, 2, x);
    const auto check_step = [&](const char* solver, const PointsD& expected) {
        Scene scene = with_stochastic(Scene{}, 0, true);
        scene.lanes[0].solver = {solver, {}};
        const auto equations = lane_equations(scene, 0, Convention::flow);
        INFO(named(equations, "one step")->source);
        CHECK(Value(known).right_side(typeset::parse(named(equations, "one step")->source)) == Approx(expected(0, 0)));
    };
    check_step("sra1", Sra1::step(f, start, 0.4, dt, noise));
    check_step("shark", Shark::step(f, start, 0.4, dt, noise));
}

TEST_CASE("EDM churn first adds the noise that lifts β/α") {
    // churn of half the steps: γ = ½ is cut to √2 − 1.
    Scene scene;
    scene.lanes[0].solver = {"edm_churn", {}};
    const double ratio = 0.8, lifted = std::numbers::sqrt2 * ratio, alpha = 0.5, earlier = 0.4, x = 0.7, xi = 0.6;
    const std::map<std::string, double> known{{"X_n", x}, {"α_n", alpha}, {"α^", earlier}, {"S", 1}, {"r^", lifted}, {"r_n", ratio}, {"ξ", xi}};
    const auto equations = lane_equations(scene, 0, Convention::flow);
    const LaneEquation* equation = named(equations, "one step");
    REQUIRE(equation);
    INFO(equation->source);
    // x = α (z + r ε) becomes α̂ (z + r̂ ε'): the mean scales with α, and the variance grows to that of r̂.
    CHECK(Value(known).right_side(typeset::parse(equation->source)) == Approx(earlier / alpha * x + earlier * std::sqrt(lifted * lifted - ratio * ratio) * xi));
}

TEST_CASE("what is wrong on purpose is marked in the equation that is followed") {
    const auto marks = [](const std::string& source, Node::Kind kind) {
        int count = 0;
        std::function<void(const Node&)> walk = [&](const Node& node) {
            if (node.kind == kind) ++count;
            for (const Node& part : node.parts) walk(part);
        };
        walk(typeset::parse(source));
        return count;
    };
    int lanes = 0;
    for (const Scene& scene : all_scenes())
        for (const Convention convention : conventions) {
            const std::string& variant = scene.lanes[0].variant;
            const auto equations = lane_equations(scene, 0, convention);
            const int wrong = marks(equations[0].source, Node::Kind::wrong), missing = marks(equations[0].source, Node::Kind::missing);
            CAPTURE(scene.lanes[0].process, variant, scene.lanes[0].sigma.id, equations[0].source);
            CHECK((missing > 0) == (variant == "no_score"));
            CHECK((wrong > 0) == (variant != "right" && variant != "no_score"));
            // Solvers of σₜ step with the noise that is followed.
            const std::string& step = equations.back().source;
            if (step.find("\\term{sigma}") != std::string::npos) CHECK((marks(step, Node::Kind::wrong) > 0) == (variant == "wrong_noise"));
            if (variant != "right") ++lanes;
        }
    CHECK(lanes > 100);
}

TEST_CASE("the score of another model has an equation of its own, and the velocity's model none for it") {
    Scene scene;
    scene.models.push_back(scene.models[0]);
    scene.models[0].field = scene.models[1].field = "network";
    scene.models[0].name = scene.lanes[0].model = "flow", scene.models[1].name = "scores";
    scene.models[1].objective.prediction = "score";
    scene.lanes[0].score_model = "scores";
    scene.lanes[0].sigma = {"constant", {}}, scene.lanes[0].solver = {"euler_maruyama", {}};
    const auto named = [&](std::string_view part) {
        int count = 0;
        for (const auto& equation : lane_equations(scene, 0, Convention::flow)) count += equation.name.find(part) != std::string::npos;
        return count;
    };
    const auto of_score = [&] {
        std::string out;
        for (const auto& equation : lane_equations(scene, 0, Convention::flow))
            if (equation.name.find("the score") != std::string::npos && equation.name.find("predicts") != std::string::npos) out += flat(typeset::parse(equation.source));
        return out;
    };
    CHECK(named("by 'flow'") == 1);
    CHECK(named("by 'scores'") == 1);
    CHECK(named("and the score") == 0);
    CHECK(of_score().find("s^θ") != std::string::npos);
    CHECK(of_score().find("u^θ") == std::string::npos);
    scene.lanes[0].score_model.clear();
    CHECK(named(", by ") == 0);
    CHECK(named("and the score") == 1);
    // Without noise no score is asked for.
    scene.lanes[0].score_model = "scores", scene.lanes[0].sigma = {"zero", {}}, scene.lanes[0].solver = {"heun", {}};
    CHECK(named(", by ") == 0);
}

TEST_CASE("going down in τ the drift of a step is per −dτ") {
    Scene scene;
    scene.lanes[0].solver = {"heun", {}};
    CHECK(lane_equations(scene, 0, Convention::flow).back().name == "one step: Heun, f the drift, h the step");
    CHECK(lane_equations(scene, 0, Convention::diffusion).back().name == "one step: Heun, f the drift per −dτ, h the step");
    scene.lanes[0].process = "noising";
    CHECK(lane_equations(scene, 0, Convention::diffusion).back().name == "one step: Heun, f the drift, h the step");
}

TEST_CASE("a coupled path begins in x₀ at t = 0, which is x₁ at τ = 1") {
    Scene scene;
    scene.models[0].field = "network";
    scene.models[0].training.coupling = "ot";
    for (const Convention convention : conventions) {
        const std::string here = convention == Convention::flow ? "x_0" : "x_1", there = convention == Convention::flow ? "x_1" : "x_0";
        int found = 0;
        for (const auto& equation : lane_equations(scene, 0, convention)) {
            const std::string text = flat(typeset::parse(equation.source));
            found += text.find(here) != std::string::npos;
            CHECK(text.find(there) == std::string::npos);
            if (equation.name.find("paired") != std::string::npos) CHECK(equation.name == (convention == Convention::flow ? "its path, z paired with x₀" : "its path, z paired with x₁"));
        }
        CHECK(found >= 3);  // path, velocity, loss
    }
}

TEST_CASE("autoguidance says which label both of its models are given") {
    Scene scene;
    scene.models[0].field = "network", scene.models[0].network.conditional = true;
    scene.models.push_back(scene.models[0]);
    scene.models[1].name = "weak";
    Guidance& g = scene.lanes[0].guidance;
    g = guided("autoguidance");
    g.weaker_model = "weak";
    const auto text = [&] {
        for (const auto& equation : lane_equations(scene, 0, Convention::flow))
            if (equation.name.starts_with("guidance")) return flat(typeset::parse(equation.source));
        return std::string();
    };
    const auto count = [](const std::string& in, std::string_view of) {
        int out = 0;
        for (auto at = in.find(of); at != std::string::npos; at = in.find(of, at + 1)) ++out;
        return out;
    };
    INFO(text());
    CHECK(count(text(), "∣c)") + count(text(), "|c)") == 3);
    g.label = -1;
    CHECK(count(text(), "∣c)") + count(text(), "|c)") == 0);
}

TEST_CASE("as many correctors are shown as there are") {
    Scene scene;
    scene.lanes[0].sigma = {"constant", {}};
    const auto step = [&](const ParameterValues& values) {
        scene.lanes[0].solver = {"predictor_corrector", values};
        return lane_equations(scene, 0, Convention::flow).back();
    };
    CHECK(step({}).name.find("times") == std::string::npos);
    CHECK(flat(typeset::parse(step({}).source)).find("c=2") != std::string::npos);
    CHECK(step({{"corrections", 3}}).name.ends_with(", the second line 3 times"));
    CHECK(flat(typeset::parse(step({{"corrections", 0}}).source)).find("c=2") == std::string::npos);
}

TEST_CASE("in the literature's notation no equation has β, a time t or a σ for the noise of an SDE") {
    for (const Scene& scene : all_scenes())
        for (const auto& equation : lane_equations(scene, 0, Convention::diffusion)) {
            const std::string text = flat(typeset::parse(equation.source));
            CAPTURE(equation.source);
            CHECK(text.find("β") == std::string::npos);
            CHECK(text.find("_t") == std::string::npos);
            CHECK(text.find("dt") == std::string::npos);
            CHECK(text.find("σ_τd") == std::string::npos);
            CHECK(in_convention(Convention::diffusion, equation.name).find("ₜ") == std::string::npos);
        }
}

TEST_CASE("touching a control lights its terms, and only those") {
    Driver d(two_lanes(), {1600, 1800});
    const Results nothing_measured;  // the number of lane 1 in the table of metrics has the accent colour
    d.fixed_results = &nothing_measured;
    d.ui.selected_lane = 1;
    d.ui.playback.t = 0.4;
    d.frame();
    const ImU32 accent = rgba(palette(d.ui.theme).accent);
    // Glyphs of the numbers panel in the accent colour.
    const auto lit = [&] {
        std::string out;
        for (const SeenGlyph& g : seen_glyphs())
            if (g.min.x > d.last_layout.numbers.x && g.colour == accent) out += utf8(g.code);
        return out;
    };
    d.rest();
    CHECK(lit().empty());
    const ImVec2 sigma = d.find("controls", {"Sampling", "max", "##slider"});
    REQUIRE(sigma.x >= 0);
    d.move(sigma);
    d.frame();
    CHECK(lit().find("σ") != std::string::npos);
    CHECK(lit().find("α") == std::string::npos);
    CHECK(lit().find("1.000") != std::string::npos);  // the number under it too
    const ImVec2 schedule = d.find("controls", {"Path", "##schedule"});
    REQUIRE(schedule.x >= 0);
    d.move(schedule);
    d.frame();
    CHECK(lit().find("α") != std::string::npos);
    CHECK(lit().find("β") != std::string::npos);
    CHECK(lit().find("σ") == std::string::npos);
    d.move({800, d.last_layout.time_bar.y + 40});
    d.frame();
    INFO(lit());
    CHECK(lit().find_first_not_of('t') == std::string::npos);
    CHECK(lit().find("tt") != std::string::npos);
}

TEST_CASE("every control that a term depends on is there to be touched") {
    std::set<std::string> seen;
    const auto sweep = [&](Scene scene, const char* solver = nullptr) {
        if (solver) scene.lanes[0].solver = {solver, {}}, scene.lanes[0].sigma = {"zero", {}};
        Driver d(scene, {1600, 3400});
        for (const auto& path : {std::vector<std::string>{"Data", "data", "more"}, {"Path", "path", "more"}, {"Model", "model", "more"}, {"Sampling", "sampling", "more"}}) {
            const ImVec2 at = d.find("controls", path, {0.5f});
            if (at.x >= 0) d.click(at);
        }
        const Rect& panel = d.last_layout.controls;
        for (const float column : {0.3f, 0.8f})
            for (float y = panel.y; y < panel.y + panel.height; y += 17) {
                d.look({panel.x + column * panel.width, y});
                if (!d.ui.touched.empty()) seen.insert(d.ui.touched);
            }
        d.look({800, d.last_layout.time_bar.y + 40});
        seen.insert(d.ui.touched);
    };
    Scene scene;
    scene.view.panes = 1;
    scene = with_stochastic(scene, 0, true);
    scene.models.push_back(scene.models[0]);
    scene.models[1].name = "other";
    scene.data.choice = {"eight_gaussians", {}};
    scene.lanes[0].guidance = guided("classifier_free");
    for (const auto& schedule : schedules()) {
        Scene next = scene;
        next.models[0].schedule = {std::string(schedule.id), {}};
        if (schedule.id == "linear") next.lanes[0].sigma = {"drawn", {}};
        if (schedule.id == "vp") next.lanes[0].sigma = {"formula", {}}, next.lanes[0].sigma_expression = "1";
        if (schedule.id == "ddpm") next = with_process(next, 0, "langevin");
        sweep(next);
    }
    for (const auto& times : nn::time_samplings()) {
        Scene next;
        next.view.panes = 1;
        next.models[0].field = "network";
        next.models[0].objective.weighting = {"min_snr", {}};
        next.models[0].objective.times = {std::string(times.id), {}};
        sweep(next, times.id == "uniform" ? "ddim_eta" : nullptr);
    }
    Scene corrected = with_stochastic(Scene{}, 0, true);
    corrected.view.panes = 1;
    corrected.lanes[0].solver = {"predictor_corrector", {}};
    sweep(corrected);
    Scene churned;
    churned.view.panes = 1;
    sweep(churned, "edm_churn");
    for (const auto term : all_terms()) {
        CHECK_FALSE(controls_of(term).empty());
        for (const auto control : controls_of(term)) {
            CAPTURE(term, control);
            CHECK(seen.contains(std::string(control)));
        }
    }
}

TEST_CASE("equations stay in their panel") {
    for (const auto& [size, scale] : {std::pair{ImVec2{1280, 720}, 1.f}, {ImVec2{1280, 720}, 1.4f}, {ImVec2{1280, 720}, 2.f}, {ImVec2{1600, 900}, 1.75f}, {ImVec2{2560, 1440}, 2.f}, {ImVec2{1600, 3000}, 1.f}}) {
        Scene scene = two_lanes();
        scene.models[0].field = "network";
        scene.models[0].objective.prediction = "edm_f";
        Driver d(scene, size);
        d.ui.selected_lane = 1;
        d.ui.scale = scale;
        d.ui.numbers_open_narrow = true;
        apply_theme(d.ui);
        d.frame();
        const ImVec2 more = d.find("numbers", {"Equation", "equation", "more"}, {0.5f});
        if (more.x >= 0) d.click(more);
        d.rest();
        const Rect& panel = d.last_layout.numbers;
        CAPTURE(size.x, scale, panel.width);
        REQUIRE(panel.width >= 1);
        int inside = 0;
        for (const SeenGlyph& g : seen_glyphs()) {
            if (g.max.x <= panel.x || g.min.y >= panel.y + panel.height || g.max.y <= panel.y) continue;
            CHECK(g.min.x >= panel.x - 0.5f);
            CHECK(g.max.x <= panel.x + panel.width + 0.5f);
            ++inside;
        }
        CHECK(inside > 50);
    }
}
