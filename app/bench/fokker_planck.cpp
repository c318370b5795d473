#include "core/math/fokker_planck/solve.h"

#include <fmt/format.h>

#include <chrono>

#include "app/bench/benchmarks.h"
#include "app/runtime/compute.h"
#include "app/runtime/scene_file.h"
#include "core/math/fokker_planck/averages.h"

namespace pf::bench {
void run_fokker_planck(Report&, const Options&);
namespace {

using namespace pf::fokker_planck;

double now() { return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count(); }

struct Run {
    std::string_view scheme;
    int cells;
    double sigma;
    int steps;
    bool single_precision = false;
    Relaxation relaxation = Relaxation::automatic;
    std::string what() const {
        return fmt::format("{}², σ {}, {} steps, {}{}", cells, sigma, steps, scheme, single_precision ? ", float" : "") + (relaxation == Relaxation::sdirk2 ? ", SDIRK2" : "");
    }
};

struct Figures {
    double l1 = 0, milliseconds = 0, drift = 0, minimum = 0;
};

class Reference {
public:
    Reference() : scene_(load_scene("fokker_planck_reference")), fields_(make_fields(scene_, {}, nullptr)), mixture_(make_dataset(scene_.data)->mixture()) {}

    // The best of some runs: what the scheme needs on an otherwise idle core.
    Figures operator()(const Run& run, const Options& options) const {
        const double t_max = scene_.lanes[0].t_max;
        const Schedule& schedule = *fields_.schedules[0];
        const Problem problem = sampling(fields_.fields[0], fields_.fields[0], run.sigma > 0 ? [s = run.sigma](double) { return s; } : std::function<double(double)>{}, schedule);
        const Grid grid{{-4.5, 4.5, -4.5, 4.5}, run.cells, run.cells};
        fokker_planck::Options how;
        how.steps = run.steps;
        how.single_precision = run.single_precision;
        how.relaxation = run.relaxation;
        if (run.scheme == "characteristics") how.clock = 1.5;
        Figures out;
        out.milliseconds = 1e9;
        const double began = now();
        for (int k = 0; (k < 3 || now() - began < 0.5) && !options.stop.stop_requested(); ++k) {
            const double before = now();
            const Solution solution = solve(problem, run.scheme, grid, {0, t_max}, how, options.stop);
            out.milliseconds = std::min(out.milliseconds, (now() - before) * 1e3);
            if (k > 0 || solution.outcome != Outcome::done) continue;
            out.l1 = discrepancy(solution.p.back(), mixture_averages(*mixture_, schedule.at(t_max), grid), grid).l1;
            out.drift = solution.mass_drift, out.minimum = solution.minimum;
        }
        return out;
    }

private:
    Scene scene_;
    FieldSet fields_;
    std::shared_ptr<const Mixture> mixture_;
};

}  // namespace

void run_fokker_planck(Report& report, const Options& options) {
    const Reference measure;
    const auto row = [&](const std::string& what, const char* unit, double value, double baseline, const char* baseline_is, double target) {
        report.add({"fokker_planck", what, unit, value, baseline, baseline_is, target});
    };
    for (const int cells : {128, 256}) {
        for (const double sigma : {0.5, 1.0, 2.0}) {
            if (cells == 256 && sigma != 1) continue;
            const auto figures = [&](std::string_view scheme, bool single = false, Relaxation relaxation = Relaxation::automatic) {
                return measure({scheme, cells, sigma, 50, single, relaxation}, options);
            };
            const bool reference = cells == 128 && sigma == 1;
            const Figures adi = figures("chang_cooper_adi"), adi_float = figures("chang_cooper_adi", true);
            const auto add = [&](const Run& run, const Figures& f, double target_l1, double target_time) {
                const Figures& against = run.single_precision ? adi_float : adi;
                row(run.what(), "L1", f.l1, against.l1, "Chang-Cooper ADI", target_l1);
                row(run.what(), "ms", f.milliseconds, against.milliseconds, "Chang-Cooper ADI", target_time);
            };
            row(Run{"chang_cooper_adi", cells, sigma, 50}.what(), "L1", adi.l1, 0, "", 0);
            row(Run{"chang_cooper_adi", cells, sigma, 50}.what(), "ms", adi.milliseconds, 0, "", 0);
            row(Run{"chang_cooper_adi", cells, sigma, 50, true}.what(), "ms", adi_float.milliseconds, 0, "", 0);
            const Figures lod = figures("chang_cooper_lod"), ours = figures("equilibrium_splitting");
            add({"chang_cooper_lod", cells, sigma, 50}, lod, 0, 0);
            if (cells == 128) add({"upwind", cells, sigma, 50}, figures("upwind"), 0, 0);
            add({"equilibrium_splitting", cells, sigma, 50}, ours, reference ? 1.0 / 50 : 0, reference ? 3.5 : 0);
            const Figures single = figures("equilibrium_splitting", true);
            add({"equilibrium_splitting", cells, sigma, 50, true}, single, 0, 0);
            add({"equilibrium_splitting", cells, sigma, 50, false, Relaxation::sdirk2}, figures("equilibrium_splitting", false, Relaxation::sdirk2), 0, 0);
            if (!reference) continue;
            row("the same against the implicit variant", "L1", ours.l1, lod.l1, "Chang-Cooper, implicit", 1.0 / 300);
            row("in float against Chang-Cooper ADI in double", "ms", single.milliseconds, adi.milliseconds, "Chang-Cooper ADI, double", 20.0 / 11);
            row("its mass drift, float", "", single.drift, 0, "", 1e-5);
            row("its mass drift, double", "", ours.drift, 0, "", 1e-12);
            row("its minimum, double", "", ours.minimum, 0, "", 0);
        }
        const Run remap{"ppm_remap", cells, 0, 100}, back{"characteristics", cells, 0, 32, true};
        const Figures carried = measure(remap, options), traced = measure(back, options);
        row(remap.what(), "L1", carried.l1, 0, "", 0);
        row(remap.what(), "ms", carried.milliseconds, 0, "", 0);
        row(back.what(), "L1", traced.l1, 0, "", cells == 256 ? 2e-5 : 0);
        row(back.what(), "ms", traced.milliseconds, 0, "", 0);
    }
}

}  // namespace pf::bench
