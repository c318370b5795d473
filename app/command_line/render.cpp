#include <CLI/CLI.hpp>
#include <chrono>
#include <cmath>

#include "app/command_line/commands.h"
#include "app/film_pictures.h"
#include "app/runtime/media/film.h"
#include "app/runtime/media/film_estimate.h"
#include "app/runtime/media/png.h"

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
        arguments_.declare(app);
        app.add_option("--out", out_, "film.mp4, .webm, .gif, .apng, or picture.png")->required();
        app.add_flag("--sequence", sequence_, "with .png: a film as numbered pictures NAME_0001.png, …");
        app.add_flag("--bare", bare_, "the panes alone: no title, axes, legend, equation and time");
        app.add_flag("--estimate", estimate_, "say how large the film will be, about, and make nothing");
        app.add_flag("--report", report_, "progress as lines for another program: what is done, how far, of how much, bytes written");
        declare_options(app, settings_);
    }

    int run(std::stop_token stop) override {
        settle();
        if (estimate_) return estimate();
        const PixelSize size = film_size(settings_);
        const bool picture = settings_.kind == "png" && !sequence_;
        // Before anything is computed: an unknown ending, an odd size or a missing ffmpeg is said at once.
        std::unique_ptr<FilmWriter> film;
        if (!picture) film = std::make_unique<FilmWriter>(out_, size.width, size.height, settings_.fps, FilmOptions{FilmPlan(settings_).frames(), std::chrono::seconds(30), settings_.chroma == "444", settings_.transparent, stop});
        FilmPictures pictures(settings_, static_cast<int>(load_scene(arguments_.scene).lanes.size()));
        prepare_pictures(pictures, stop);
        try {
            picture ? save_picture(pictures) : save_film(pictures, *film, stop);
        } catch (const std::exception&) {
            check_interrupted(stop);
            throw;
        }
        return 0;
    }

    void settle() {
        const auto dot = out_.rfind('.');
        settings_.kind = dot == std::string::npos ? "" : CLI::detail::to_lower(out_.substr(dot + 1));
        try {
            film_kind(settings_.kind);
        } catch (const BadInput& error) {
            throw BadInput(fmt::format("--out {}: {}", out_, error.what()));
        }
        if (sequence_ && settings_.kind != "png") throw BadInput(fmt::format("--sequence: numbered pictures are .png, not '{}'", out_));
        if (settings_.training && settings_.kind == "png" && !sequence_) throw BadInput("--training: one picture shows no training: with --sequence it is a film");
        if (settings_.training && !arguments_.weights.empty()) throw BadInput("--training: the film trains by itself, --weights has no part in it");
        if (settings_.t != 1 && !settings_.training && (settings_.kind != "png" || sequence_)) throw BadInput("--t: of one .png picture or a film of training; a film over t shows every t");
        if (bare_) settings_.caption = settings_.labels = settings_.legend = settings_.equation = settings_.time = false;
        check_settings(settings_);
    }

    int estimate() {
        const FilmEstimate guess = estimate_film(settings_, load_scene(arguments_.scene));
        const PixelSize size = film_size(settings_);
        fmt::print("{}: {} frames, {}×{}, {} frames/s, about {}, about {} to make\n", settings_.kind, guess.frames, size.width, size.height, settings_.fps, bytes_text(guess.bytes), duration_text(guess.seconds));
        return 0;
    }

    void prepare_pictures(FilmPictures& pictures, std::stop_token stop) {
        FilmSource source;
        if (settings_.training) {
            source.scene = load_scene(arguments_.scene);
            if (!has_network(source.scene)) throw BadInput(fmt::format("--training: '{}' has no network", arguments_.scene));
            source.device = device_from(arguments_.device);
            source.engine = &nn::open_engine(nn::engine_from(arguments_.engine), source.device);
        } else {
            Prepared prepared = prepare(arguments_, stop);
            source.scene = std::move(prepared.scene), source.weights = std::move(prepared.weights), source.fields = std::move(prepared.fields);
        }
        Telling telling("computing", "", report_);
        pictures.prepare(std::move(source), [&](double share) { telling.at(share, 1); }, stop);
        check_interrupted(stop);
    }

    void save_picture(FilmPictures& pictures) {
        const PixelSize size = pictures.size();
        Image image{size.width, size.height, {}};
        pictures.draw_at(settings_.t, image.pixels);
        write_png(out_, image, {{"probflow scene", scene_to_json(pictures.scene(), true)}});
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

    SceneArguments arguments_;
    FilmSettings settings_;
    std::string out_;
    bool sequence_ = false, bare_ = false, estimate_ = false, report_ = false;
};

}  // namespace
std::unique_ptr<Command> make_render_command() { return std::make_unique<Render>(); }
}  // namespace pf::command_line
