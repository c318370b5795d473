#include <CLI/CLI.hpp>
#include <array>
#include <limits>

#include "app/command_line/commands.h"
#include "app/runtime/files/csv.h"
#include "app/runtime/scene_document.h"

namespace pf::command_line {
std::unique_ptr<Command> make_train_command();
namespace {

class Train final : public Command {
    void declare(CLI::App& app) override {
        app.add_option("SCENE", arguments_.scene, "a scene file, the id of a built-in scene, or a file of data")->required();
        app.add_option("--out", out_, "file for the weights (safetensors); further networks of the scene go beside it, W-<model>.safetensors")->required();
        app.add_option("--steps", steps_, "number of steps instead of the scene's")->check(CLI::Range(1L, 10000000L));
        app.add_flag("--afresh", afresh_, "by the scene's values alone. Without it, weights in the scene file or picture during whose training hyper-parameters were changed are trained the same way again");
        app.add_option("--device", arguments_.device, "auto, cpu or cuda")->check(CLI::IsMember({"auto", "cpu", "cuda"}))->take_last();
        app.add_option("--engine", arguments_.engine, "auto, fused (CPU) or libtorch")->check(CLI::IsMember({"auto", "fused", "libtorch"}));
        app.add_option("--log", log_,
                       "CSV, or NPZ by the ending of the name, with the columns model (its name), step, loss, floor, excess, t_from, t_to. About ten rows a second: the loss of one batch over all trained times, beside "
                       "the least that any network can reach (nan where it is not known) and what is above it. After every tenth of the run ten rows more, one "
                       "per stretch t_from to t_to of time, for the weights shown (the averaged ones)");
    }

    int run(std::stop_token stop) override {
        expect_ending("--log", log_, {".csv", ".npz"});
        expect_place("--out", out_, arguments_.scene);
        expect_place("--log", log_, arguments_.scene);
        const Document document = open_document(arguments_.scene);
        const Scene& scene = document.scene;
        if (!has_network(scene)) throw BadInput(fmt::format("{}: has no network to train; its fields are exact", arguments_.scene));
        nn::Engine& engine = nn::on_cores(nn::open_engine(nn::engine_from(arguments_.engine), device_from(arguments_.device)), 0);
        if (const auto why = device_from(arguments_.device) == nn::Device::automatic ? nn::why_no_gpu() : ""; !why.empty()) fmt::print(stderr, "{}\n", why);
        const auto files = weight_files(scene, out_);
        std::vector<std::pair<std::string, std::shared_ptr<const nn::Weights>>> trained;  // all are written at the end, or none
        std::vector<std::string> lines;
        Csv log({"model", "step", "loss", "floor", "excess", "t_from", "t_to"});
        for (std::size_t i = 0; i < scene.models.size(); ++i) {
            const Model& model = scene.models[i];
            if (model.field != "network") continue;
            TrainOptions options{steps_, device_from(arguments_.device), {}, {}};
            const ModelFloor known = log_.empty() ? ModelFloor{} : model_floor(scene, static_cast<int>(i), stop);
            const double floor = known.why_not.empty() ? known.floor.total : std::numeric_limits<double>::quiet_NaN();
            const auto note = [&](long step, double loss, double least, double from, double to) {
                log.row(std::array{model.name, fmt::to_string(step), fmt::to_string(loss), fmt::to_string(least), fmt::to_string(loss - least), fmt::to_string(from), fmt::to_string(to)});
            };
            if (!log_.empty())
                options.tenth = [&](const nn::Weights& now) {
                    for (const LossBin& bin : loss_by_time(scene, static_cast<int>(i), now, engine))
                        note(now.description.steps, bin.loss, bin.floor, bin.from, bin.to);
                };
            if (!afresh_ && steps_ == 0) options.replay = replayed(document, i);
            const long total = options.replay ? options.replay->steps : steps_ > 0 ? steps_ : model.training.steps;
            double last = 0;
            std::shared_ptr<const nn::Weights> weights;
            {
                Progress progress("training " + model.name);
                options.notice = [&](const std::string& text) { progress.note(text); };
                weights = train_model(scene, static_cast<int>(i), engine, options,
                                      [&](long step, double loss) {
                                          progress.at(static_cast<double>(step) / static_cast<double>(total), fmt::format("loss {:.4g}", loss));
                                          if (!log_.empty()) note(step, loss, floor, known.floor.range.min, known.floor.range.max);
                                          last = loss;
                                      }, stop);
            }
            check_interrupted(stop);
            trained.emplace_back(files[i], weights);
            lines.push_back(fmt::format("{}: {} steps, loss {:.5g} of the last batch, weights in {}", model.name, total, last, files[i]));
            if (log_.empty()) continue;
            if (known.why_not.empty()) lines.push_back(fmt::format("{}: loss floor {:.5g} of the mean over all batches, about which single ones scatter{}{}", model.name, floor, known.floor.infinite.empty() ? "" : "; ", known.floor.infinite));
            else lines.push_back(fmt::format("{}: {}", model.name, known.why_not));
        }
        for (const auto& [file, weights] : trained) nn::save_safetensors(file, *weights);
        if (!log_.empty()) log.save(log_);
        for (const auto& line : lines) fmt::print("{}\n", line);
        return 0;
    }

    SceneArguments arguments_;
    std::string out_, log_;
    long steps_ = 0;
    bool afresh_ = false;
};

}  // namespace
std::unique_ptr<Command> make_train_command() { return std::make_unique<Train>(); }
}  // namespace pf::command_line
