#pragma once
#include <functional>
#include <optional>

#include "app/picture/stage.h"
#include "app/runtime/film_training.h"
#include "app/runtime/media/film_plan.h"
#include "app/runtime/scene_document.h"
#include "app/runtime/shown_results.h"

namespace pf {

// Where a film comes from: fields for a film over t; an engine for a film of training, which starts from random weights.
struct FilmSource {
    Scene scene;
    WeightSet weights;
    FieldSet fields;
    nn::Engine* engine = nullptr;
    nn::Device device = nn::Device::automatic;
    std::optional<Viewpoint> seen = {};  // of which what was pinned is shown
};

// The pictures of a film: frame k is a function of scene, settings and k alone. On one thread (Stage).
class FilmPictures {
public:
    // Makes the stage; computes nothing yet. Throws BadInput for lanes that are not there, MissingCapability without OpenGL.
    FilmPictures(const FilmSettings& settings, int lanes);
    // Computes what all frames of a film over t share; `progress` is told the share done.
    void prepare(FilmSource source, const std::function<void(double)>& progress = {}, std::stop_token stop = {});

    int frames() const { return plan_.frames(); }
    PixelSize size() const { return size_; }
    // Frame k, RGBA, top row first. In a film of training k does not fall from call to call; the picture is unfinished when stopped. At the end of a loop of which
    // frame 0 was drawn, the panes dissolve into those of frame 0, and the words become those of frame 0 halfway.
    void draw(int frame, std::vector<std::uint8_t>& pixels, std::stop_token stop = {});
    // The picture at t.
    void draw_at(double t, std::vector<std::uint8_t>& pixels);
    // What a picture at t holds.
    Document document(double t) const;

private:
    void train_to(double share, std::stop_token stop);
    void pin();
    FilmSettings settings_;
    FilmPlan plan_;
    PixelSize size_;
    Stage stage_;
    FilmSource source_;
    std::optional<FilmTraining> training_;
    ShownResults shown_, before_;  // the last ones live until the next are drawn: a picture knows by address what changed
    long trained_ = -1;
    std::vector<std::uint8_t> first_, first_words_, words_;  // the panes and words of frame 0, of a loop that dissolves into it; words of another
};

// From the pixels to `over`, this share of the way (RGBA, straight alpha).
void dissolve(std::vector<std::uint8_t>& pixels, const std::vector<std::uint8_t>& over, double weight);
// Lays `over` on the pixels (RGBA, straight alpha).
void lay_over(std::vector<std::uint8_t>& pixels, const std::vector<std::uint8_t>& over);

}  // namespace pf
