#include <filesystem>

#include "app/runtime/media/film_target.h"
#include "app/runtime/media/png.h"
#include "core/math/errors.h"

namespace pf {
namespace {

namespace fs = std::filesystem;

class PictureTarget : public FilmWriter::Target {
public:
    explicit PictureTarget(const FilmFormat& format) : format_(format) {}

    ~PictureTarget() override {
        std::error_code ignored;
        for (int i = 1; i <= written_; ++i) fs::remove(part(i), ignored);
    }

    void add(std::span<const std::uint8_t> pixels) override {
        Image image{format_.width, format_.height, {pixels.begin(), pixels.end()}};
        write_png(part(written_ + 1), image);
        ++written_;
    }

    void finish(int frames) override {
        check(frames == written_, "{} pictures written, {} frames added", written_, frames);
        if (frames == 1) return fs::rename(part(1), format_.path);
        for (int i = 1; i <= frames; ++i) fs::rename(part(i), numbered(i));
    }

private:
    std::string numbered(int i) const { return fmt::format("{}_{:04}.png", format_.path.substr(0, format_.path.rfind('.')), i); }
    std::string part(int i) const { return numbered(i) + ".part"; }

    FilmFormat format_;
    int written_ = 0;
};

}  // namespace

std::unique_ptr<FilmWriter::Target> picture_target(const FilmFormat& format) { return std::make_unique<PictureTarget>(format); }

}  // namespace pf
