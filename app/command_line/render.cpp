#include <CLI/CLI.hpp>
#include <algorithm>
#include <chrono>
#include <cmath>

#include "app/command_line/commands.h"
#include "app/command_line/render_lecture.h"
#include "app/panels/notation.h"
#include "app/picture/film_pictures.h"
#include "app/picture/pinned_view.h"
#include "app/picture/sheet_svg.h"
#include "app/runtime/files/atomic_file.h"
#include "app/runtime/lecture.h"
#include "app/runtime/media/film.h"
#include "app/runtime/media/film_estimate.h"
#include "app/runtime/media/png.h"
#include "app/runtime/scene_document.h"
#include "app/runtime/scene_picture.h"
#include "app/runtime/shown_results.h"

namespace pf::command_line {
std::unique_ptr<Command> make_render_command();
namespace {

// Progress for a person, or for the program that started this one: a line "DOING DONE OF BYTES" at most ten times a second.
class Telling {
public:
    Telling(std::string doing, std::string what, bool lines) : doing_(std::move(doing)), lines_(lines) {
        if (!lines_) progress_.emplace(doing_ + what);
    }
    void at(double done, double of, std::uint64_t bytes = 0) {
        if (!lines_) return progress_->at(done / of);
        const auto now = std::chrono::steady_clock::now();
        if (now - told_ < std::chrono::milliseconds(100) && done < of) return;
        told_ = now;
        fmt::print(stderr, "{} {:g} {:g} {}\n", doing_, done, of, bytes);
        std::fflush(stderr);
    }

private:
    std::string doing_;
    bool lines_;
    std::optional<Progress> progress_;
    std::chrono::steady_clock::time_point told_{};
};

std::string words_of(const FilmOption::Word& word) {
    std::string out;
    for (const FilmWord& w : word.words) out += (out.empty() ? "" : ", ") + std::string(w.id);
    return out;
}

void declare_options(CLI::App& app, FilmSettings& settings) {
    for (const FilmOption& option : film_options()) {
        const std::string flag = film_flag(option.id), meaning(option.meaning);
        CLI::Option* declared = nullptr;
        if (const auto* f = std::get_if<FilmOption::Flag>(&option.value)) declared = app.add_flag(flag + ",!--no" + flag.substr(1), settings.*f->value, meaning + (settings.*f->value ? " (on)" : ""));
        else if (const auto* r = std::get_if<FilmOption::Real>(&option.value)) declared = app.add_option(flag, settings.*r->value, meaning)->capture_default_str();
        else if (const auto* i = std::get_if<FilmOption::Whole>(&option.value)) declared = app.add_option(flag, settings.*i->value, meaning)->capture_default_str();
        else if (const auto* w = std::get_if<FilmOption::Word>(&option.value)) declared = app.add_option(flag, settings.*w->value, meaning + ": " + words_of(*w))->capture_default_str();
        else declared = app.add_option(flag, settings.*std::get<FilmOption::Text>(option.value).value, meaning)->capture_default_str();
        declared->group(std::string(option.part));
    }
}

class Render final : public Command {
    void declare(CLI::App& app) override {
        app_ = &app;
        arguments_.declare(app);
        app.add_option("--out", out_, "film.mp4, .webm, .gif, .apng, picture.png, or figure.svg: the panes at --t with axes, lines and words as vectors; of the options below --size, --scale, --t, --theme and --convention have a part in it")->required();
        app.add_option("--sheet", sheet_, "a sheet instead, png or svg: a column for each of these times, such as 0,0.25,0.5,0.75,1, a row for each pane; --size gives its width");
        app.add_flag("--sequence", sequence_, "with .png: a film as numbered pictures NAME_0001.png, …");
        app.add_flag("--bare", bare_, "the panes alone: no title, axes, legend, equation and time");
        app.add_flag("--estimate", estimate_, "say how large the film will be, about, and make nothing");
        app.add_flag("--report", report_, "progress as lines for another program: what is done, how far, of how much, bytes written");
        declare_options(app, settings_);
    }

    int run(std::stop_token stop) override {
        if (!estimate_) expect_place("--out", out_, holds_scene(arguments_.scene) ? "" : arguments_.scene);  // a picture of a scene may be made again
        if (is_lecture(arguments_.scene)) return lecture(stop);
        if (out_.ends_with(".svg") || !sheet_.empty()) return figure(stop);
        settle();
        const PixelSize size = film_size(settings_);
        const bool picture = settings_.kind == "png" && !sequence_;
        if (picture) expect_picture();
        if (estimate_) return estimate();
        // Before anything is computed: an unknown ending, an odd size or a missing ffmpeg is said at once.
        std::unique_ptr<FilmWriter> film;
        if (!picture) film = std::make_unique<FilmWriter>(out_, size.width, size.height, settings_.fps, FilmOptions{FilmPlan(settings_).frames(), std::chrono::seconds(30), settings_.chroma == "444", settings_.transparent, stop});
        FilmPictures pictures(settings_, static_cast<int>(open_scene(arguments_.scene).lanes.size()));
        prepare_pictures(pictures, stop);
        try {
            picture ? save_picture(pictures) : save_film(pictures, *film, stop);
        } catch (const std::exception&) {
            check_interrupted(stop);
            throw;
        }
        return 0;
    }

    // What has no part in what is made is refused, not passed over.
    void expect_only(std::string_view what, std::initializer_list<std::string_view> parts) const {
        for (const CLI::Option* option : app_->get_options())
            if (const std::string name = option->get_name(); option->count() > 0 && std::find(parts.begin(), parts.end(), name) == parts.end()) throw BadInput(fmt::format("{}: has no part in {}", name, what));
    }

    // What only films have is refused, but for length and rate, which scripts give for every ending: that these have no part is said.
    void expect_picture() const {
        constexpr const char* without_part = "{}: has no part in one picture; with --sequence it is a film";
        std::string unused;
        for (const FilmOption& option : film_options()) {
            const std::string flag = film_flag(option.id);
            if (option.part != "Time" || app_->count(flag) == 0) continue;
            if (option.id != "fps" && option.id != "seconds") throw BadInput(fmt::format(without_part, flag));
            unused += (unused.empty() ? "" : ", ") + flag;
        }
        if (estimate_) throw BadInput(fmt::format(without_part, "--estimate"));
        if (!unused.empty()) fmt::print(stderr, "{}\n", fmt::format(without_part, unused));
    }

    int lecture(std::stop_token stop) {
        if (!arguments_.weights.empty()) throw BadInput("--weights: the networks of a lecture are trained for its film");
        expect_only("the film of a lecture", {"SCENE", "--out", "--device", "--engine", "--size", "--scale", "--fps", "--seconds", "--theme", "--convention"});
        if (!out_.ends_with(".png")) find_kind(), check_settings(settings_);
        const PixelSize size = film_size(settings_);
        const StageLook look = stage_look(settings_, 4);
        return render_lecture({arguments_.scene, out_, size.width, size.height, settings_.fps, app_->count("--seconds") > 0 ? settings_.seconds : 0, look.theme, look.convention, arguments_.device, arguments_.engine}, stop);
    }

    // A page with axes, of which --size gives the width.
    int figure(std::stop_token stop) {
        const bool vectors = out_.ends_with(".svg");
        if (!vectors && !out_.ends_with(".png")) throw BadInput(fmt::format("{}: a sheet ends in .png or .svg", out_));
        expect_only(sheet_.empty() ? "a figure" : "a sheet", {"SCENE", "--out", "--weights", "--device", "--engine", "--size", "--scale", "--theme", "--convention", sheet_.empty() ? "--t" : "--sheet"});
        check_settings(settings_);
        const std::vector<double> times = sheet_.empty() ? std::vector{settings_.t} : times_from(sheet_, "--sheet");
        const StageLook look = stage_look(settings_, 4);
        panels::UiState ui;
        ui.theme = look.theme;
        ui.convention = look.convention;
        panels::write_in(ui.convention);
        const auto page_with = [&](const Scene& scene, const Results& results) { return sheet_page(scene, ui, results, times, static_cast<float>(film_size(settings_).width)); };
        // Before anything is computed: a scene that has no page, a missing OpenGL.
        const SheetPage planned = page_with(open_scene(arguments_.scene), {});
        std::optional<Stage> stage;
        if (!vectors) stage.emplace(static_cast<int>(planned.width), static_cast<int>(planned.height), look);
        const Prepared prepared = prepare(arguments_, stop);
        Progress progress("computing");
        const auto [results, layers] = shown_results(prepared.scene, prepared.weights, prepared.fields, {}, [&](double share) { progress.at(share); }, stop, page_reach(planned, prepared.scene, ui));
        check_interrupted(stop);
        if (Viewpoint seen = prepared.viewpoint.value_or(Viewpoint{}); seen.pin) {
            // One legend speaks of all columns: a point that moves with t stands where the scene was looked at.
            ui.playback.t = times.size() > 1 ? seen.t : times.front();
            if (!seen.pin->t) seen.pin->t = ui.playback.t;
            PinnedView(seen, prepared.scene, prepared.fields).show(ui);
            if (stage) stage->pin(seen, prepared.scene, prepared.fields);
        }
        const SheetPage page = page_with(prepared.scene, results);
        if (vectors) {
            atomic_write(out_, sheet_svg(page, prepared.scene, ui, results, layers));
        } else {
            Image image{static_cast<int>(page.width), static_cast<int>(page.height), {}};
            stage->draw(page, prepared.scene, results, image.pixels, layers);
            write_png(out_, image, {{scene_keyword, document_to_json({prepared.scene, prepared.weights, prepared.viewpoint}, true)}});
        }
        fmt::print("{}: {}×{}, t = {:.4g}\n", out_, page.width, page.height, fmt::join(times, ", "));
        return 0;
    }

    void find_kind() {
        const auto dot = out_.rfind('.');
        settings_.kind = dot == std::string::npos ? "" : CLI::detail::to_lower(out_.substr(dot + 1));
        std::string known;
        for (const FilmKind& kind : film_kinds()) {
            if (kind.ending == settings_.kind) return;
            known += fmt::format("{}.{}", known.empty() ? "" : ", ", kind.ending);
        }
        throw BadInput(fmt::format("--out {}: unknown ending '{}' (known endings: {}{})", out_, settings_.kind, known, is_lecture(arguments_.scene) ? "" : ", .svg"));
    }

    void settle() {
        find_kind();
        if (sequence_ && settings_.kind != "png") throw BadInput(fmt::format("--sequence: numbered pictures are .png, not '{}'", out_));
        if (settings_.training && settings_.kind == "png" && !sequence_) throw BadInput("--training: one picture shows no training: with --sequence it is a film");
        if (settings_.t != 1 && !settings_.training && (settings_.kind != "png" || sequence_)) throw BadInput("--t: of one .png picture or a film of training; a film over t shows every t");
        if (bare_) settings_.caption = settings_.labels = settings_.legend = settings_.equation = settings_.time = false;
        check_settings(settings_);
    }

    int estimate() {
        const FilmEstimate guess = estimate_film(settings_, open_scene(arguments_.scene));
        const PixelSize size = film_size(settings_);
        fmt::print("{}: {} frames, {}×{}, {} frames/s, about {}, about {} to make\n", settings_.kind, guess.frames, size.width, size.height, settings_.fps, bytes_text(guess.bytes), duration_text(guess.seconds));
        return 0;
    }

    void prepare_pictures(FilmPictures& pictures, std::stop_token stop) {
        FilmSource source;
        if (settings_.training) {
            Document document = given(arguments_);
            for (std::size_t i = 0; i < document.weights.size() && !report_; ++i) replayed(document, i);
            source.scene = std::move(document.scene), source.weights = std::move(document.weights), source.seen = document.viewpoint;
            if (!has_network(source.scene)) throw BadInput(fmt::format("--training: '{}' has no network", arguments_.scene));
            source.device = device_from(arguments_.device);
            source.engine = &nn::open_engine(nn::engine_from(arguments_.engine), source.device);
        } else {
            Prepared prepared = prepare(arguments_, stop);
            source.scene = std::move(prepared.scene), source.weights = std::move(prepared.weights), source.fields = std::move(prepared.fields), source.seen = prepared.viewpoint;
        }
        Telling telling("computing", "", report_);
        pictures.prepare(std::move(source), [&](double share) { telling.at(share, 1); }, stop);
        check_interrupted(stop);
    }

    void save_picture(FilmPictures& pictures) {
        const PixelSize size = pictures.size();
        Image image{size.width, size.height, {}};
        pictures.draw_at(settings_.t, image.pixels);
        write_png(out_, image, {{scene_keyword, document_to_json(pictures.document(settings_.t), true)}});
        fmt::print("{}: {}×{}, t = {:.4g}\n", out_, size.width, size.height, settings_.t);
    }

    void save_film(FilmPictures& pictures, FilmWriter& film, std::stop_token stop) {
        std::vector<std::uint8_t> pixels;
        {
            Telling telling("rendering", " " + out_, report_);
            for (int k = 0; k < pictures.frames(); ++k) {
                telling.at(k, pictures.frames(), film.bytes());
                pictures.draw(k, pixels, stop);
                check_interrupted(stop);
                film.add(pixels);
            }
            telling.at(pictures.frames(), pictures.frames(), film.bytes());
        }
        film.finish();
        fmt::print("{}: {} frames, {}×{}, {} frames/s, {}\n", out_, pictures.frames(), pictures.size().width, pictures.size().height, settings_.fps, bytes_text(static_cast<double>(film.bytes())));
    }

    CLI::App* app_ = nullptr;
    SceneArguments arguments_;
    FilmSettings settings_;
    std::string out_, sheet_;
    bool sequence_ = false, bare_ = false, estimate_ = false, report_ = false;
};

}  // namespace
std::unique_ptr<Command> make_render_command() { return std::make_unique<Render>(); }
}  // namespace pf::command_line
