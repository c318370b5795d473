#pragma once
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "core/math/parameters.h"

namespace pf {

// The kinds of film, by the ending of the file.
struct FilmKind {
    std::string_view ending, label, meaning;
    bool ffmpeg;  // made by an ffmpeg process
    bool alpha;   // may have a transparent ground
};
std::span<const FilmKind> film_kinds();
// Throws BadInput with the known ones.
const FilmKind& film_kind(std::string_view ending);

// What the user chooses of a film or picture, as plain data: the command line and the export dialog read and write it through film_options().
struct FilmSettings {
    std::string kind = "mp4";        // an ending of film_kinds(); "png": numbered pictures
    std::string size = "1920x1080";  // WIDTHxHEIGHT, 64 … 8192 pixels a side
    int scale = 1;                   // times that size, 1 … 4
    std::string chroma = "420";      // mp4: 420 or 444
    int fps = 50;
    double seconds = 8;
    std::string motion = "forward";  // forward backward there_and_back
    std::string easing = "linear";   // film_plan.h
    double hold_start = 0, hold_end = 15;  // % of the length: at the first frame, and at the last or where it turns
    bool loop = false;
    std::string panes = "all";       // or lanes, from 1: "2", "1,3"
    bool caption = true, labels = true, legend = true, equation = false, time = true;
    std::string theme = "dark", convention = "flow";
    bool transparent = false;
    std::string camera;              // x,y,zoom or x,y,zoom,turn,tilt (degrees); empty: the whole scene
    bool training = false;           // the film follows steps of training, not t
    double t = 1;                    // of a picture, and of a film of training without sweeps
    int sweeps = 0;                  // times that t runs from 0 to 1 while a film of training lasts
    bool operator==(const FilmSettings&) const = default;
};

struct FilmWord {
    std::string_view id, label, meaning;
};

// One thing to choose, declared once: a row of the dialog, an option of the command line ("hold_end" is --hold-end).
struct FilmOption {
    struct Real {
        double FilmSettings::*value;
        Domain domain;
        Slider slider;
    };
    struct Whole {
        int FilmSettings::*value;
        Domain domain;
        Slider slider;
    };
    struct Flag {
        bool FilmSettings::*value;
    };
    struct Word {
        std::string FilmSettings::*value;
        std::span<const FilmWord> words;
    };
    struct Text {
        std::string FilmSettings::*value;
    };
    std::string_view id, label, meaning;
    std::string_view part;  // the heading it stands under
    std::variant<Real, Whole, Flag, Word, Text> value;
};
std::span<const FilmOption> film_options();
std::string film_flag(std::string_view id);  // "hold_end" → "--hold-end"

// Why an option has no effect beside the others, as a sentence; empty if it has.
std::string why_not(const FilmSettings& settings, std::string_view option);

struct PixelSize {
    int width = 0, height = 0;
    bool operator==(const PixelSize&) const = default;
};
// size × scale. Throws BadInput for what is not a size, or is larger than 8192 a side.
PixelSize film_size(const FilmSettings& settings);
// Lanes to show, from 0, increasing; `lanes` is how many there are. Throws BadInput.
std::vector<int> film_panes(const FilmSettings& settings, int lanes);
struct FilmCamera {
    double x = 0, y = 0, zoom = 1, turn = -28, tilt = 38;
};
FilmCamera film_camera(const FilmSettings& settings);  // throws BadInput
std::string camera_text(const FilmCamera& camera);

// Everything about the settings themselves, whatever the scene. Throws BadInput that names the option.
void check_settings(const FilmSettings& settings);
// Words for the command line that give these settings: what differs from the defaults, and the kind of numbered pictures.
std::vector<std::string> film_arguments(const FilmSettings& settings);

}  // namespace pf
