#include <fcntl.h>
#include <unistd.h>

#include <charconv>
#include <cstring>
#include <filesystem>
#include <optional>

#include "app/runtime/media/film_target.h"
#include "app/runtime/media/process.h"
#include "app/runtime/media/quantise.h"
#include "core/math/errors.h"

namespace pf {
namespace {

using Words = std::vector<std::string>;

// From full-range RGB to the colours every player expects of a film in HD.
Words bt709(const char* pixels) {
    return {"-vf", fmt::format("scale=out_color_matrix=bt709:out_range=tv,format={}", pixels), "-colorspace", "bt709", "-color_primaries", "bt709", "-color_trc", "bt709", "-color_range", "tv"};
}

Words encoder(const FilmFormat& format) {
    Words words;
    if (format.ending == "mp4") {
        words = bt709(format.options.full_chroma ? "yuv444p" : "yuv420p");
        // Of the presets the one with the best picture for its time here: particles that move at random are hard to foresee, however long one looks.
        words.insert(words.end(), {"-c:v", "libx264", "-preset", "veryfast", "-crf", "18", "-movflags", "+faststart", "-f", "mp4"});
    } else if (format.ending == "webm") {
        words = bt709("yuv420p");
        words.insert(words.end(), {"-c:v", "libvpx-vp9", "-deadline", "realtime", "-cpu-used", "6", "-row-mt", "1", "-crf", "30", "-b:v", "0", "-f", "webm"});
    } else if (format.ending == "gif") {
        words = {"-f", "gif"};
    } else {
        words = {"-c:v", "apng", "-pix_fmt", format.options.alpha ? "rgba" : "rgb24", "-plays", "0", "-f", "apng"};
    }
    return words;
}

std::string program(const char* name) {
    std::string found = find_program(name);
    if (found.empty()) throw MissingCapability(fmt::format("{} was not found: apt install ffmpeg; PNG always works", name));
    return found;
}

std::string first_line(const std::string& text) { return text.empty() ? "no reason given" : text.substr(0, text.find('\n')); }

void sync(const std::string& path) {
    const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (descriptor < 0) return;
    ::fsync(descriptor);
    ::close(descriptor);
}

class FfmpegTarget : public FilmWriter::Target {
public:
    explicit FfmpegTarget(const FilmFormat& format) : format_(format), part_(format.path + ".part"), ffmpeg_(program("ffmpeg")), ffprobe_(program("ffprobe")) {
        Words words{ffmpeg_, "-hide_banner", "-nostats", "-loglevel", "error", "-y",       "-f", "rawvideo", "-pixel_format", format.ending == "gif" ? "pal8" : "rgba", "-video_size",
                    fmt::format("{}x{}", format.width, format.height), "-framerate", std::to_string(format.frames_per_second), "-i", "pipe:0", "-an"};
        const Words how = encoder(format);
        words.insert(words.end(), how.begin(), how.end());
        words.push_back("file:" + part_);
        process_.emplace(words);
        if (format.ending == "gif") quantiser_.emplace();
    }

    ~FfmpegTarget() override {
        process_.reset();  // dead before its file goes
        std::error_code ignored;
        std::filesystem::remove(part_, ignored);
    }

    void add(std::span<const std::uint8_t> pixels) override {
        if (quantiser_) {
            // A palette for each frame, found here: better and several times faster than ffmpeg's, and one for all would need every frame first.
            quantiser_->quantise(pixels, indexed_);
            pass(indexed_.pixels);
            const auto* colours = reinterpret_cast<const std::uint8_t*>(indexed_.colours.data());
            pass({colours, sizeof indexed_.colours});
            return;
        }
        pass(pixels);
    }

    void pass(std::span<const std::uint8_t> bytes) {
        switch (process_->write(bytes, format_.options.patience, format_.options.stop)) {
            case Process::Write::done: return;
            case Process::Write::stuck:
                throw std::runtime_error(fmt::format("{}: ffmpeg took no picture for {} s and was stopped", format_.path, format_.options.patience.count()));
            case Process::Write::stopped: stopped();
            case Process::Write::closed: fail(process_->wait(std::chrono::seconds(5)));
        }
    }

    void finish(int frames) override {
        // What is buffered may still have to be encoded, and the index moved to the front.
        const Process::Exit exit = process_->wait(format_.options.patience + std::chrono::seconds(frames), format_.options.stop);
        if (format_.options.stop.stop_requested()) stopped();
        if (!exit.in_time || exit.code != 0 || !exit.error.empty()) fail(exit);
        const int found = count_frames(frames);
        if (format_.options.stop.stop_requested()) stopped();
        if (found < 0) throw std::runtime_error(fmt::format("{}: the film cannot be read back and was not kept", format_.path));
        if (found != frames)
            throw std::runtime_error(fmt::format("{}: the film came out with {} of {} frames and was not kept", format_.path, found, frames));
        sync(part_);
        std::error_code unknown;
        bytes_ = std::filesystem::file_size(part_, unknown);
        std::filesystem::rename(part_, format_.path);
        const auto folder = std::filesystem::path(format_.path).parent_path();
        sync(folder.empty() ? "." : folder.string());
    }

    std::uint64_t bytes() const override {
        if (bytes_ > 0) return bytes_;
        std::error_code none;
        const auto size = std::filesystem::file_size(part_, none);
        return none ? 0 : size;
    }

private:
    [[noreturn]] void stopped() const { throw std::runtime_error(fmt::format("{}: the film was cancelled", format_.path)); }
    [[noreturn]] void fail(const Process::Exit& exit) const {
        if (!exit.in_time) throw std::runtime_error(fmt::format("{}: ffmpeg did not come to an end and was stopped", format_.path));
        throw std::runtime_error(fmt::format("{}: ffmpeg failed (exit code {}): {}", format_.path, exit.code, first_line(exit.error)));
    }

    // Every packet is a frame in these formats; decoding them all would take as long again as making them.
    int count_frames(int expected) const {
        Process probe({ffprobe_, "-v", "error", "-count_packets", "-select_streams", "v:0", "-show_entries", "stream=nb_read_packets", "-of",
                       "default=nokey=1:noprint_wrappers=1", "file:" + part_});
        const Process::Exit exit = probe.wait(format_.options.patience + std::chrono::seconds(expected), format_.options.stop);
        int count = -1;
        std::from_chars(exit.output.data(), exit.output.data() + exit.output.size(), count);
        return exit.code == 0 && exit.error.empty() ? count : -1;
    }

    FilmFormat format_;
    std::string part_, ffmpeg_, ffprobe_;
    std::uint64_t bytes_ = 0;  // once finished
    std::optional<Process> process_;
    std::optional<Quantiser> quantiser_;  // GIF
    IndexedImage indexed_;
};

}  // namespace

std::unique_ptr<FilmWriter::Target> ffmpeg_target(const FilmFormat& format) { return std::make_unique<FfmpegTarget>(format); }

}  // namespace pf
