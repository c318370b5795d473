#pragma once
#include <stop_token>
#include <string>

#include "app/panels/context.h"

namespace pf::command_line {

// What 'render' was told about the film of a lecture.
struct LectureFilm {
    std::string lecture, out;
    int width = 1920, height = 1080, fps = 50;
    double seconds = 0;  // for each stop; 0: as long as each needs
    panels::Theme theme = panels::Theme::dark;
    panels::Convention convention = panels::Convention::flow;
    std::string device = "auto", engine = "auto";
};
// Renders all stops with their words into one film; networks are trained first, each once. Returns the exit code; throws as commands do.
int render_lecture(const LectureFilm& film, std::stop_token stop);

}  // namespace pf::command_line
