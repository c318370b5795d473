#include <algorithm>
#include <filesystem>

#include "app/runtime/files/atomic_file.h"
#include "app/runtime/media/film_target.h"
#include "app/runtime/media/png.h"
#include "core/math/errors.h"

namespace pf {
namespace {

namespace fs = std::filesystem;

class PictureTarget : public FilmWriter::Target {
public:
    explicit PictureTarget(const FilmFormat& format)
        : format_(format), image_{format.width, format.height, std::vector<std::uint8_t>(static_cast<std::size_t>(format.width) * static_cast<std::size_t>(format.height) * 4)} {}

    ~PictureTarget() override {
        std::error_code ignored;
        for (int i = 1; i <= written_; ++i) fs::remove(part(i), ignored);
    }

    void add(std::span<const std::uint8_t> pixels) override {
        std::copy(pixels.begin(), pixels.end(), image_.pixels.begin());
        const std::vector<std::uint8_t> bytes = encode_png(image_);
        atomic_write(part(written_ + 1), std::string_view(reinterpret_cast<const char*>(bytes.data()), bytes.size()));
        ++written_;
        bytes_ += bytes.size();
    }
    std::uint64_t bytes() const override { return bytes_; }

    void finish(int frames) override {
        check(frames == written_, "{} pictures written, {} frames added", written_, frames);
        if (frames == 1) return fs::rename(part(1), format_.path);
        for (int i = 1; i <= frames; ++i) fs::rename(part(i), numbered(i));
    }

private:
    std::string numbered(int i) const { return fmt::format("{}_{:04}.png", format_.path.substr(0, format_.path.rfind('.')), i); }
    std::string part(int i) const { return numbered(i) + ".part"; }

    FilmFormat format_;
    Image image_;
    int written_ = 0;
    std::uint64_t bytes_ = 0;
};

}  // namespace

std::unique_ptr<FilmWriter::Target> picture_target(const FilmFormat& format) { return std::make_unique<PictureTarget>(format); }

}  // namespace pf
