#include <algorithm>
#include <atomic>
#include <chrono>
#include <cmath>
#include <optional>
#include <thread>
#include <vector>

#include "app/bench/benchmarks.h"
#include "app/bench/best_of.h"
#include "core/math/dataset/datasets.h"
#include "core/math/errors.h"
#include "core/math/metrics/assignment.h"
#include "core/math/schedule/schedules.h"
#include "core/nn/engine.h"
#include "core/nn/fused/engine.h"
#include "core/nn/fused/kernels.h"
#include "core/nn/objective.h"

namespace pf::bench {
void run_training(Report&, const Options&);

namespace {

// One batch, again and again: what a step costs without making data.
class SameBatch final : public nn::BatchSource {
public:
    explicit SameBatch(int n) {
        Random random(1, "bench");
        for (std::vector<float>* part : {&x_, &target_})
            for (int i = 0; i < 2 * n; ++i) part->push_back(static_cast<float>(random.normal()));
        for (int i = 0; i < n; ++i) t_.push_back(static_cast<float>(random.uniform()));
    }
    void next(int n, float* x, float* t, int* label, float* target, float* weight) override {
        std::copy_n(x_.begin(), 2 * n, x);
        std::copy_n(t_.begin(), n, t);
        std::copy_n(target_.begin(), 2 * n, target);
        std::fill_n(label, n, -1);
        std::fill_n(weight, n, 1.f);
    }

private:
    std::vector<float> x_, t_, target_;
};

// Others' batches, and the seconds that making them took.
class TimedBatches final : public nn::BatchSource {
public:
    explicit TimedBatches(nn::BatchSource& batches) : batches_(batches) {}
    void next(int n, float* x, float* t, int* label, float* target, float* weight) override {
        const auto start = std::chrono::steady_clock::now();
        batches_.next(n, x, t, label, target, weight);
        seconds += std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    }
    double seconds = 0;

private:
    nn::BatchSource& batches_;
};

// Of the time of steps of this network, what making their batches takes: within the same steps, since two speeds apart differ by more than that on a busy machine.
double share_of_data(nn::Engine& engine, const nn::Architecture& architecture, nn::BatchSource& batches, int batch) {
    const auto network = nn::make_network(engine, architecture, 1, nn::Device::cpu);
    nn::StepReport step{};
    double least = 1;
    for (int repeat = 0; repeat < 6; ++repeat) {
        TimedBatches timed(batches);
        const auto start = std::chrono::steady_clock::now();
        for (int i = 0; i < 100; ++i) nn::require(network->train_step(timed, {batch, 1e-3, 0.999}, step), engine, "training");
        const double share = timed.seconds / std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
        if (repeat > 0) least = std::min(least, share);
    }
    return least;
}

double steps_per_second(nn::Engine& engine, const nn::Architecture& architecture, nn::BatchSource& batches, int batch) {
    const auto network = nn::make_network(engine, architecture, 1, nn::Device::cpu);
    nn::StepReport step{};
    const auto seconds_of = [&](int n) {
        const auto start = std::chrono::steady_clock::now();
        for (int i = 0; i < n; ++i) nn::require(network->train_step(batches, {batch, 1e-3, 0.999}, step), engine, "training");
        return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    };
    const int n = std::clamp(static_cast<int>(0.05 / (seconds_of(3) / 3)), 2, 200);
    double best = 1e9;
    for (int repeat = 0; repeat < 5; ++repeat) best = std::min(best, seconds_of(n) / n);
    return 1 / best;
}

// Billions of multiplications and additions a second in registers, of the instruction set that networks use.
double peak() {
    const auto& kernels = nn::fused::kernels(nn::fused::best_instruction_set());
    constexpr long times = 1'000'000;
    volatile float sink = 0;
    const double seconds = best_seconds(8, [&] { sink = kernels.multiply_add(times); });
    return 2e-9 * times * nn::fused::Kernels::fma_vectors * kernels.lanes / seconds;
}

// Of matrix products in one row of a step: forward, to the weights and, but for the first layer, back to the layer before.
double operations(const nn::Architecture& a) {
    double out = 0;
    int in = 3;
    for (int l = 0; l <= a.depth; ++l) {
        const int width = l == a.depth ? 2 : a.hidden[l];
        out += 2.0 * in * width * (l > 0 ? 3 : 2);
        in = width;
    }
    return out;
}

// Million evaluations a second of 10,000 points at one t.
double evaluations(nn::Engine& engine, const nn::Architecture& architecture) {
    constexpr long n = 10'000;
    const auto network = nn::make_network(engine, architecture, 1, nn::Device::cpu);
    std::vector<float> x(2 * n, 0.3f), out(2 * n);
    return n * 1e-6 / best_seconds(8, [&] { nn::require(network->evaluate(x.data(), n, 0.5, -1, out.data(), nullptr), engine, "evaluation"); });
}

// Million rows a second: data, t and target, in batches of 4096.
double rows(nn::BatchSource& batches) {
    constexpr int n = 4096, many = 16;
    std::vector<float> x(2 * n), t(n), target(2 * n), weight(n);
    std::vector<int> label(n);
    return n * many * 1e-6 / best_seconds(8, [&] {
               for (int i = 0; i < many; ++i) batches.next(n, x.data(), t.data(), label.data(), target.data(), weight.data());
           });
}

// A second thread, where the other cores are idle and where they are not.
void threads(Report& report, nn::Engine& fused, const nn::Architecture& shape, std::stop_token stop) {
    const auto cores = std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
    if (cores < 2) return;
    const auto with = [&](int n, int batch) {
        SameBatch same(batch);
        fused.set_threads(n);
        const double speed = steps_per_second(fused, shape, same, batch);
        fused.set_threads(1);
        return speed;
    };
    for (const int batch : {256, 1024, 4096}) {
        if (stop.stop_requested()) return;
        report.add({"training", fmt::format("3-64×3-2 SiLU, batch {}, two threads", batch), "steps/s", with(2, batch), with(1, batch), "one thread", 1.7});
    }
    std::vector<std::jthread> busy;
    std::atomic<unsigned long> turns{0};
    for (int i = 1; i < cores; ++i)
        busy.emplace_back([&turns](std::stop_token over) {
            while (!over.stop_requested()) turns.fetch_add(1, std::memory_order_relaxed);
        });
    report.add({"training", "3-64×3-2 SiLU, batch 1024, two threads, other cores busy", "steps/s", with(2, 1024), with(1, 1024), "one thread", 0.9});
}

// The same assignment by one plain loop after another (Kuhn 1955): what optimal_assignment() is measured against.
double plain_assignment(const Points& a, const Points& b) {
    const auto n = static_cast<std::size_t>(a.rows());
    std::vector<double> u(n + 1), v(n + 1), slack(n);
    std::vector<std::size_t> row_of(n + 1, n), before(n + 1);  // column n stands for the row being placed
    std::vector<char> done(n + 1);
    const auto cost = [&](std::size_t i, std::size_t j) {
        const double dx = a(static_cast<Eigen::Index>(i), 0) - b(static_cast<Eigen::Index>(j), 0), dy = a(static_cast<Eigen::Index>(i), 1) - b(static_cast<Eigen::Index>(j), 1);
        return dx * dx + dy * dy;
    };
    for (std::size_t row = 0; row < n; ++row) {
        std::fill(slack.begin(), slack.end(), 1e300);
        std::fill(done.begin(), done.end(), 0);
        std::size_t column = n;
        row_of[n] = row;
        do {
            done[column] = 1;
            std::size_t next = n;
            double step = 1e300;
            for (std::size_t j = 0; j < n; ++j) {
                if (done[j]) continue;
                const double reduced = cost(row_of[column], j) - u[row_of[column]] - v[j];
                if (reduced < slack[j]) slack[j] = reduced, before[j] = column;
                if (slack[j] < step) step = slack[j], next = j;
            }
            for (std::size_t j = 0; j <= n; ++j) {
                if (done[j]) u[row_of[j]] += step, v[j] -= step;
                else if (j < n) slack[j] -= step;
            }
            column = next;
        } while (row_of[column] != n);
        for (; column != n; column = before[column]) row_of[column] = row_of[before[column]];
    }
    double sum = 0;
    for (std::size_t j = 0; j < n; ++j) sum += cost(row_of[j], j);
    return sum;
}

// Assignments a second, over batches of data and noise.
template <class Assign>
double assignments(const Dataset& data, Eigen::Index n, int repeats, const Assign& assign) {
    Random random(1, "bench");
    double best = 1e9;
    for (int repeat = 0; repeat < repeats; ++repeat) {
        const Points a = data.sample(random, n), b = random.normals(n);
        const auto start = std::chrono::steady_clock::now();
        assign(a, b);
        best = std::min(best, std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count());
    }
    return 1 / best;
}

}  // namespace

void run_training(Report& report, const Options& options) {
    nn::Engine& fused = nn::fused::engine();
    nn::Engine* torch = nullptr;
    try {
        torch = &nn::Module::open();
    } catch (const MissingCapability&) {
        // Then there is nothing to compare with.
    }
    const std::string baseline = torch ? torch->description() : std::string();
    const std::shared_ptr<const Dataset> data = build(datasets(), {"moons", {}}, "bench");
    const std::shared_ptr<const Schedule> schedule = build(schedules(), {"linear", {}}, "bench");
    const auto name = [](const nn::Architecture& a) { return a.depth == 3 ? fmt::format("3-{}×3-2", a.hidden[0]) : fmt::format("3-{}-{}-2", a.hidden[0], a.hidden[1]); };
    const nn::Architecture shapes[] = {{3, {64, 64, 64}, nn::Activation::silu, nn::TimeFeatures::raw, 0},
                                       {3, {128, 128, 128}, nn::Activation::silu, nn::TimeFeatures::raw, 0},
                                       {3, {256, 256, 256}, nn::Activation::silu, nn::TimeFeatures::raw, 0},
                                       {2, {1024, 16}, nn::Activation::silu, nn::TimeFeatures::raw, 0}};
    constexpr int sizes[] = {256, 1024, 4096};
    // Ratios to LibTorch, one thread each, with AVX-512.
    constexpr double targets[4][3] = {{3.0, 1.8, 1.5}, {1.7, 1.35, 1.4}, {1.25, 1.15, 1.3}, {2.2, 2.2, 3.0}};
    for (std::size_t shape = 0; shape < std::size(shapes); ++shape)
        for (std::size_t size = 0; size < std::size(sizes); ++size) {
            if (options.stop.stop_requested()) return;
            const nn::Architecture& a = shapes[shape];
            const int batch = sizes[size];
            SameBatch same(batch);
            report.add({"training", fmt::format("{} SiLU, batch {}, {}", name(a), batch, fused.description()), "steps/s", steps_per_second(fused, a, same, batch),
                        torch ? steps_per_second(*torch, a, same, batch) : 0, baseline, torch ? targets[shape][size] : 0});
        }
    // With AVX-512; a processor whose vectors are narrower has less to wait for.
    constexpr double shares[] = {70, 78, 82};
    for (std::size_t shape = 0; shape < std::size(shares); ++shape) {
        if (options.stop.stop_requested()) return;
        SameBatch same(1024);
        const double before = peak(), speed = 1e-9 * 1024 * operations(shapes[shape]) * steps_per_second(fused, shapes[shape], same, 1024), most = std::max(before, peak());
        report.add({"training", fmt::format("{} SiLU, batch 1024: share of the peak, {:.0f} GFLOP/s", name(shapes[shape]), most), "%", 100 * speed / most, 0, "", shares[shape]});
    }
    threads(report, fused, shapes[0], options.stop);
    nn::Description description;
    description.architecture = shapes[0];
    description.schedule = {"linear", {}};
    nn::GaussianPathBatches batches(data, schedule, {}, description, 1);
    for (const int batch : {256, 1024})
        report.add({"training", fmt::format("3-64×3-2 SiLU, batch {}: share of a step that makes data, t and target", batch), "%", 100 * share_of_data(fused, shapes[0], batches, batch), 0, "", 15});
    const double with_data = steps_per_second(fused, shapes[0], batches, 1024);
    const double alone = rows(batches);
    report.add({"training", "rows of batches, moons", "million/s", alone, 0, "", 0});
    const int threads_ahead = std::min(8, static_cast<int>(std::thread::hardware_concurrency()));
    batches.draw_ahead(threads_ahead);
    report.add({"training", fmt::format("rows of batches, moons, drawn ahead by {} threads", threads_ahead), "million/s", rows(batches), alone, "when they are asked for", 0});
    batches.draw_ahead(0);
    report.add({"training", "3-64×3-2 SiLU, batch 1024, with data", "steps/s", with_data, torch ? steps_per_second(*torch, shapes[0], batches, 1024) : 0,
                baseline, 0});
    for (const Eigen::Index n : {128, 512}) {
        if (options.stop.stop_requested()) return;
        report.add({"training", fmt::format("optimal transport, moons to noise, {0} × {0}", n), "assignments/s", assignments(*data, n, 20, [](const Points& a, const Points& b) { optimal_assignment(a, b); }),
                    assignments(*data, n, 5, [](const Points& a, const Points& b) { plain_assignment(a, b); }), "shortest paths in plain loops", 0});
    }
    nn::GaussianPathBatches independent(data, schedule, {}, description, 1), paired(data, schedule, {}, description, 1, {nullptr, true});
    report.add({"training", "3-64×3-2 SiLU, batch 512, with data, optimal transport", "steps/s", steps_per_second(fused, shapes[0], paired, 512), steps_per_second(fused, shapes[0], independent, 512),
                "the same without transport", 0});
    for (const auto& a : {shapes[0], shapes[1], shapes[2]})
        report.add({"training", fmt::format("{} SiLU, evaluation at one t", name(a)), "million/s", evaluations(fused, a), torch ? evaluations(*torch, a) : 0, baseline, 0});
}

}  // namespace pf::bench
