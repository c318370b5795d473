#include "app/bench/benchmarks.h"

#include <fmt/format.h>

#include <array>
#include <fstream>
#include <nlohmann/json.hpp>
#include <thread>

#include "core/math/simd/instruction_set.h"
#include "core/nn/engine.h"

#define PF_BENCHMARKS(X)                                                           \
    X(field, "exact mixture velocity, against one std::exp at a time")             \
    X(fokker_planck, "error and time of every scheme, against Chang-Cooper ADI")   \
    X(training, "steps per second of the fused engine, against LibTorch")         \
    X(sampling, "trajectories by a network, fused against LibTorch")              \
    X(drawing, "milliseconds to draw particles on the processor")                 \
    X(quality, "seconds of training, default settings, to good samples")          \
    X(start, "seconds from exec to the first frame of the window, and its memory") \
    X(window, "frame times of the window while a network trains, scripted hands")

namespace pf::bench {

#define X(id, meaning) void run_##id(Report&, const Options&);
PF_BENCHMARKS(X)
#undef X

std::span<const Entry> benchmarks() {
#define X(id, meaning) Entry{#id, meaning, run_##id},
    static constexpr std::array table{PF_BENCHMARKS(X)};
#undef X
    return table;
}

namespace {

std::string processor() {
    std::ifstream file("/proc/cpuinfo");
    for (std::string line; std::getline(file, line);)
        if (line.starts_with("model name")) return line.substr(line.find(':') + 2);
    return "unknown processor";
}

std::string instruction_set() { return fmt::format("{} (binary: baseline)", simd::name(simd::best())); }

// LibTorch, its version, BLAS and threads where a benchmark has loaded it.
std::string libtorch() {
    const nn::Engine* engine = nn::Module::loaded();
    if (!engine) return "not loaded";
    const auto why = nn::why_no_gpu();
    return why.empty() ? engine->description() : fmt::format("{} ({})", engine->description(), why);
}

}  // namespace

std::string Report::table() const {
    std::string out = fmt::format("{}, {} threads, {}; LibTorch: {}\n", processor(), std::thread::hardware_concurrency(), instruction_set(), libtorch());
    for (const auto& [what, is] : also_) out += fmt::format("{}: {}\n", what, is);
    for (const Row& row : rows_) {
        out += fmt::format("{:<10} {:<48} {:>10.4g} {}", row.benchmark, row.what, row.value, row.unit);
        if (row.baseline > 0) out += fmt::format("   {:.2f} × {} ({:.4g})", row.value / row.baseline, row.baseline_is, row.baseline);
        if (row.target > 0) out += fmt::format("   target {:.4g}", row.target);
        out += '\n';
    }
    return out;
}

std::string Report::json() const {
    nlohmann::ordered_json all{{"processor", processor()}, {"threads", std::thread::hardware_concurrency()}, {"instruction_set", instruction_set()}, {"libtorch", libtorch()}};
    for (const auto& [what, is] : also_) all[what] = is;
    all["rows"] = nlohmann::ordered_json::array();
    for (const Row& row : rows_) {
        nlohmann::ordered_json one{{"benchmark", row.benchmark}, {"what", row.what}, {"unit", row.unit}, {"value", row.value}};
        if (row.baseline > 0) one.update({{"baseline", row.baseline}, {"baseline_is", row.baseline_is}, {"ratio", row.value / row.baseline}});
        if (row.target > 0) one["target"] = row.target;
        all["rows"].push_back(one);
    }
    return all.dump(2) + "\n";
}

}  // namespace pf::bench
