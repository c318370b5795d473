#include <array>
#include <limits>
#include <map>
#include <mutex>

#include "app/runtime/fields.h"
#include "app/runtime/keys.h"
#include "app/runtime/scene_json.h"
#include "core/math/schedule/schedules.h"

namespace pf {
namespace {

// Depends on the data alone, not on path, prediction or weighting, so the process keeps those it has.
std::shared_ptr<const PosteriorVariance> posterior_variance(const Scene& scene, const Model& model, std::stop_token stop) {
    static std::mutex mutex;
    static std::map<std::string, std::shared_ptr<const PosteriorVariance>> kept;
    const auto mixture = make_dataset(scene.data)->mixture();
    if (!mixture) throw BadInput(fmt::format("no floor: it is known for mixtures only, and '{}' is none", scene.data.choice.id));
    const double label_known = model.network.conditional ? 1 - model.training.label_dropout : 0;
    const auto key = fmt::format("{} {}", label_known, data_to_json(scene.data, true).dump());
    {
        const std::lock_guard lock(mutex);
        if (const auto it = kept.find(key); it != kept.end()) return it->second;
    }
    auto made = std::make_shared<const PosteriorVariance>(*mixture, label_known, [&] { return stop.stop_requested(); });
    const std::lock_guard lock(mutex);
    if (kept.size() > 16) kept.clear();
    if (!stop.stop_requested()) kept[key] = made;
    return made;
}

LossTerms terms_of(const Scene& scene, int model, const Dataset& data) {
    const Model& m = scene.models.at(static_cast<std::size_t>(model));
    return nn::loss_terms(objective(m), describe(scene, model, data), build(schedules(), m.schedule, fmt::format("models[{}].schedule", model)));
}

void refuse_coupled(const Scene& scene, const Model& model) {
    if (scene.source) throw BadInput("no floor: it is known where the path starts from Gaussian noise");
    if (!on_gaussian_path(scene, model)) throw BadInput("no floor: on a coupled path it is not known");
}

}  // namespace

ModelFloor model_floor(const Scene& scene, int model, std::stop_token stop) {
    ModelFloor out;
    out.key = floor_key(scene, model);
    const Model& m = scene.models.at(static_cast<std::size_t>(model));
    try {
        refuse_coupled(scene, m);
        const auto data = posterior_variance(scene, m, stop);
        out.floor = loss_floor(*data, terms_of(scene, model, *make_dataset(scene.data)));
    } catch (const BadInput& why) {
        out.why_not = why.what();
    }
    return out;
}

std::vector<LossBin> loss_by_time(const Scene& scene, int model, const nn::Weights& weights, nn::Engine& engine, int bins) {
    constexpr int times = 16, draws = 512;
    const Model& m = scene.models.at(static_cast<std::size_t>(model));
    const std::shared_ptr<const Dataset> data = make_dataset(scene.data);
    const LossTerms terms = terms_of(scene, model, *data);
    std::shared_ptr<const PosteriorVariance> floor;
    try {
        refuse_coupled(scene, m);
        floor = posterior_variance(scene, m, {});
    } catch (const BadInput&) {
    }
    const auto network = nn::make_network(engine, weights.description.architecture, 0, nn::Device::cpu);
    nn::require(network->set_weights(weights.values.data(), static_cast<long>(weights.values.size())), engine, "loading the weights");

    std::array<float, 2 * draws> x{}, target{}, out{};
    std::array<float, draws> time{}, weight{};
    std::array<int, draws> label{};
    nn::Objective at = objective(m);
    nn::GaussianPathBatches batches(data, terms.schedule, at, weights.description, stream_key(scene.seed, "loss by time of " + m.name), coupling(scene, m));
    const auto loss_at = [&](double t) {
        at.times = {"uniform", {{"t_min", t}, {"t_max", t}}};
        batches.set_objective(at);
        batches.next(draws, x.data(), time.data(), label.data(), target.data(), weight.data());
        double sum = 0;
        for (int asked = -1; asked < std::max(1, weights.description.architecture.labels); ++asked) {
            if (std::find(label.begin(), label.end(), asked) == label.end()) continue;
            nn::require(network->evaluate(x.data(), draws, static_cast<double>(time[0]), asked, out.data(), nullptr), engine, "network");
            for (std::size_t i = 0; i < draws; ++i) {
                if (label[i] != asked) continue;
                const double dx = static_cast<double>(out[2 * i] - target[2 * i]), dy = static_cast<double>(out[2 * i + 1] - target[2 * i + 1]);
                sum += static_cast<double>(weight[i]) * (dx * dx + dy * dy) / 2;
            }
        }
        return sum / draws;
    };
    const LossFloor known = floor ? loss_floor(*floor, terms, bins) : LossFloor{};
    std::vector<LossBin> all;
    const double width = (terms.range.max - terms.range.min) / bins;
    for (int bin = 0; bin < bins; ++bin) {
        LossBin b{terms.range.min + width * bin, terms.range.min + width * (bin + 1), 0, 0};
        double mass = 0, excess = 0;
        for (int i = 0; i < times; ++i) {
            const double t = b.from + (b.to - b.from) * (i + 0.5) / times, rho = width > 0 ? terms.density(t) : 1;
            if (!(rho > 0)) continue;
            const Coefficients c = terms.schedule->at(t);
            mass += rho;
            const double loss = loss_at(t);
            b.loss += rho * loss;
            if (floor) excess += rho * (loss - terms.weight(t, c) * pointwise_floor(*floor, terms.prediction, c, terms.data_sd));
        }
        if (mass > 0) b.loss /= mass, excess /= mass;
        // What is above the floor is smooth in t, the floor may not be: its mean is that of loss_floor(), not of these few times.
        b.floor = floor ? known.floor[static_cast<std::size_t>(bin)] : std::numeric_limits<double>::quiet_NaN();
        if (floor) b.loss = b.floor + excess;
        all.push_back(b);
    }
    return all;
}

}  // namespace pf
