#include <CLI/CLI.hpp>
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <set>
#include <unistd.h>

#include "app/command_line/commands.h"
#include "app/runtime/fields.h"
#include "app/runtime/live_parameters.h"

namespace pf::command_line {
namespace {

double now() { return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count(); }

}  // namespace

void SceneArguments::declare(CLI::App& app, bool with_weights) {
    app.add_option("SCENE", scene, "a scene file, the id of a built-in scene ('probflow scenes' lists them), or a file of data")->required();
    if (!with_weights) return;
    app.add_option("--weights", weights, "trained weights (safetensors, as 'train' writes them); without them those in the scene file or picture are taken, and where there are none the networks are trained first");
    app.add_option("--device", device, "where networks run: auto, cpu or cuda")->check(CLI::IsMember({"auto", "cpu", "cuda"}))->take_last();
    app.add_option("--engine", engine, "what computes networks: auto, fused (CPU) or libtorch")->check(CLI::IsMember({"auto", "fused", "libtorch"}));
}

nn::Device device_from(const std::string& word) {
    return word == "cpu" ? nn::Device::cpu : word == "cuda" ? nn::Device::cuda : nn::Device::automatic;
}

bool has_network(const Scene& scene) {
    for (const Model& model : scene.models)
        if (model.field == "network") return true;
    return false;
}

void check_interrupted(std::stop_token stop) {
    if (stop.stop_requested()) throw Interrupted{};
}

std::shared_ptr<const nn::Weights> train_with_progress(const Scene& scene, int model, nn::Engine& engine, nn::Device device, std::stop_token stop) {
    const Model& trained = scene.models[static_cast<std::size_t>(model)];
    Progress progress("training " + trained.name);
    TrainOptions options;
    options.device = device;
    options.notice = [&](const std::string& text) { progress.note(text); };
    auto out = train_model(scene, model, engine, options, [&](long step, double loss) { progress.at(static_cast<double>(step) / trained.training.steps, fmt::format("loss {:.4g}", loss)); }, stop);
    check_interrupted(stop);
    return out;
}

Document open_document(const std::string& file_or_id) {
    static std::set<std::string> told;
    Document out = load_document(file_or_id);
    for (const std::string& note : out.notes)
        if (told.insert(note).second) fmt::print(stderr, "{}\n", note);
    return out;
}

Scene open_scene(const std::string& file_or_id) { return open_document(file_or_id).scene; }

Document given(const SceneArguments& arguments) {
    Document out = open_document(arguments.scene);
    out.weights.resize(out.scene.models.size());
    if (arguments.weights.empty()) return out;
    if (!has_network(out.scene)) throw BadInput(fmt::format("--weights: '{}' has no network", arguments.scene));
    const auto files = weight_files(out.scene, arguments.weights);
    for (std::size_t i = 0; i < files.size(); ++i) {
        if (out.scene.models[i].field != "network") continue;
        out.weights[i] = std::make_shared<const nn::Weights>(nn::load_safetensors(files[i]));
        if (const auto why = mismatch(out.scene, static_cast<int>(i), out.weights[i]->description); !why.empty()) throw BadInput(fmt::format("models[{}]: {}", i, why));
    }
    return out;
}

const nn::Description* replayed(const Document& document, std::size_t model) {
    if (model >= document.weights.size() || !document.weights[model] || document.weights[model]->description.changes.empty()) return nullptr;
    const nn::Description& seen = document.weights[model]->description;
    const std::string& name = document.scene.models[model].name;
    if (const auto why = why_no_replay(document.scene, static_cast<int>(model), seen); !why.empty()) {
        fmt::print(stderr, "{}: trained by the scene's values alone; {}\n", name, why);
        return nullptr;
    }
    const auto live = std::count_if(seen.changes.begin(), seen.changes.end(), [](const auto& change) { return change.step > 0; });
    fmt::print(stderr, "{}: as it was trained, with {} change{} on the way to step {}\n", name, live, live == 1 ? "" : "s", seen.steps);
    return &seen;
}

Prepared prepare(const SceneArguments& arguments, std::stop_token stop) {
    Document document = given(arguments);
    Prepared out{std::move(document.scene), std::move(document.weights), {}, document.viewpoint};
    nn::Engine* engine = has_network(out.scene) ? &nn::open_engine(nn::engine_from(arguments.engine), device_from(arguments.device)) : nullptr;
    for (std::size_t i = 0; i < out.scene.models.size(); ++i) {
        if (out.scene.models[i].field != "network") continue;
        if (!out.weights[i]) out.weights[i] = train_with_progress(out.scene, static_cast<int>(i), *engine, device_from(arguments.device), stop);
    }
    out.fields = make_fields(out.scene, out.weights, engine, device_from(arguments.device));
    return out;
}

void expect_ending(std::string_view option, const std::string& path, std::initializer_list<std::string_view> endings) {
    if (path.empty() || std::any_of(endings.begin(), endings.end(), [&](std::string_view ending) { return path.ends_with(ending); })) return;
    throw BadInput(fmt::format("{} {}: expected a name that ends in {}", option, path, fmt::join(endings, " or ")));
}

void expect_place(std::string_view option, const std::string& path, const std::string& scene) {
    if (path.empty()) return;
    namespace fs = std::filesystem;
    const auto refuse = [&](const std::string& why) { throw BadInput(fmt::format("{} {}: {}", option, path, why)); };
    std::error_code error;
    const std::string folder = fs::path(path).has_parent_path() ? fs::path(path).parent_path().string() : ".";
    if (fs::is_directory(path, error)) refuse("is a folder; expected the name of a file");
    if (!fs::is_directory(folder, error)) refuse(fmt::format("there is no folder '{}'", folder));
    if (::access(folder.c_str(), W_OK | X_OK) != 0) refuse(fmt::format("nothing may be written in the folder '{}'", folder));
    if (!scene.empty() && fs::equivalent(path, scene, error)) refuse("is the scene itself, which would be lost; give another name");
}

Progress::Progress(std::string what) : what_(std::move(what)), terminal_(isatty(STDERR_FILENO)), started_(now()) {}

Progress::~Progress() {
    if (shown_ && terminal_) std::fputs("\r\x1b[K", stderr);
}

void Progress::note(std::string_view line) { fmt::print(stderr, "{}{}\n", shown_ && terminal_ ? "\r\x1b[K" : "", line); }

void Progress::at(double share, std::string_view detail) {
    const double time = now();
    share = std::min(1.0, std::max(0.0, share));
    if (time - started_ < 0.5) return;
    if (terminal_) {
        if (time - drawn_ < 0.1) return;
        drawn_ = time;
        const double left = share > 0 ? (time - started_) * (1 - share) / share : 0;
        std::string bar;
        for (int i = 0; i < 24; ++i) bar += i < 24 * share ? "█" : "░";
        fmt::print(stderr, "\r\x1b[K{} {} {:3.0f} %  {:.0f} s left  {}", what_, bar, 100 * share, left, detail);
        std::fflush(stderr);
    } else {
        const int tenth = static_cast<int>(10 * share);
        if (tenth == last_tenth_) return;
        last_tenth_ = tenth;
        fmt::print(stderr, "{}: {} %{}{}\n", what_, 10 * tenth, detail.empty() ? "" : ", ", detail);
        std::fflush(stderr);
    }
    shown_ = true;
}

}  // namespace pf::command_line
