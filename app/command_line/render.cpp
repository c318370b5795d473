#include <CLI/CLI.hpp>
#include <algorithm>
#include <cmath>

#include "app/command_line/commands.h"
#include "app/command_line/render_lecture.h"
#include "app/panels/notation.h"
#include "app/runtime/files/atomic_file.h"
#include "app/runtime/fokker_planck.h"
#include "app/runtime/guidance.h"
#include "app/runtime/lane_movies.h"
#include "app/runtime/lane_problem.h"
#include "app/runtime/layers.h"
#include "app/runtime/lecture.h"
#include "app/runtime/media/film.h"
#include "app/runtime/media/png.h"
#include "app/runtime/scene_picture.h"
#include "app/sheet_svg.h"
#include "app/stage.h"

namespace pf::command_line {
std::unique_ptr<Command> make_render_command();
namespace {

struct Size {
    int width, height;
};

Size size_from(const std::string& text) {
    int width = 0, height = 0;
    char rest = 0;
    if (std::sscanf(text.c_str(), "%dx%d%c", &width, &height, &rest) != 2 || width < 64 || height < 64 || width > 8192 || height > 8192)
        throw BadInput(fmt::format("--size: expected WIDTHxHEIGHT from 64x64 to 8192x8192, got '{}'", text));
    return {width, height};
}

// Everything the layers show, at full resolution.
Results all_results(const Prepared& prepared, Progress& progress, std::stop_token stop) {
    const Scene& scene = prepared.scene;
    Results out;
    const double parts = 2 * static_cast<double>(scene.lanes.size());
    for (std::size_t i = 0; i < scene.lanes.size(); ++i) {
        progress.at(static_cast<double>(i) / parts);
        out.lanes[i] = std::make_shared<const LaneResult>(run_lane(scene, static_cast<int>(i), prepared.fields, {0, 0, wants_log_p(scene, static_cast<int>(i))}, stop));
        out.lane_current[i] = true;
        if ((scene.view.density == "class" || scene.view.density == "product") && why_no_density(scene, scene.lanes[i]).empty())
            out.lane_densities[i] = std::make_shared<const DensityMovie>(lane_density_movie(scene, static_cast<int>(i), 192, 65, stop));
        check_interrupted(stop);
    }
    for (std::size_t i = 0; i < scene.lanes.size(); ++i) {
        const bool likelihood = scene.view.density == "likelihood";
        if (!(likelihood ? has_likelihood(scene, static_cast<int>(i)) : scene.view.density == "fokker_planck")) continue;
        FokkerPlanckRequest request;
        if (likelihood) request.scheme = "characteristics", request.without_noise = true;
        auto movie = fokker_planck_movie(run_fokker_planck(scene, static_cast<int>(i), prepared.fields, request, stop), out.lanes[i].get());
        (likelihood ? out.likelihood : out.fokker_planck)[i] = std::make_shared<const FokkerPlanckMovie>(std::move(movie));
        check_interrupted(stop);
    }
    for (std::size_t i = 0; i < scene.lanes.size(); ++i) {
        progress.at(static_cast<double>(scene.lanes.size() + i) / parts);
        if (exact_label(scene, scene.lanes[i])) out.densities[i] = std::make_shared<const DensityMovie>(exact_density_movie(scene, static_cast<int>(i), 192, 65, stop));
        check_interrupted(stop);
        out.fields[i] = std::make_shared<const FieldMovie>(lane_field_movie(scene, static_cast<int>(i), prepared.fields, 24, 33, stop));
        check_interrupted(stop);
    }
    return out;
}

// t of frame k: 0 → 1 over the first 85 %, then the data stays. A function of the index alone.
double time_of(int frame, int frames) {
    const int moving = std::max(2, static_cast<int>(std::lround(0.85 * frames)));
    return std::min(1.0, static_cast<double>(frame) / (moving - 1));
}

class Render final : public Command {
    void declare(CLI::App& app) override {
        app_ = &app;
        arguments_.declare(app);
        app.add_option("--out", out_, "film.mp4, .webm, .gif, .apng, picture.png, or figure.svg: the panes at --t with axes, lines and words as vectors")->required();
        app.add_option("--size", size_, "pixels, WIDTHxHEIGHT")->capture_default_str();
        app.add_option("--fps", fps_, "frames per second (gif: 10, 20, 25 or 50)")->capture_default_str()->check(CLI::Range(1, 120));
        app.add_option("--seconds", seconds_, "length of the film; of a lecture: of every stop, which otherwise takes the time it needs")->capture_default_str()->check(CLI::Range(0.04, 3600.0));
        app.add_option("--t", t_, "time of a png picture")->capture_default_str()->check(CLI::Range(0.0, 1.0));
        app.add_option("--convention", convention_, "letters and time of what is written: flow (noise at t = 0; α_t, β_t, σ_t) or diffusion (noise at τ = 1 - t = 1; α_τ, σ_τ, g_τ). "
                                                     "Scenes, --t and every data file hold t in both")->capture_default_str()->check(CLI::IsMember({"flow", "diffusion"}));
        app.add_flag("--bare", bare_, "the panes alone, without words, axes and time");
        app.add_option("--sheet", sheet_, "a sheet instead, png or svg: a column for each of these times, such as 0,0.25,0.5,0.75,1, a row for each pane; --size gives its width");
        app.add_option("--theme", theme_, "dark, light or projector")->capture_default_str()->check(CLI::IsMember({"dark", "light", "projector"}));
    }

    int run(std::stop_token stop) override {
        const Size size = size_from(size_);
        if (is_lecture(arguments_.scene)) return lecture(size, stop);
        if (out_.ends_with(".svg") || !sheet_.empty()) return figure(size, stop);
        const bool picture = out_.ends_with(".png");
        const int frames = std::max(1, static_cast<int>(std::lround(seconds_ * fps_)));
        // Before anything is computed: an unknown ending, an odd size or a missing ffmpeg is said at once.
        std::unique_ptr<FilmWriter> film;
        if (!picture) film = std::make_unique<FilmWriter>(out_, size.width, size.height, fps_, FilmOptions{frames});
        const panels::Theme theme = theme_ == "light" ? panels::Theme::light : theme_ == "projector" ? panels::Theme::projector : panels::Theme::dark;
        Stage stage(size.width, size.height, theme, convention_ == "diffusion" ? panels::Convention::diffusion : panels::Convention::flow, bare_);

        const Prepared prepared = prepare(arguments_, stop);
        Results results;
        LayerResults layers;
        {
            Progress progress("computing");
            results = all_results(prepared, progress, stop);
            layers = all_layers(prepared.scene, prepared.fields, results, stop);
            check_interrupted(stop);
        }
        std::vector<std::uint8_t> pixels;
        if (picture) {
            stage.draw(prepared.scene, results, t_, pixels, layers);
            write_png(out_, Image{size.width, size.height, pixels}, {{"probflow scene", scene_to_json(prepared.scene, true)}});
            fmt::print("{}: {}×{}, t = {:.4g}\n", out_, size.width, size.height, t_);
            return 0;
        }
        Progress progress("rendering " + out_);
        for (int k = 0; k < frames; ++k) {
            check_interrupted(stop);
            progress.at(static_cast<double>(k) / frames);
            stage.draw(prepared.scene, results, time_of(k, frames), pixels, layers);
            film->add(pixels);
        }
        film->finish();
        fmt::print("{}: {} frames, {}×{}, {} frames/s\n", out_, frames, size.width, size.height, fps_);
        return 0;
    }

    int lecture(Size size, std::stop_token stop) {
        if (!arguments_.weights.empty()) throw BadInput("--weights: the networks of a lecture are trained for its film");
        const panels::Theme theme = theme_ == "light" ? panels::Theme::light : theme_ == "projector" ? panels::Theme::projector : panels::Theme::dark;
        return render_lecture({arguments_.scene, out_, size.width, size.height, fps_, app_->count("--seconds") > 0 ? seconds_ : 0, theme,
                               convention_ == "diffusion" ? panels::Convention::diffusion : panels::Convention::flow, arguments_.device, arguments_.engine}, stop);
    }

    CLI::App* app_ = nullptr;
    // A page with axes, of which --size gives the width.
    int figure(Size size, std::stop_token stop) {
        const bool vectors = out_.ends_with(".svg");
        if (!vectors && !out_.ends_with(".png")) throw BadInput(fmt::format("{}: a sheet ends in .png or .svg", out_));
        const std::vector<double> times = sheet_.empty() ? std::vector{t_} : times_from(sheet_, "--sheet");
        panels::UiState ui;
        ui.theme = theme_ == "light" ? panels::Theme::light : theme_ == "projector" ? panels::Theme::projector : panels::Theme::dark;
        ui.convention = convention_ == "diffusion" ? panels::Convention::diffusion : panels::Convention::flow;
        panels::write_in(ui.convention);
        const SheetPage page = sheet_page(load_scene(arguments_.scene), ui, times, static_cast<float>(size.width));
        std::optional<Stage> stage;
        if (!vectors) stage.emplace(static_cast<int>(page.width), static_cast<int>(page.height), ui.theme, ui.convention);
        const Prepared prepared = prepare(arguments_, stop);
        Progress progress("computing");
        const Results results = all_results(prepared, progress, stop);
        const LayerResults layers = all_layers(prepared.scene, prepared.fields, results, stop);
        check_interrupted(stop);
        if (vectors) {
            atomic_write(out_, sheet_svg(page, prepared.scene, ui, results, layers));
        } else {
            Image image{static_cast<int>(page.width), static_cast<int>(page.height), {}};
            stage->draw(page, prepared.scene, results, image.pixels, layers);
            write_png(out_, image, {{scene_keyword, scene_to_json(prepared.scene, true)}});
        }
        fmt::print("{}: {}×{}, t = {:.4g}\n", out_, page.width, page.height, fmt::join(times, ", "));
        return 0;
    }

    SceneArguments arguments_;
    std::string sheet_;
    std::string out_, size_ = "1920x1080", theme_ = "dark", convention_ = "flow";
    int fps_ = 50;
    double seconds_ = 8, t_ = 1;
    bool bare_ = false;
};

}  // namespace
std::unique_ptr<Command> make_render_command() { return std::make_unique<Render>(); }
}  // namespace pf::command_line
