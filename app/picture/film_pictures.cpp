#include "app/picture/film_pictures.h"

#include <algorithm>
#include <cmath>

#include "core/math/errors.h"

namespace pf {

void dissolve(std::vector<std::uint8_t>& pixels, const std::vector<std::uint8_t>& over, double weight) {
    check(pixels.size() == over.size(), "{} bytes over {}", over.size(), pixels.size());
    const int w = static_cast<int>(std::lround(weight * 256)), rest = 256 - w;
    for (std::size_t i = 0; i < pixels.size(); i += 4) {
        // Colours count as much as they are opaque.
        const int below = rest * pixels[i + 3], above = w * over[i + 3], alpha = below + above;
        for (std::size_t c = i; c < i + 3; ++c) pixels[c] = static_cast<std::uint8_t>(alpha == 0 ? 0 : (below * pixels[c] + above * over[c] + alpha / 2) / alpha);
        pixels[i + 3] = static_cast<std::uint8_t>((alpha + 128) / 256);
    }
}

void lay_over(std::vector<std::uint8_t>& pixels, const std::vector<std::uint8_t>& over) {
    check(pixels.size() == over.size(), "{} bytes over {}", over.size(), pixels.size());
    for (std::size_t i = 0; i < pixels.size(); i += 4) {
        const int above = 255 * over[i + 3], below = (255 - over[i + 3]) * pixels[i + 3], alpha = above + below;
        if (above == 0) continue;
        for (std::size_t c = i; c < i + 3; ++c) pixels[c] = static_cast<std::uint8_t>((below * pixels[c] + above * over[c] + alpha / 2) / alpha);
        pixels[i + 3] = static_cast<std::uint8_t>((alpha + 127) / 255);
    }
}

FilmPictures::FilmPictures(const FilmSettings& settings, int lanes) : settings_(settings), plan_(settings), size_(film_size(settings)), stage_(size_.width, size_.height, stage_look(settings, lanes)) {}

void FilmPictures::prepare(FilmSource source, const std::function<void(double)>& progress, std::stop_token stop) {
    source_ = std::move(source);
    Scene& scene = source_.scene;
    // Layers are made for the lanes that are shown.
    if (settings_.panes != "all")
        for (const int lane : film_panes(settings_, static_cast<int>(scene.lanes.size()))) scene.view.panes = std::max(scene.view.panes, lane == 0 ? 1 : lane == 1 ? 2 : 4);
    pin();
    if (!settings_.training) {
        shown_ = shown_results(scene, source_.weights, source_.fields, {}, progress, stop, stage_.reach(scene));
        return;
    }
    check(source_.engine != nullptr, "a film of training without an engine");
    training_.emplace(scene, *source_.engine, source_.device, source_.weights);
}

void FilmPictures::train_to(double share, std::stop_token stop) {
    training_->advance_to(share, stop);
    if (training_->mark().step == trained_ || stop.stop_requested()) return;
    trained_ = training_->mark().step;
    source_.weights = training_->weights();
    source_.fields = make_fields(source_.scene, source_.weights, source_.engine, source_.device);
    ShownResults next = shown_results(source_.scene, source_.weights, source_.fields, shown_, {}, stop, stage_.reach(source_.scene));
    before_ = std::exchange(shown_, std::move(next));
    pin();
}

void FilmPictures::pin() {
    if (source_.seen && source_.seen->pin && !source_.fields.fields.empty()) stage_.pin(*source_.seen, source_.scene, source_.fields);
}

void FilmPictures::draw(int frame, std::vector<std::uint8_t>& pixels, std::stop_token stop) {
    const FilmMoment moment = plan_.at(frame);
    if (training_) train_to(moment.training, stop);
    const TrainingMark mark = training_ ? training_->mark() : TrainingMark{};
    const auto draw_part = [&](StagePart part, std::vector<std::uint8_t>& out) { stage_.draw(source_.scene, shown_.results, moment, out, shown_.layers, training_ ? &mark : nullptr, part); };
    if (frame == 0 && plan_.at(frames() - 1).dissolve > 0) draw_part(StagePart::panes, first_), draw_part(StagePart::words, first_words_);
    if (moment.dissolve == 0 || first_.empty()) return draw_part(StagePart::whole, pixels);
    draw_part(StagePart::panes, pixels);
    dissolve(pixels, first_, moment.dissolve);
    if (moment.dissolve < 0.5) draw_part(StagePart::words, words_);
    lay_over(pixels, moment.dissolve < 0.5 ? words_ : first_words_);
}

void FilmPictures::draw_at(double t, std::vector<std::uint8_t>& pixels) { stage_.draw(source_.scene, shown_.results, t, pixels, shown_.layers); }

Document FilmPictures::document(double t) const {
    const FilmCamera camera = film_camera(settings_);
    Viewpoint seen = source_.seen.value_or(Viewpoint{});  // what was pinned stays so
    seen.t = t, seen.playing = false;
    seen.x = camera.x, seen.y = camera.y, seen.zoom = camera.zoom, seen.turn = camera.turn, seen.tilt = camera.tilt;
    return {source_.scene, source_.weights, seen};
}

}  // namespace pf
