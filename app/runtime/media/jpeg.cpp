#include "app/runtime/media/jpeg.h"

#include <algorithm>
#include <csetjmp>
#include <cstdio>
#include <cstring>
#include <memory>
#include <span>

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
    jpeg_save_markers(&reader.jpeg, JPEG_APP0 + 1, 0xFFFF);
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

// Tag 0x0112 of the first directory in a marker "Exif", a TIFF file in little: 1 … 8; 1 (as it lies) where there is none that makes sense (Exif 2.3, 4.6.2 and 4.6.4).
int orientation(std::span<const JOCTET> marker) {
    constexpr std::size_t head = 6, entry = 12;
    if (marker.size() < head + 8 || std::memcmp(marker.data(), "Exif\0\0", head) != 0) return 1;
    const auto tiff = marker.subspan(head);
    const bool little = tiff[0] == 'I';
    const auto number = [&](std::size_t at, std::size_t bytes) {
        std::size_t out = 0;
        for (std::size_t i = 0; i < bytes; ++i) out = out << 8 | tiff[at + (little ? bytes - 1 - i : i)];
        return out;
    };
    const std::size_t directory = number(4, 4);
    if (directory > tiff.size() || tiff.size() - directory < 2) return 1;
    const std::size_t room = (tiff.size() - directory - 2) / entry, count = std::min(number(directory, 2), room);
    for (std::size_t i = 0; i < count; ++i) {
        const std::size_t at = directory + 2 + i * entry;
        if (number(at, 2) != 0x0112) continue;
        const std::size_t value = number(at + 8, 2);
        return value >= 1 && value <= 8 ? static_cast<int>(value) : 1;
    }
    return 1;
}

int orientation(const Reader& reader) {
    for (auto* marker = reader.jpeg.marker_list; marker; marker = marker->next)
        if (const int found = orientation({marker->data, marker->data_length}); found != 1) return found;
    return 1;
}

// From 5 on rows are columns; of those left 2, 3, 6 and 7 begin at the right, 3, 4, 7 and 8 at the foot (of the upright picture, for 5 … 8 across).
Image upright(Image image, int orientation) {
    if (orientation == 1) return image;
    const bool turned = orientation >= 5;
    Image out{turned ? image.height : image.width, turned ? image.width : image.height, std::vector<std::uint8_t>(image.pixels.size())};
    const bool right = orientation == 2 || orientation == 3 || orientation == 6 || orientation == 7, foot = orientation == 3 || orientation == 4 || orientation == 7 || orientation == 8;
    for (int row = 0; row < image.height; ++row)
        for (int column = 0; column < image.width; ++column) {
            int x = turned ? row : column, y = turned ? column : row;
            if (right) x = out.width - 1 - x;
            if (foot) y = out.height - 1 - y;
            const auto place = [](const Image& of, int u, int v) { return 4 * (static_cast<std::size_t>(v) * static_cast<std::size_t>(of.width) + static_cast<std::size_t>(u)); };
            std::copy_n(image.pixels.data() + place(image, column, row), 4, out.pixels.data() + place(out, x, y));
        }
    return out;
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
    const int lies = orientation(reader);  // markers go with the end of decoding
    if (!start(reader, side)) refuse();
    reader.row.resize(reader.jpeg.output_width);
    reader.image = {static_cast<int>(reader.jpeg.output_width), static_cast<int>(reader.jpeg.output_height), {}};
    reader.image.pixels.resize(std::size_t{4} * reader.jpeg.output_width * reader.jpeg.output_height);
    if (!read_rows(reader)) refuse();
    return upright(std::move(reader.image), lies);
}

}  // namespace pf
