#include "app/command_line/render_lecture.h"

#include <cmath>
#include <map>

#include "app/command_line/commands.h"
#include "app/picture/lecture_film.h"
#include "app/picture/presentation.h"
#include "app/render/offscreen.h"
#include "app/render/screen.h"
#include "app/runtime/blend.h"
#include "app/runtime/media/film.h"
#include "app/runtime/shown_results.h"

namespace pf::command_line {
namespace {

constexpr double blends_a_second = 12.5;  // scenes computed while options move

// The scenes of a lecture with their fields and results, one at a time. Networks that several stops share are trained once.
class Stops {
public:
    Stops(const LectureFilm& film, const Lecture& lecture) : film_(film), lecture_(lecture) {}

    // Brings the stop, or the scene on the way to it, up to date; results live until the next ones are there.
    void show(int index, double share, std::stop_token stop) {
        const Stop& to = lecture_.stops[static_cast<std::size_t>(index)];
        if (index != index_) enter(index, to, stop);
        const Scene wanted = share < 1 ? blend(lecture_.stops[static_cast<std::size_t>(index) - 1].scene, to.scene, share) : to.scene;
        if (computed_ && wanted == scene) return;
        scene = wanted;
        computed_ = true;
        const FieldSet fields = make_fields(scene, weights_, engine_, device_from(film_.device));
        ShownResults next = shown_results(scene, weights_, fields, shown, {}, stop, presentation_reach({}, scene, film_.width, film_.height));
        before_ = std::exchange(shown, std::move(next));
        check_interrupted(stop);
    }

    Scene scene;
    ShownResults shown;

private:
    void enter(int index, const Stop& to, std::stop_token stop) {
        index_ = index;
        computed_ = false;
        weights_.assign(to.scene.models.size(), nullptr);
        for (std::size_t i = 0; i < weights_.size(); ++i) {
            if (to.scene.models[i].field != "network") continue;
            if (!engine_) engine_ = &nn::open_engine(nn::engine_from(film_.engine), device_from(film_.device));
            auto& trained = trained_[training_key(to.scene, static_cast<int>(i))];
            if (!trained) trained = train_with_progress(to.scene, static_cast<int>(i), *engine_, device_from(film_.device), stop);
            weights_[i] = trained;
        }
    }

    const LectureFilm& film_;
    const Lecture& lecture_;
    nn::Engine* engine_ = nullptr;
    int index_ = -1;
    bool computed_ = false;
    WeightSet weights_;
    std::map<Key, std::shared_ptr<const nn::Weights>> trained_;
    ShownResults before_;
};

}  // namespace

int render_lecture(const LectureFilm& film, std::stop_token stop) {
    if (film.out.ends_with(".png")) throw BadInput(fmt::format("--out {}: a lecture becomes a film (.mp4, .webm, .gif or .apng)", film.out));
    const Lecture lecture = load_lecture(film.lecture);
    const LecturePlan plan(lecture, film.fps, film.seconds);
    FilmWriter writer(film.out, film.width, film.height, film.fps, FilmOptions{plan.frames()});
    const render::OffscreenContext context;
    const render::Framebuffer framebuffer(film.width, film.height);
    Presentation presentation;
    panels::UiState ui;
    ui.theme = film.theme;
    ui.convention = film.convention;
    ui.playback.playing = false;
    Stops stops(film, lecture);
    std::vector<std::uint8_t> pixels;
    {
        Progress progress("rendering " + film.out);
        for (int k = 0; k < plan.frames(); ++k) {
            check_interrupted(stop);
            LecturePlan::Frame frame = plan.at(k);
            const Stop& shown = lecture.stops[static_cast<std::size_t>(frame.stop)];
            progress.at(static_cast<double>(k) / plan.frames(), fmt::format("stop {} of {}", frame.stop + 1, lecture.stops.size()));
            if (frame.share < 1) {
                const double steps = std::max(1.0, std::round(shown.transition * blends_a_second));
                frame.share = std::floor(frame.share * steps) / steps;
            }
            stops.show(frame.stop, frame.share, stop);
            ui.playback.t = frame.t, ui.playback.reversed = shown.reversed;
            framebuffer.bind();
            presentation.draw(ui, stops.scene, stops.shown.results, stops.shown.layers, {shown.watch, fmt::format("{} / {}", frame.stop + 1, lecture.stops.size())}, film.width, film.height);
            render::read_opaque(film.width, film.height, pixels);
            writer.add(pixels);
        }
    }
    writer.finish();
    fmt::print("{}: {} stops, {} frames, {}×{}, {} frames/s\n", film.out, lecture.stops.size(), plan.frames(), film.width, film.height, film.fps);
    return 0;
}

}  // namespace pf::command_line
