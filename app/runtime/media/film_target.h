#pragma once
#include <string>

#include "app/runtime/media/film.h"

namespace pf {

// What a FilmWriter writes to. The destructor removes everything unless finish() returned.
struct FilmWriter::Target {
    virtual ~Target() = default;
    virtual void add(std::span<const std::uint8_t> pixels) = 0;
    virtual void finish(int frames) = 0;
    virtual std::uint64_t bytes() const = 0;  // in files so far
};

struct FilmFormat {
    std::string path, ending;  // ending in lower case, without the dot
    int width, height, frames_per_second;
    FilmOptions options;
};

std::unique_ptr<FilmWriter::Target> ffmpeg_target(const FilmFormat& format);
std::unique_ptr<FilmWriter::Target> picture_target(const FilmFormat& format);

}  // namespace pf
