#include "app/runtime/media/jpeg.h"

#include <algorithm>
#include <csetjmp>
#include <cstdio>
#include <memory>

#include "app/runtime/files/unreadable.h"
#include "core/math/errors.h"

// After <cstdio>, whose FILE it uses.
#include <jpeglib.h>

namespace pf {
namespace {

constexpr std::size_t most_pixels = 64u << 20;

// libjpeg reports errors by a call that must not return: what outlives the jump lives here, and no function that calls setjmp owns anything else.
struct Reader {
    jpeg_decompress_struct jpeg{};
    jpeg_error_mgr errors{};
    std::jmp_buf jump{};
    char sentence[JMSG_LENGTH_MAX] = "";
    std::vector<JSAMPLE> row;
    Image image;

    explicit Reader(std::FILE* file) {
        jpeg.err = jpeg_std_error(&errors);
        jpeg.client_data = this;
        errors.error_exit = [](j_common_ptr common) {
            auto& self = *static_cast<Reader*>(common->client_data);
            common->err->format_message(common, self.sentence);
            std::longjmp(self.jump, 1);
        };
        // Warnings are damage: a file that is cut short is one.
        errors.emit_message = [](j_common_ptr common, int level) {
            if (level < 0) common->err->error_exit(common);
        };
        errors.output_message = [](j_common_ptr) {};
        if (setjmp(jump) != 0) return;
        jpeg_create_decompress(&jpeg);
        jpeg_stdio_src(&jpeg, file);
    }
    Reader(const Reader&) = delete;
    Reader& operator=(const Reader&) = delete;
    ~Reader() { jpeg_destroy_decompress(&jpeg); }
};

bool read_header(Reader& reader) {
    if (reader.sentence[0] != '\0' || setjmp(reader.jump) != 0) return false;
    jpeg_read_header(&reader.jpeg, TRUE);
    return true;
}

bool start(Reader& reader, int side) {
    if (setjmp(reader.jump) != 0) return false;
    auto& jpeg = reader.jpeg;
    jpeg.out_color_space = JCS_GRAYSCALE;
    jpeg.scale_num = 1;
    for (jpeg.scale_denom = 1; jpeg.scale_denom < 8 && std::max(jpeg.image_width, jpeg.image_height) / jpeg.scale_denom > static_cast<unsigned>(side);) jpeg.scale_denom *= 2;
    jpeg_start_decompress(&jpeg);
    return true;
}

bool read_rows(Reader& reader) {
    if (setjmp(reader.jump) != 0) return false;
    while (reader.jpeg.output_scanline < reader.jpeg.output_height) {
        auto* out = reader.image.pixels.data() + std::size_t{4} * reader.jpeg.output_width * reader.jpeg.output_scanline;
        JSAMPROW row = reader.row.data();
        jpeg_read_scanlines(&reader.jpeg, &row, 1);
        for (unsigned i = 0; i < reader.jpeg.output_width; ++i) out[4 * i] = out[4 * i + 1] = out[4 * i + 2] = row[i], out[4 * i + 3] = 255;
    }
    jpeg_finish_decompress(&reader.jpeg);
    return true;
}

}  // namespace

Image read_grey_jpeg(const std::string& path, int side) {
    const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(std::fopen(path.c_str(), "rb"), &std::fclose);
    if (file == nullptr) throw BadInput(unreadable(path));
    Reader reader(file.get());
    const auto refuse = [&] { throw BadInput(fmt::format("{}: not a JPEG that can be read: {}", path, reader.sentence)); };
    if (!read_header(reader)) refuse();
    const std::size_t width = reader.jpeg.image_width, height = reader.jpeg.image_height;
    if (std::max(width, height) > most_png_pixels_a_side || width * height > most_pixels)
        throw BadInput(fmt::format("{}: {}x{} pixels are too many: at most {} a side and 64 million", path, width, height, most_png_pixels_a_side));
    if (!start(reader, side)) refuse();
    reader.row.resize(reader.jpeg.output_width);
    reader.image = {static_cast<int>(reader.jpeg.output_width), static_cast<int>(reader.jpeg.output_height), {}};
    reader.image.pixels.resize(std::size_t{4} * reader.jpeg.output_width * reader.jpeg.output_height);
    if (!read_rows(reader)) refuse();
    return std::move(reader.image);
}

}  // namespace pf
