#pragma once
#include <cstdint>
#include <optional>
#include <string>

#include "app/runtime/media/film_settings.h"

namespace pf::panels {

// An export on its way, as its process tells of it.
struct ExportProgress {
    std::string path, doing;    // "rendering"
    int frame = 0, frames = 0;  // frames 0: not there yet
    double share = 0;           // of what it is doing
    double seconds_left = -1;   // below 0: not known yet
    std::uint64_t bytes = 0;    // written so far
};

// The dialog for films, kept in UiState; the settings last as long as the window. It asks for "export start" and "export cancel".
struct ExportDialog {
    bool open = false;
    FilmSettings settings;
    std::string path;         // typed: of the film
    bool ffmpeg = true;       // is installed: looked for when the dialog opens
    std::string sentence;     // what went wrong
    std::string replaces;     // the file that a question about replacing stands for; empty: none asked
    std::optional<ExportProgress> running;
};

// "3.1 MB so far, about 5.9 MB in the end"; empty before anything is in the file.
std::string size_so_far(const ExportProgress& progress);
// The path with the ending of the kind of film.
std::string with_ending(const std::string& path, const std::string& kind);

}  // namespace pf::panels
