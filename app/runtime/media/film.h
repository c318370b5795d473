#pragma once
#include <chrono>
#include <cstdint>
#include <memory>
#include <span>
#include <stop_token>
#include <string>

namespace pf {

struct FilmOptions {
    int frames = 0;                      // expected; 0: unknown
    std::chrono::seconds patience{30};   // how long ffmpeg may stand still
    bool full_chroma = false;            // mp4: 4:4:4 instead of 4:2:0
    bool alpha = false;                  // apng and png: keep the opacity of pixels
    std::stop_token stop{};              // once requested, add() and finish() throw within 0.1 s instead of waiting
};

// Throws BadInput for what cannot become a film: ending, size, frame rate, options that the format lacks.
void check_film(const std::string& path, int width, int height, int frames_per_second, const FilmOptions& options);

// Frames into a film, by the ending of the name: mp4 (H.264), webm (VP9), gif, apng through an ffmpeg process, or png: one picture under
// the name itself if one frame came, otherwise name_0001.png, name_0002.png, …
// Nothing stands under the final name before finish() has read the film back and counted its frames; cancel() and the destructor leave
// nothing at all. The same frames give the same bytes of a GIF and of PNGs. Throws BadInput (ending, size, frame rate), MissingCapability (no ffmpeg), std::runtime_error (ffmpeg failed: its words).
class FilmWriter {
public:
    FilmWriter(std::string path, int width, int height, int frames_per_second, FilmOptions options = {});
    ~FilmWriter();
    FilmWriter(const FilmWriter&) = delete;
    FilmWriter& operator=(const FilmWriter&) = delete;

    // RGBA, top row first, width · height · 4 bytes.
    void add(std::span<const std::uint8_t> pixels);
    void finish();
    void cancel();
    int frames() const;
    std::uint64_t bytes() const;  // in files so far

    struct Target;  // where frames go: ffmpeg, or numbered pictures

private:
    std::unique_ptr<Target> target_;
    std::size_t frame_bytes_;
    FilmOptions options_;
    int frames_ = 0;
    std::uint64_t bytes_ = 0;  // of a finished film
};

}  // namespace pf
