#include "app/runtime/media/film.h"

#include <algorithm>
#include <cctype>

#include "app/runtime/media/film_settings.h"
#include "app/runtime/media/film_target.h"
#include "core/math/errors.h"

namespace pf {
namespace {

FilmFormat checked(std::string path, int width, int height, int frames_per_second, const FilmOptions& options) {
    const auto dot = path.rfind('.');
    std::string ending = dot == std::string::npos || path.find('/', dot) != std::string::npos ? "" : path.substr(dot + 1);
    std::transform(ending.begin(), ending.end(), ending.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    try {
        film_kind(ending);
    } catch (const BadInput& error) {
        throw BadInput(fmt::format("{}: {}", path, error.what()));
    }
    if (width < 1 || height < 1 || width > 8192 || height > 8192)
        throw BadInput(fmt::format("{}: a film of {}x{} pixels cannot be made: 1 to 8192 pixels a side", path, width, height));
    if (ending == "mp4" && !options.full_chroma && (width % 2 != 0 || height % 2 != 0))
        throw BadInput(fmt::format("{}: an MP4 needs an even width and height, not {}x{}: try {}x{}", path, width, height, width + width % 2, height + height % 2));
    if (frames_per_second < 1 || frames_per_second > 240)
        throw BadInput(fmt::format("{}: {} frames per second cannot be shown: 1 to 240", path, frames_per_second));
    if (ending == "gif" && frames_per_second != 10 && frames_per_second != 20 && frames_per_second != 25 && frames_per_second != 50)
        throw BadInput(fmt::format("{}: a GIF can show 10, 20, 25 or 50 frames per second, not {}", path, frames_per_second));
    if (options.full_chroma && ending != "mp4") throw BadInput(fmt::format("{}: only an MP4 can be told to keep a colour for every pixel", path));
    if (options.alpha && ending != "apng" && ending != "png") throw BadInput(fmt::format("{}: only PNG and APNG hold a transparent ground", path));
    return {std::move(path), ending, width, height, frames_per_second, options};
}

}  // namespace

FilmWriter::FilmWriter(std::string path, int width, int height, int frames_per_second, FilmOptions options)
    : frame_bytes_(static_cast<std::size_t>(width) * static_cast<std::size_t>(height) * 4), options_(options) {
    const FilmFormat format = checked(std::move(path), width, height, frames_per_second, options);
    target_ = format.ending == "png" ? picture_target(format) : ffmpeg_target(format);
}

FilmWriter::~FilmWriter() = default;

void FilmWriter::add(std::span<const std::uint8_t> pixels) {
    check(target_ != nullptr, "a frame for a film that is finished or cancelled");
    check(pixels.size() == frame_bytes_, "a frame of {} bytes, expected {}", pixels.size(), frame_bytes_);
    try {
        target_->add(pixels);
    } catch (...) {
        target_.reset();
        throw;
    }
    ++frames_;
}

void FilmWriter::finish() {
    check(target_ != nullptr, "a film is finished or cancelled twice");
    check(frames_ > 0, "a film without frames");
    check(options_.frames == 0 || options_.frames == frames_, "{} frames, expected {}", frames_, options_.frames);
    const std::unique_ptr<Target> target = std::move(target_);
    target->finish(frames_);
    bytes_ = target->bytes();
}

void FilmWriter::cancel() { target_.reset(); }

void check_film(const std::string& path, int width, int height, int frames_per_second, const FilmOptions& options) { checked(path, width, height, frames_per_second, options); }

int FilmWriter::frames() const { return frames_; }

std::uint64_t FilmWriter::bytes() const { return target_ ? target_->bytes() : bytes_; }

}  // namespace pf
