#include <CLI/CLI.hpp>
#include <algorithm>
#include <cmath>

#include "app/command_line/commands.h"
#include "app/runtime/discrepancy.h"
#include "app/runtime/files/numbers.h"
#include "app/runtime/guidance.h"
#include "app/runtime/lane_problem.h"
#include "app/runtime/processes.h"

namespace pf::command_line {
std::unique_ptr<Command> make_fokker_planck_command();
namespace {

class FokkerPlanck final : public Command {
    void declare(CLI::App& app) override {
        arguments_.declare(app);
        std::string known;
        for (const auto& scheme : fokker_planck::schemes()) known += fmt::format("{}{}", known.empty() ? "" : ", ", scheme.id);
        app.add_option("--grid", request_.grid, "cells a side of the box, a square about the origin that holds the data and 4.5 standard deviations of the noise")->capture_default_str();
        app.add_option("--box", request_.box, "times as wide a box: for a density that spreads beyond it")->capture_default_str()->check(CLI::Range(1.0, widest));
        app.add_option("--scheme", request_.scheme, known + "; by default the first with noise, the second without");
        app.add_option("--steps", request_.steps, "time steps from the first density to the last")->capture_default_str()->check(CLI::Range(1, 100000));
        slices_ = app.add_option("--slices", request_.slices, "densities written, first and last included; at most one more than --steps")->capture_default_str()->check(CLI::Range(2, 1025));
        app.add_flag("--double", double_, "in double precision");
        app.add_flag("--discrepancies", discrepancies_, "run the particles too: a table per t of what separates them from the exact density, and lane1_histogram [T, H, W] in the NPZ");
        app.add_option("--out", out_, "NPZ: x [W], y [H], t [T], lane1_p [T, H, W] and exact_p [T, H, W] averages over cells; lane2_p … (laneN_t, laneN_exact_p where they differ); or CSV: a line per t and cell")->required();
    }

    int run(std::stop_token stop) override {
        if (slices_->count() > 0 && request_.slices > request_.steps + 1) throw BadInput(fmt::format("--slices {}: {} steps lead to at most {} densities; give more --steps", request_.slices, request_.steps, request_.steps + 1));
        expect_place("--out", out_, arguments_.scene);
        NumbersFile file(out_);
        const Prepared prepared = prepare(arguments_, stop);
        request_.single_precision = !double_;
        Progress progress("solving");
        std::vector<std::string> lines;
        for (std::size_t i = 0; i < prepared.scene.lanes.size(); ++i) {
            progress.at(static_cast<double>(i) / static_cast<double>(prepared.scene.lanes.size()));
            const FokkerPlanckResult result = run_fokker_planck(prepared.scene, static_cast<int>(i), prepared.fields, request_, stop);
            check_interrupted(stop);
            add(file, i, result);
            lines.push_back(line(i, prepared.scene, result));
            const bool known = !result.discrepancy.empty();
            if (known && !discrepancies_) continue;
            const LaneResult particles = run_lane(prepared.scene, static_cast<int>(i), prepared.fields, {}, stop);
            check_interrupted(stop);
            if (!known) lines.back() += to_particles(result, particles);
            if (!discrepancies_) continue;
            add_histogram(file, i, result, particles);
            lines.back() += table(discrepancy_table(prepared.scene, static_cast<int>(i), prepared.fields, particles, stop, request_.box));
            check_interrupted(stop);
        }
        file.finish();
        for (const auto& text : lines) fmt::print("{}\n", text);
        return 0;
    }

    // x, y, t and exact_p are those of the first lane; a lane on another grid, path or range brings its own.
    void add(NumbersFile& file, std::size_t lane, const FokkerPlanckResult& result) {
        const auto& s = result.solution;
        const std::string prefix = fmt::format("lane{}_", lane + 1);
        std::vector<float> x, y;
        for (int i = 0; i < s.grid.width; ++i) x.push_back(static_cast<float>(s.grid.x(i)));
        for (int i = 0; i < s.grid.height; ++i) y.push_back(static_cast<float>(s.grid.y(i)));
        const bool first = lane == 0;
        const auto axis = [&](const char* name, bool shared, std::size_t n, const auto* values, const char* unit) {
            const std::string called = shared || first ? name : prefix + name;
            if (first || !shared) file.add(called, {called}, {n}, values, unit);
            return called;
        };
        axes_ = {axis("t", s.t == t_, s.t.size(), s.t.data(), "1"), axis("y", y == y_, y.size(), y.data(), "x"), axis("x", x == x_, x.size(), x.data(), "x")};
        const std::vector<float> exact = stacked(result.exact);
        if (!exact.empty() && (first || exact != exact_)) file.add(first ? "exact_p" : prefix + "exact_p", axes_, {s.t.size(), y.size(), x.size()}, exact.data(), "1/x²");
        if (first) x_ = x, y_ = y, t_ = s.t, exact_ = exact;
        file.add(prefix + "p", axes_, {s.t.size(), y.size(), x.size()}, stacked(s.p).data(), "1/x²");
    }

    void add_histogram(NumbersFile& file, std::size_t lane, const FokkerPlanckResult& result, const LaneResult& particles) {
        const auto& s = result.solution;
        std::vector<DensityGrid> counts;
        Points x;
        for (const double t : s.t) {
            positions_at(particles, t, x);
            counts.push_back(counted(finite_rows(x), s.grid).cast<float>());
        }
        file.add(fmt::format("lane{}_histogram", lane + 1), axes_, {s.t.size(), static_cast<std::size_t>(s.grid.height), static_cast<std::size_t>(s.grid.width)}, stacked(counts).data(), "1/x²");
    }

    // Where nothing exact is known.
    static std::string to_particles(const FokkerPlanckResult& result, const LaneResult& particles) {
        const FokkerPlanckMovie movie = fokker_planck_movie(result, &particles);
        if (!movie.to_particles) return {};
        const auto& end = result.backwards ? movie.distance.front() : movie.distance.back();
        return fmt::format("\n  to the lane's {} particles, on 32² bins: L1 {:.3g}, L2 {:.3g}, KL {:.3g}", particles.start.rows(), end.l1, end.l2, end.kl);
    }

    static std::string known_or_dash(double value) { return std::isfinite(value) ? fmt::format("{:.2g}", value) : "–"; }

    static std::string table(const DiscrepancyTable& discrepancies) {
        std::string out = fmt::format("\n  {:>6} {:>9} {:>21} {:>9} {:>9} {:>9}   L1 on {}² bins, {} particles", "t", "model", "time stepping", "grid", "finite N", "observed", discrepancies.bins, discrepancies.particles);
        for (const auto& row : discrepancies.rows)
            out += fmt::format("\n  {:>6.3f} {:>9} {:>9.2g} (noise {:.2g}) {:>9.2g} {:>9.2g} {:>9}", row.t, known_or_dash(row.model), row.time_stepping, row.time_stepping_noise, row.grid, row.finite_n,
                               known_or_dash(row.observed));
        if (!discrepancies.sentence.empty()) out += "\n  " + discrepancies.sentence;
        return out;
    }

    static std::vector<float> stacked(const std::vector<DensityGrid>& movie) {
        std::vector<float> out;
        for (const DensityGrid& p : movie) out.insert(out.end(), p.data(), p.data() + p.size());
        return out;
    }

    // How to have a box twice as wide, with cells as large as these.
    std::string wider(int cells) const {
        const double box = 2 * request_.box;
        return box > widest || 2 * cells > 2048 ? "" : fmt::format(" (--box {:g} --grid {}: twice as wide, in cells of the same size)", box, 2 * cells);
    }

    // Why the solution does not go as far as the lane.
    static std::string unresolved(const FokkerPlanckResult& result) {
        const auto& s = result.solution;
        if (s.t.back() > result.until - 1e-9) return {};
        return fmt::format(" (from t = {:.4g} to {:.4g} p_t has parts narrower than the cells, which are {:.2g} wide: a finer --grid goes further)", s.t.back(), result.until, s.grid.dx());
    }

    std::string line(std::size_t index, const Scene& scene, const FokkerPlanckResult& result) const {
        const Lane& lane = scene.lanes[index];
        const auto& s = result.solution;
        double worst = 0;
        for (const auto& one : result.discrepancy) worst = std::max(worst, one.l1);
        const bool known = !result.discrepancy.empty();
        const auto end = !known ? fokker_planck::Discrepancy{} : result.backwards ? result.discrepancy.front() : result.discrepancy.back();
        const std::string_view beside = noise_beside(lane);
        std::string out = fmt::format("lane {} · {} · σ {}{} · {} · {}² cells, {} steps to {}{}: {}, mass drift {:.2g}, minimum {:.2g}, {:.0f} ms", index + 1, lane.model, own_noise(lane) > 0 ? noise_in_words(lane) : lane.sigma.id,
                                      lane.process == "sampling" ? "" : " · " + lane.process, s.scheme, s.grid.width, s.steps, lane.process == "langevin" ? fmt::format("r = {:.4g} at t = {:.4g}", lane.duration * s.t.back(), lane.frozen_t) : fmt::format("t = {:.4g}", result.backwards ? s.t.front() : s.t.back()), unresolved(result),
                                      known ? fmt::format("L1 {:.3g} (worst over t {:.3g}), L2 {:.3g}, KL {:.3g}", end.l1, worst, end.l2, end.kl) : fmt::format("nothing exact to compare with ({})", why_no_exact(scene, lane)),
                                      s.mass_drift, s.minimum, result.milliseconds);
        if (lane.variant != "right") out += fmt::format("\n  {}", what_is_wrong(lane.variant));
        if (!beside.empty()) out += fmt::format("\n  without the noise of the solver's {}", beside);
        if (!s.sentence.empty()) out += fmt::format("\n  {}{}", s.sentence, wider(s.grid.width));
        return out;
    }

    static constexpr double widest = 10;
    SceneArguments arguments_;
    FokkerPlanckRequest request_;
    CLI::Option* slices_ = nullptr;
    std::string out_;
    bool double_ = false, discrepancies_ = false;
    std::vector<float> x_, y_, exact_;
    std::vector<double> t_;
    std::vector<std::string> axes_;  // of the lane being added: t, y, x
};

}  // namespace
std::unique_ptr<Command> make_fokker_planck_command() { return std::make_unique<FokkerPlanck>(); }
}  // namespace pf::command_line
