#include "app/panels/equations.h"

#include "app/panels/panels.h"
#include "app/runtime/lane_problem.h"
#include "core/math/path/prediction.h"

namespace pf::panels {
namespace {

// Writes sources in one convention. In a text, @t @a @b @x @y @s @g stand for t, α_t, β_t, α̇_t, β̇_t, σ_t and g_t, each a term of its own; in capitals with its number beneath.
// @n[…] and @m[…] are β and σ with another index, @d is dt with its space.
class Writer {
public:
    explicit Writer(Convention convention) : flow_(convention == Convention::flow) {}

    // One text for both conventions, or one for each where signs differ: there a dot is the derivative in τ = 1 − t.
    std::string operator()(std::string_view both) const { return expanded(both); }
    std::string operator()(std::string_view flow, std::string_view diffusion) const { return expanded(flow_ ? flow : diffusion); }

    bool flow() const { return flow_; }
    std::string time() const { return flow_ ? "t" : "\\tau"; }

private:
    std::string letter(char c) const {
        const std::string index = "_{\\term{t}{" + time() + "}}";
        switch (c) {
            case 't': return "\\term{t}{" + time() + "}";
            case 'a': return "\\term{alpha}{\\alpha" + index + "}";
            case 'A': return "\\term{alpha=}{\\alpha" + index + "}";
            case 'b': return "\\term{beta}{" + noise() + index + "}";
            case 'B': return "\\term{beta=}{" + noise() + index + "}";
            case 'x': return "\\term{d_alpha}{\\dot\\alpha" + index + "}";
            case 'X': return "\\term{d_alpha=}{\\dot\\alpha" + index + "}";
            case 'y': return "\\term{d_beta}{\\dot" + noise() + index + "}";
            case 'Y': return "\\term{d_beta=}{\\dot" + noise() + index + "}";
            case 's': return "\\term{sigma}{" + diffusion() + index + "}";
            case 'S': return "\\term{sigma=}{" + diffusion() + index + "}";
            case 'g': return "\\term{g}{g" + (flow_ ? index : "_{\\text{fwd}}") + "}";
            case 'G': return "\\term{g=}{g" + (flow_ ? index : "_{\\text{fwd}}") + "}";
            case 'n': return noise();
            case 'm': return diffusion();
            case 'd': return "\\,\\d" + (flow_ ? std::string(" t") : std::string("\\tau"));
            default: break;
        }
        check(false, "no letter '@{}'", c);
        return {};
    }
    std::string noise() const { return flow_ ? "\\beta" : "\\sigma"; }
    std::string diffusion() const { return flow_ ? "\\sigma" : "g"; }
    std::string expanded(std::string_view text) const {
        std::string out;
        for (std::size_t i = 0; i < text.size(); ++i) {
            if (text[i] != '@') {
                out += text[i];
                continue;
            }
            std::string part = letter(text.at(++i));
            if (text.substr(i + 1).starts_with("^2") && part.ends_with("}")) {  // within the term: above its index, not after it
                part.insert(part.size() - 1, "^2");
                i += 2;
            }
            out += part;
        }
        return out;
    }
    bool flow_;
};

class Equations {
public:
    Equations(const Scene& scene, int lane, Convention convention)
        : lane_(scene.lanes.at(static_cast<std::size_t>(lane))), model_(model_named(scene, lane_.model)), w(convention) {
        noising_sde_ = is_noising_sde(lane_, *lane_functions(scene, lane).schedule);
        coupled_ = !on_gaussian_path(scene, model_);
        if (has_noise(lane_) && !lane_.score_model.empty()) score_model_ = &model_named(scene, lane_.score_model);
    }

    std::vector<LaneEquation> all() {
        followed();
        path();
        if (lane_.guidance.kind != "none") guidance();
        const bool two = score_model_ != &model_;
        if (model_.field != "formula") fields(model_, two ? Part::velocity : Part::both);
        if (two && score_model_->field != "formula") fields(*score_model_, Part::score);
        fokker_planck();
        if (model_.field == "network") loss();
        step();
        return std::move(out_);
    }

private:
    void add(std::string name, std::string source, bool first_sight = false) { out_.push_back({std::move(name), std::move(source), first_sight}); }

    bool langevin() const { return lane_.process == "langevin"; }
    bool noising() const { return lane_.process == "noising"; }
    bool wrong(std::string_view variant) const { return lane_.variant == variant; }

    // "wrong" marks what is there by mistake, and is a term of its own.
    static std::string marked(const std::string& part) { return "\\wrong{\\term{variant}{" + part + "}}"; }
    // Index of the fields: the time at which they are taken.
    std::string field_time() const { return wrong("reversed_time") ? marked("1 - " + w.time()) : w("@t"); }
    std::string guided() const { return lane_.guidance.kind == "none" ? "" : "^{\\term{w}{w}}"; }
    std::string velocity(const std::string& at) const { return "\\term{u}{u" + guided() + "_{" + field_time() + "}(" + at + ")}"; }
    std::string score(const std::string& at) const { return "\\term{s}{s" + guided() + "_{" + field_time() + "}(" + at + ")}"; }

    // The noise of the lane, and ½ of its square with its number. Solvers with noise of their own discretise an SDE too.
    std::string sigma(bool number) const {
        const std::string& solver = lane_.solver.id;
        if (solver == "ddim_eta") return "\\term{eta}{\\eta}\\," + w(number ? "@G" : "@g");
        if (solver == "ddpm_ancestral" || solver == "sde_dpm_solver_2m") return w(number ? "@G" : "@g");
        return w(number ? "@S" : "@s");
    }
    std::string half_squared(bool number) const {
        const std::string& solver = lane_.solver.id;
        if (solver == "ddim_eta") return "\\half\\term{eta}{\\eta^2}" + w("\\term{g}{g^2_{@t}}", "\\term{g}{g^2_{\\text{fwd}}}");
        if (solver == "ddpm_ancestral" || solver == "sde_dpm_solver_2m") return w("\\half\\term{g}{g^2_{@t}}", "\\half\\term{g}{g^2_{\\text{fwd}}}");
        return w(number ? "\\term{half=}{\\half @m^2_{@t}}" : "\\term{half}{\\half @m^2_{@t}}");
    }
    bool noisy() const {
        const std::string& solver = lane_.solver.id;
        return is_stochastic(lane_) || solver == "ddim_eta" || solver == "ddpm_ancestral" || solver == "sde_dpm_solver_2m";
    }

    // ½σ²s as followed, with its sign.
    std::string score_term(const std::string& at, bool first) const {
        const std::string sign = first ? "" : " + ", plain = half_squared(at == "X") + "\\," + score(at);
        if (wrong("no_score")) return " \\missing{\\term{variant}{\\," + std::string(first ? "" : "+\\,") + plain + "}}";
        if (wrong("double_score")) return sign + marked("2") + "\\cdot " + plain;
        return sign + plain;
    }
    std::string noise_term() const { return (wrong("wrong_noise") ? marked("\\sqrt{2}") + "\\," : "") + sigma(true); }
    std::string laplacian(bool minus) const { return std::string(minus ? " - " : " + ") + (wrong("wrong_noise") ? marked("2") + "\\cdot " : "") + half_squared(false) + "\\,\\Delta p"; }

    // d log α/dτ.
    std::string forward_rate() const {
        if (!wrong("reversed_time")) return w("-\\frac{@x}{@a}", "\\frac{@x}{@a}");
        const std::string mirrored = "_{1 - " + w.time() + "}";
        return (w.flow() ? "-" : "") + marked("\\frac{\\dot\\alpha" + mirrored + "}{\\alpha" + mirrored + "}");
    }

    void followed() {
        const std::string state = "\\term{process}{\\d X} = ", kick = " + " + noise_term() + "\\,\\d W";
        if (langevin()) return add("the lane follows, at a t that stands still", state + score_term("X", true) + "\\,\\term{held}{\\d r}" + kick, true);
        if (noising_sde_) {
            const std::string rate = forward_rate();
            return add(w.flow() ? "the lane follows, τ = 1 − t" : "the lane follows", state + rate + "X\\,\\d\\tau + " + (wrong("wrong_noise") ? marked("\\sqrt{2}") + "\\," : "") + w("@G") + "\\,\\d W", true);
        }
        if (noising()) {
            const std::string drift = "-" + velocity("X");
            const std::string name = w.flow() ? "the lane follows, τ = 1 − t" : "the lane follows";
            if (!noisy()) return add(name, state + drift + "\\,\\d\\tau", true);
            return add(name, state + "[" + drift + score_term("X", false) + "]\\,\\d\\tau" + kick, true);
        }
        const std::string name = std::string(w.flow() ? "the lane follows" : "the lane follows, τ from 1 to 0") + (lane_.solver.id == "edm_churn" ? ", from a little more noise at every step" : "");
        if (!noisy()) return add(name, state + (w.flow() ? "" : "-") + velocity("X") + w("@d"), true);
        add(name, state + (w.flow() ? "" : "-") + "[" + velocity("X") + score_term("X", false) + "]" + w("@d") + " + " + noise_term() + w("\\,\\d W", "\\,\\d\\bar{W}"), true);
    }

    // What the path begins with at the noise's end, t = 0 or τ = 1.
    std::string noise_end() const { return !coupled_ ? "\\epsilon" : w.flow() ? "x_0" : "x_1"; }

    void path() {
        const std::string other = noise_end();
        add(!coupled_ ? "its path" : w.flow() ? "its path, z paired with x₀" : "its path, z paired with x₁", w("X_{@t} = @A\\,\\term{data}{z} + @B\\," + other), true);
        add("the velocity is its mean slope", w("u_{@t}(x) = \\E[@X\\,\\term{data}{z} + @Y\\," + other + "\\mid X_{@t} = x]", "u_{@t}(x) = -\\E[@X\\,\\term{data}{z} + @Y\\," + other + "\\mid X_{@t} = x]"), true);
    }

    void guidance() {
        const Guidance& g = lane_.guidance;
        const std::string factor = "\\term{w=}{w}\\,", towards = "\\term{c}{c}";
        const auto u = [&](const std::string& given) { return w("u_{@t}(x") + (given.empty() ? "" : "\\mid " + given) + ")"; };
        const std::string left = w("u^{\\term{w}{w}}_{@t}(x) = ");
        if (g.kind == "classifier")
            return add("guidance, of the score; of u alike", w("s^{\\term{w}{w}}_{@t}(x) = s_{@t}(x) + ") + factor + "\\nabla\\log" + w(" p_{@t}(") + towards + "\\mid x)", true);
        const std::string given = g.label < 0 ? "" : towards, weaker = "\\bar{" + u(given).insert(1, "}");
        if (g.kind == "autoguidance")
            return add("guidance; of the score alike", left + weaker + " + " + factor + "[" + u(given) + " - " + weaker + "]\\quad\\bar{u}:\\,\\text{" + plain(g.weaker_model) + "}", true);
        const std::string base = u(g.negative_label < 0 ? "" : "\\term{not c}{c\\prime}");
        add("guidance; of the score alike", left + base + " + " + factor + "[" + u(towards) + " - " + base + "]", true);
    }
    // Names may hold anything.
    static std::string plain(std::string name) {
        std::erase_if(name, [](char c) { return c == '{' || c == '}' || c == '\\'; });
        return name.empty() ? "model" : name;
    }

    enum class Part { both, velocity, score };
    void fields(const Model& model, Part part) {
        const std::string whose = part == Part::both ? "" : ", by '" + plain(model.name) + "'";
        if (model.field != "network") {
            if (model.field == "memorising")
                add("exact for the draws z₁, z₂, …" + whose, w("D_{@t}(x) = \\frac{\\sum_i z_i\\, e_i}{\\sum_i e_i}\\\\ e_i = \\exp\\left(-\\frac{|x - @a z_i|^2}{2 @b^2}\\right)"));
            else if (model.field == "gaussian")
                add("exact for one Gaussian" + whose, w("D_{@t}(x) = \\mu + @a\\Sigma\\,\\left(@a^2\\Sigma + @b^2 I\\right)^{-1}(x - @a\\mu)"));
            else
                add("exact" + whose, w("D_{@t}(x) = \\E[\\term{data}{z}\\mid X_{@t} = x]"));
            from_prediction(Prediction::data, "D_{" + w("@t") + "}", false, part, whose);
            return;
        }
        const Prediction p = prediction_from_id(model.objective.prediction, "objective");
        from_prediction(p, part == Part::score ? network(p) : "\\term{prediction}{" + network(p) + "}", true, part, whose);
    }
    static std::string network(Prediction p) {
        switch (p) {
            case Prediction::velocity: return "u^\\theta";
            case Prediction::score: return "s^\\theta";
            case Prediction::noise: return "\\epsilon^\\theta";
            case Prediction::data: return "D^\\theta";
            case Prediction::v: return "v^\\theta";
            case Prediction::edm_f: return "F^\\theta";
        }
        return {};
    }

    // u and s from what is known, the table of math.md solved for them (core/math/path/prediction.cpp). S = β² + α²σ_d².
    void from_prediction(Prediction p, const std::string& known, bool learned, Part part, const std::string& whose) {
        const auto with = [&](std::string_view flow, std::string_view diffusion) {
            std::string out = w(flow, diffusion);
            for (std::size_t i; (i = out.find('#')) != std::string::npos;) out.replace(i, 1, known);
            return out;
        };
        const std::string u = w("u_{@t}(x) = "), s = w("s_{@t}(x) = ");
        const std::string source = learned ? ", from what the network predicts" : "";
        const std::string name = "the velocity" + source + whose, score = part == Part::score ? "the score" + source + whose : learned ? "and the score" : "the score";
        const auto add_velocity = [&](const std::string& is) { if (part != Part::score) add(name, u + is); };
        const auto add_score = [&](const std::string& is) { if (part != Part::velocity && !coupled_) add(score, s + is); };
        switch (p) {
            case Prediction::velocity:
                add_velocity(known);
                add_score(with("\\frac{@a\\,# - @x x}{@b(@x@b - @a@y)}", "\\frac{@a\\,# + @x x}{@b(@a@y - @x@b)}"));
                return;
            case Prediction::score:
                add_velocity(with("\\left(\\frac{@x@b^2}{@a} - @b@y\\right)# + \\frac{@x}{@a}x", "\\left(@b@y - \\frac{@x@b^2}{@a}\\right)# - \\frac{@x}{@a}x"));
                return add_score(known);
            case Prediction::noise:
                add_velocity(with("\\frac{@x}{@a}x + \\left(@y - \\frac{@x@b}{@a}\\right)#", "-\\frac{@x}{@a}x + \\left(\\frac{@x@b}{@a} - @y\\right)#"));
                add_score(with("-\\frac{#}{@b}", "-\\frac{#}{@b}"));
                return;
            case Prediction::data:
                add_velocity(with("\\frac{@y}{@b}x + \\left(@x - \\frac{@a@y}{@b}\\right)#", "-\\frac{@y}{@b}x + \\left(\\frac{@a@y}{@b} - @x\\right)#"));
                add_score(with("\\frac{@a\\,# - x}{@b^2}", "\\frac{@a\\,# - x}{@b^2}"));
                return;
            case Prediction::v:
                add_velocity(with("-\\frac{@x}{@b}#", "\\frac{@x}{@b}#"));
                add_score(with("-x - \\frac{@a}{@b}#", "-x - \\frac{@a}{@b}#"));
                return;
            case Prediction::edm_f: {
                const std::string S = w("\\\\ S = @b^2 + @a^2\\sigma_d^2");
                add_velocity(with("\\frac{@b@y + @a@x\\sigma_d^2}{S}x + \\frac{(@x@b - @a@y)\\sigma_d}{\\sqrt{S}}#", "-\\frac{@b@y + @a@x\\sigma_d^2}{S}x + \\frac{(@a@y - @x@b)\\sigma_d}{\\sqrt{S}}#") + S);
                add_score(with("-\\frac{x}{S} + \\frac{@a\\sigma_d}{@b\\sqrt{S}}#", "-\\frac{x}{S} + \\frac{@a\\sigma_d}{@b\\sqrt{S}}#") + (part == Part::score ? S : ""));
                return;
            }
        }
    }

    void fokker_planck() {
        const std::string name = "Fokker–Planck, the density it makes";
        if (coupled_ && !noisy()) return add("continuity, the density it makes", continuity());
        if (langevin()) {
            return add(name, "\\frac{\\partial p}{\\partial r} = -\\nabla\\cdot\\left(p\\," + parenthesised_score(true) + "\\right)" + laplacian(false));
        }
        if (noising_sde_) {
            const std::string rate = forward_rate();
            return add(name, "\\frac{\\partial p}{\\partial\\tau} = -\\nabla\\cdot\\left(p\\," + rate + "x\\right) + " + (wrong("wrong_noise") ? marked("2") + "\\cdot " : "") + "\\half" + w("\\term{g}{g^2_{@t}}", "\\term{g}{g^2_{\\text{fwd}}}") + "\\,\\Delta p");
        }
        if (!noisy()) return add("continuity, the density it makes", continuity());
        const std::string inside = "\\left(p\\,[" + std::string(noising() ? "-" : "") + velocity("x") + parenthesised_score(false) + "]\\right)";
        if (noising()) return add(name, "\\frac{\\partial p}{\\partial\\tau} = -\\nabla\\cdot" + inside + laplacian(false));
        add(name, w.flow() ? "\\frac{\\partial p}{\\partial t} = -\\nabla\\cdot" + inside + laplacian(false) : "\\frac{\\partial p}{\\partial\\tau} = \\nabla\\cdot" + inside + laplacian(true));
    }
    std::string parenthesised_score(bool first) const { return score_term("x", first); }
    std::string continuity() const {
        const std::string flux = "\\left(p\\," + velocity("x") + "\\right)";
        if (noising()) return "\\frac{\\partial p}{\\partial\\tau} = \\nabla\\cdot" + flux;
        return w.flow() ? "\\frac{\\partial p}{\\partial t} = -\\nabla\\cdot" + flux : "\\frac{\\partial p}{\\partial\\tau} = \\nabla\\cdot" + flux;
    }

    // |·|² is summed over the two axes, hence the half: the loss averages over them.
    void loss() {
        const Prediction p = prediction_from_id(model_.objective.prediction, "objective");
        const std::string other = noise_end();
        std::string target;
        switch (p) {
            case Prediction::velocity: target = w(" - @x\\,z - @y\\," + other, " + @x\\,z + @y\\," + other); break;
            case Prediction::score: target = w(" + \\frac{\\epsilon}{@b}"); break;
            case Prediction::noise: target = " - " + other; break;
            case Prediction::data: target = " - z"; break;
            case Prediction::v: target = w(" - @a\\," + other + " + @b\\,z"); break;
            case Prediction::edm_f: target = w(" - \\frac{@b z/\\sigma_d - @a\\sigma_d\\," + other + "}{\\sqrt{S}}"); break;
        }
        const std::string index = w("@t \\sim \\term{times}{\\text{" + plain(model_.objective.times.id == "uniform" ? "uniform" : model_.objective.times.id == "logit_normal" ? "logit-normal" : "log-normal") + "}}");
        add("the loss, its mean over draws", w("L(\\theta) = \\E_{") + index + "}\\,\\left[\\,\\,\\,\\term{lambda=}{\\lambda_{" + w.time() + "}}\\cdot\\half\\left|\\term{prediction}{" + network(p) + "}(X_{" + w("@t") + "}, " + w("@t") + ")" + target + "\\right|^2\\right]");
    }

    // One step of the solver from X_n to X_{n+1}; f is the drift followed, in the lane's own clock, ξ and ΔW/√h standard normal.
    void step() {
        const std::string& id = lane_.solver.id;
        const std::string next = "\\term{solver}{X_{n+1}} = ", h = "\\term{h}{h}", clock = langevin() ? "r" : noising() ? "\\tau" : w.time();
        // Sampling goes down in τ.
        const std::string times = wrong("wrong_noise") ? marked("\\sqrt{2}") + "\\," : "";  // of its noise
        const std::string on = !w.flow() && !langevin() && !noising() ? " - " : " + ";
        const std::string here = clock + "_n", there = clock + "_{n+1}", middle = clock + "_n" + on + "\\frac{" + h + "}{2}";
        const auto b = [&](const std::string& index) { return w("@n") + "_{" + index + "}"; };
        const auto a = [&](const std::string& index) { return "\\alpha_{" + index + "}"; };
        const std::string b0 = b("n"), b1 = b("n+1"), a0 = a("n"), a1 = a("n+1"), ratio = "\\frac{" + b1 + "}{" + b0 + "}";
        const std::string exponential = next + ratio + "X_n + \\left(" + a1 + " - " + a0 + ratio + "\\right)";
        const std::string span = "\\\\ \\term{h}{h_n} = \\ell_{n+1} - \\ell_n\\quad\\ell = \\log(\\alpha/" + w("@n") + ")";
        const std::string mean_of_path = "\\\\ \\bar{W} = \\frac{1}{\\term{h}{h}}\\int(W - W_n)\\,\\text{ over the step}";
        const std::string last_two = "\\\\ \\hat{D} = D_n + \\frac{\\term{h}{h_n}}{2\\term{h}{h_{n-1}}}(D_n - D_{n-1})" + span;
        const SolverInfo& info = find_solver(id, "solver");
        const bool down = on == " - ";
        const std::string title = fmt::format("one step: {}{}", info.label, info.uses_denoiser ? "" : down ? ", f the drift per −dτ, h the step" : ", f the drift, h the step");
        if (id == "euler") return add(title, next + "X_n + " + h + "\\,f(X_n, " + here + ")");
        if (id == "midpoint") return add(title, next + "X_n + " + h + "\\,f\\left(X_n + \\frac{" + h + "}{2}f(X_n, " + here + "), " + middle + "\\right)");
        if (id == "heun") return add(title, next + "X_n + \\frac{" + h + "}{2}[f_n + f(X_n + " + h + " f_n, " + there + ")]\\\\ f_n = f(X_n, " + here + ")");
        if (id == "rk4")
            return add(title, next + "X_n + \\frac{" + h + "}{6}(k_1 + 2k_2 + 2k_3 + k_4)\\\\ k_1 = f(X_n, " + here + ")\\\\ k_2 = f(X_n + \\frac{" + h + "}{2}k_1, " + middle + ")\\\\ k_3 = f(X_n + \\frac{" + h + "}{2}k_2, " + middle +
                                  ")\\\\ k_4 = f(X_n + " + h + " k_3, " + there + ")");
        if (id == "ddim") return add(title, exponential + "D_n");
        if (id == "dpm_solver_2s")
            return add(title, exponential + "D_m\\\\ \\ell_m = \\frac{\\ell_n + \\ell_{n+1}}{2}\\quad\\ell = \\log(\\alpha/" + w("@n") + ")");
        if (id == "dpm_solver_2m") return add(title, exponential + "\\hat{D}" + last_two);
        if (id == "edm_heun")
            return add(title, next + "\\frac{" + a1 + "}{" + a0 + "}X_n + " + a1 + "\\left(\\frac{" + b1 + "}{" + a1 + "} - \\frac{" + b0 + "}{" + a0 + "}\\right)\\frac{\\epsilon_n + \\hat{\\epsilon}_{n+1}}{2}");
        if (id == "euler_maruyama") return add(title, next + "X_n + " + h + "\\,f(X_n, " + here + ") + " + times + "\\term{sigma}{" + w("@m") + "_n}\\,\\Delta W_n");
        const double corrections = id == "predictor_corrector" ? solver_option(lane_, "corrections") : 0;
        if (id == "predictor_corrector" && corrections == 0) return add(title, next + "X_n + " + h + "\\,f(X_n, " + here + ") + " + times + "\\term{sigma}{" + w("@m") + "_n}\\,\\Delta W_n");
        if (id == "predictor_corrector")
            return add(title + (corrections > 1 ? fmt::format(", the second line {:g} times", corrections) : ""), "\\hat{X} = X_n + " + h + "\\,f(X_n, " + here + ") + " + times + "\\term{sigma}{" + w("@m") + "_n}\\,\\Delta W_n\\\\ " + next + "\\hat{X} + c\\,s(\\hat{X}, " + there + ") + \\sqrt{2c}\\,\\xi\\\\ c = 2\\term{ratio}{r}^2" + w("@n") + "_{n+1}^2");
        if (id == "stochastic_heun") {
            const std::string kick = " + " + times + "\\term{sigma}{\\bar{" + w("@m") + "}}\\,\\Delta W_n";
            return add(title, next + "X_n + \\frac{" + h + "}{2}[f(X_n, " + here + ") + f(\\hat{X}, " + there + ")]" + kick + "\\\\ \\hat{X} = X_n + " + h + "\\,f(X_n, " + here + ")" + kick + "\\\\ \\term{sigma}{\\bar{" + w("@m") +
                                  "}} = \\half(" + w("@m") + "_n + " + w("@m") + "_{n+1})");
        }
        const std::string decay = "e^{-\\term{h}{h_n}}", gain = "1 - e^{-2\\term{h}{h_n}}";
        if (id == "ddpm_ancestral")
            return add(title, next + ratio + decay + "X_n + " + a1 + "(" + gain + ")D_n + " + b1 + "\\sqrt{" + gain + "}\\,\\xi" + span);
        if (id == "sde_dpm_solver_2m")
            return add(title, next + ratio + decay + "X_n + " + a1 + "(" + gain + ")\\hat{D} + " + b1 + "\\sqrt{" + gain + "}\\,\\xi" + last_two);
        if (id == "ddim_eta")
            return add(title, next + a1 + " D_n + \\sqrt{" + w("@n") + "_{n+1}^2 - c^2}\\,\\epsilon_n + c\\,\\xi\\\\ c = \\term{eta}{\\eta}\\," + b1 + "\\sqrt{" + gain + "}" + span);
        const auto sigma_at = [&](const char* index) { return times + "\\term{sigma}{" + w("@m") + "_{" + index + "}}"; };
        const auto later = [&](const std::string& part) { return clock + "_n" + on + part + h; };
        if (id == "sra1")
            return add(title, next + "X_n + \\frac{" + h + "}{3}(k_1 + 2k_2) + " + sigma_at("n+1") + "\\,\\Delta W_n + (" + sigma_at("n") + " - " + sigma_at("n+1") + ")\\bar{W}\\\\ k_1 = f(X_n, " + here +
                                  ")\\\\ k_2 = f\\left(X_n + \\frac{3}{4}" + h + " k_1 + \\frac{3}{2}" + sigma_at("n+1") + "\\bar{W}, " + later("\\frac{3}{4}") + "\\right)" + mean_of_path);
        if (id == "shark")
            return add(title, next + "X_n + \\frac{" + h + "}{5}(2k_1 + 3k_2) + " + sigma_at("n") + "\\,\\Delta W_n + (" + sigma_at("n+1") + " - " + sigma_at("n") + ")(\\Delta W_n - \\bar{W})\\\\ k_1 = f(X_n + " + sigma_at("n") +
                                  " H, " + here + ")\\\\ k_2 = f\\left(X_n + \\frac{5}{6}" + h + " k_1 + " + sigma_at("n") + "\\left(\\frac{5}{6}\\Delta W_n + H\\right), " + later("\\frac{5}{6}") +
                                  "\\right)\\\\ H = \\bar{W} - \\half\\Delta W_n" + mean_of_path);
        if (id == "dormand_prince" || id == "tsit5")
            return add(title, next + "X_n + " + h + "\\sum_{i=1}^{6} b_i k_i\\\\ k_i = f\\left(X_n + " + h + "\\sum_{j<i} a_{ij} k_j, " + clock + "_n" + on + "c_i " + h + "\\right)\\\\ \\text{error: } " + h +
                                  "\\left|\\sum_{i=1}^{7} e_i k_i\\right|");
        if (id == "unipc")
            return add(title, exponential + "\\hat{D}\\\\ \\hat{D} = D_n + \\frac{\\rho_1}{r}(D_{n-1} - D_n) + \\rho_2(D_{n+1} - D_n)\\\\ \\rho_1 + \\rho_2 = \\frac{\\phi_2}{\\phi_1}\\quad r\\rho_1 + \\rho_2 = "
                                  "\\frac{2\\phi_3}{\\phi_1}\\quad r = -\\frac{\\term{h}{h_{n-1}}}{\\term{h}{h_n}}\\\\ \\phi_k = \\phi_k(-\\term{h}{h_n})\\quad\\phi_1(z) = (e^z - 1)/z\\\\ \\phi_{k+1}(z) = (\\phi_k(z) - 1/k!)/z\\\\ "
                                  "\\text{with } D_{n+1} \\text{ where DPM-Solver++(2M) leads}" + span);
        if (id == "edm_churn")
            return add(title, "\\hat{X} = \\frac{\\hat{\\alpha}}{" + a0 + "}X_n + \\hat{\\alpha}\\,\\term{churn}{S}\\,\\sqrt{\\hat{r}^2 - r_n^2}\\,\\xi\\\\ \\hat{r} = (1 + \\term{churn}{\\gamma})\\,r_n\\quad r = " + w("@n") +
                                  "/\\alpha\\\\ " + next + "\\frac{" + a1 + "}{\\hat{\\alpha}}\\hat{X} + " + a1 + "(r_{n+1} - \\hat{r})\\frac{\\hat{\\epsilon} + \\epsilon_{n+1}}{2}");
    }

    const Lane& lane_;
    const Model& model_;
    Writer w;
    const Model* score_model_ = &model_;  // of a lane with noise it may be another
    bool noising_sde_ = false, coupled_ = false;
    std::vector<LaneEquation> out_;
};

}  // namespace

std::vector<LaneEquation> lane_equations(const Scene& scene, int lane, Convention convention) { return Equations(scene, lane, convention).all(); }

}  // namespace pf::panels
