#include "app/runtime/media/png.h"

#include <png.h>

#include <csetjmp>
#include <cstdio>
#include <memory>
#include <string_view>

#include "app/runtime/files/atomic_file.h"
#include "app/runtime/files/unreadable.h"
#include "core/math/errors.h"

namespace pf {
namespace {

constexpr std::size_t most_png_pixels = 64u << 20;
constexpr std::size_t most_chunk_bytes = 32u << 20;

// libpng reports errors by longjmp: what must outlive the jump lives here, and no function below that calls setjmp owns anything else.
struct Trouble {
    std::string sentence;
};
void on_error(png_structp png, png_const_charp message) {
    static_cast<Trouble*>(png_get_error_ptr(png))->sentence = message;
    png_longjmp(png, 1);
}
void on_warning(png_structp, png_const_charp) {}

struct Writer : Trouble {
    png_structp png = nullptr;
    png_infop info = nullptr;
    std::vector<std::uint8_t> bytes;
    std::vector<png_text> texts;

    Writer() : png(png_create_write_struct(PNG_LIBPNG_VER_STRING, static_cast<Trouble*>(this), on_error, on_warning)) {
        if (png != nullptr) info = png_create_info_struct(png);
        if (info == nullptr) throw std::bad_alloc();
    }
    Writer(const Writer&) = delete;
    Writer& operator=(const Writer&) = delete;
    ~Writer() { png_destroy_write_struct(&png, &info); }
};

bool write_all(Writer& writer, const Image& image, bool opaque) {
    if (setjmp(png_jmpbuf(writer.png)) != 0) return false;
    png_set_write_fn(
        writer.png, &writer.bytes,
        [](png_structp png, png_bytep data, png_size_t size) {
            auto& bytes = *static_cast<std::vector<std::uint8_t>*>(png_get_io_ptr(png));
            bytes.insert(bytes.end(), data, data + size);
        },
        nullptr);
    png_set_user_limits(writer.png, most_png_pixels_a_side, most_png_pixels_a_side);
    png_set_compression_level(writer.png, 1);
    png_set_filter(writer.png, PNG_FILTER_TYPE_BASE, PNG_FILTER_SUB);
    png_set_IHDR(writer.png, writer.info, static_cast<png_uint_32>(image.width), static_cast<png_uint_32>(image.height), 8,
                 opaque ? PNG_COLOR_TYPE_RGB : PNG_COLOR_TYPE_RGBA, PNG_INTERLACE_NONE, PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
    png_set_sRGB(writer.png, writer.info, PNG_sRGB_INTENT_PERCEPTUAL);
    if (!writer.texts.empty()) png_set_text(writer.png, writer.info, writer.texts.data(), static_cast<int>(writer.texts.size()));
    png_write_info(writer.png, writer.info);
    if (opaque) png_set_filler(writer.png, 0, PNG_FILLER_AFTER);
    for (int row = 0; row < image.height; ++row)
        png_write_row(writer.png, image.pixels.data() + static_cast<std::size_t>(row) * static_cast<std::size_t>(image.width) * 4);
    png_write_end(writer.png, writer.info);
    return true;
}

struct Reader : Trouble {
    png_structp png = nullptr;
    png_infop info = nullptr;
    std::FILE* file = nullptr;
    PngFile result;
    std::vector<png_bytep> rows;

    explicit Reader(std::FILE* opened)
        : png(png_create_read_struct(PNG_LIBPNG_VER_STRING, static_cast<Trouble*>(this), on_error, on_warning)), file(opened) {
        if (png != nullptr) info = png_create_info_struct(png);
        if (info == nullptr) throw std::bad_alloc();
    }
    Reader(const Reader&) = delete;
    Reader& operator=(const Reader&) = delete;
    ~Reader() { png_destroy_read_struct(&png, &info, nullptr); }
};

bool read_header(Reader& reader) {
    if (setjmp(png_jmpbuf(reader.png)) != 0) return false;
    png_init_io(reader.png, reader.file);
    png_set_user_limits(reader.png, most_png_pixels_a_side, most_png_pixels_a_side);
    png_set_chunk_malloc_max(reader.png, most_chunk_bytes);
    png_set_chunk_cache_max(reader.png, 64);
    png_read_info(reader.png, reader.info);
    reader.result.image.width = static_cast<int>(png_get_image_width(reader.png, reader.info));
    reader.result.image.height = static_cast<int>(png_get_image_height(reader.png, reader.info));
    png_set_expand(reader.png);
    png_set_strip_16(reader.png);
    png_set_gray_to_rgb(reader.png);
    png_set_filler(reader.png, 255, PNG_FILLER_AFTER);
    png_set_interlace_handling(reader.png);
    png_read_update_info(reader.png, reader.info);
    return true;
}

bool read_rows(Reader& reader) {
    if (setjmp(png_jmpbuf(reader.png)) != 0) return false;
    png_read_image(reader.png, reader.rows.data());
    png_read_end(reader.png, reader.info);
    return true;
}

}  // namespace

std::vector<std::uint8_t> encode_png(const Image& image, const PngTexts& texts) {
    check(image.width > 0 && image.height > 0 && image.pixels.size() == static_cast<std::size_t>(image.width) * static_cast<std::size_t>(image.height) * 4,
          "{} bytes for {}x{} pixels", image.pixels.size(), image.width, image.height);
    if (image.width > most_png_pixels_a_side || image.height > most_png_pixels_a_side)
        throw BadInput(fmt::format("a PNG of {}x{} pixels is too large: at most {} a side", image.width, image.height, most_png_pixels_a_side));
    bool opaque = true;
    for (std::size_t i = 3; i < image.pixels.size(); i += 4) opaque = opaque && image.pixels[i] == 255;
    Writer writer;
    for (const auto& [key, value] : texts) {
        check(!key.empty() && key.size() <= 79, "PNG keyword of {} letters", key.size());
        png_text text{};
        text.compression = PNG_ITXT_COMPRESSION_zTXt;
        text.key = const_cast<char*>(key.c_str());
        text.text = const_cast<char*>(value.c_str());
        text.itxt_length = value.size();
        text.lang = const_cast<char*>("");
        text.lang_key = const_cast<char*>("");
        writer.texts.push_back(text);
    }
    if (!write_all(writer, image, opaque)) throw std::runtime_error("the PNG could not be made: " + writer.sentence);
    return std::move(writer.bytes);
}

void write_png(const std::string& path, const Image& image, const PngTexts& texts) {
    const std::vector<std::uint8_t> bytes = encode_png(image, texts);
    atomic_write(path, std::string_view(reinterpret_cast<const char*>(bytes.data()), bytes.size()));
}

namespace {

using File = std::unique_ptr<std::FILE, int (*)(std::FILE*)>;

File open_png(const std::string& path) {
    File file(std::fopen(path.c_str(), "rb"), &std::fclose);
    if (file == nullptr) throw BadInput(unreadable(path));
    return file;
}

[[noreturn]] void refuse(const std::string& path, const Reader& reader) { throw BadInput(fmt::format("{}: not a PNG that can be read: {}", path, reader.sentence)); }

PngTexts texts_of(const Reader& reader) {
    PngTexts out;
    png_textp texts = nullptr;
    const int count = png_get_text(reader.png, reader.info, &texts, nullptr);
    for (int i = 0; i < count; ++i) out.emplace_back(texts[i].key, texts[i].text);
    return out;
}

PngFile read_from(std::FILE* file, const std::string& path) {
    Reader reader(file);
    if (!read_header(reader)) refuse(path, reader);
    Image& image = reader.result.image;
    const std::size_t pitch = static_cast<std::size_t>(image.width) * 4, height = static_cast<std::size_t>(image.height);
    if (pitch / 4 * height > most_png_pixels) throw BadInput(fmt::format("{}: {}x{} pixels are too many: at most 64 million", path, image.width, image.height));
    image.pixels.resize(pitch * height);
    for (std::size_t row = 0; row < height; ++row) reader.rows.push_back(image.pixels.data() + row * pitch);
    if (!read_rows(reader)) refuse(path, reader);
    reader.result.texts = texts_of(reader);
    return std::move(reader.result);
}

}  // namespace

PngFile read_png(const std::string& path) { return read_from(open_png(path).get(), path); }

PngFile decode_png(std::string_view bytes, const std::string& name) {
    if (bytes.empty()) throw BadInput(fmt::format("{}: not a PNG that can be read: it is empty", name));
    // A stream over the bytes, opened for reading only: its interface is not const.
    const File file(fmemopen(const_cast<char*>(bytes.data()), bytes.size(), "rb"), &std::fclose);
    if (file == nullptr) throw std::bad_alloc();
    return read_from(file.get(), name);
}

PngTexts read_png_texts(const std::string& path) {
    const File file = open_png(path);
    Reader reader(file.get());
    if (!read_header(reader)) refuse(path, reader);
    return texts_of(reader);
}

}  // namespace pf
