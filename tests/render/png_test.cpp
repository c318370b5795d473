#include <filesystem>
#include <fstream>
#include <string>

#include "app/runtime/media/png.h"
#include "core/math/errors.h"
#include "tests/render/contains.h"

namespace pf {
namespace {

namespace fs = std::filesystem;

struct Folder {
    fs::path path = fs::temp_directory_path() / ("probflow_png_" + std::to_string(std::hash<std::string>{}(fs::current_path().string())));
    Folder() { fs::create_directories(path); }
    ~Folder() { fs::remove_all(path); }
    std::string file(const char* name) const { return (path / name).string(); }
};

Image pattern(int width, int height, bool opaque) {
    Image image{width, height, {}};
    for (int i = 0; i < width * height; ++i)
        for (const int value : {i * 7, i * 13, i / 3, opaque ? 255 : i * 5}) image.pixels.push_back(static_cast<std::uint8_t>(value));
    return image;
}

void write_bytes(const std::string& path, const std::string& bytes) { std::ofstream(path, std::ios::binary) << bytes; }
std::string read_bytes(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

TEST_CASE("a PNG comes back with its pixels and its texts") {
    const Folder folder;
    const PngTexts texts{{"probflow scene", "{\"title\": \"σ_t = β_t → noise\"}" + std::string(100'000, 'x')}, {"Title", "two lines\nof text"}};
    for (const bool opaque : {true, false}) {
        const Image image = pattern(37, 23, opaque);
        write_png(folder.file("a.png"), image, texts);
        const PngFile back = read_png(folder.file("a.png"));
        CHECK(back.image.width == 37);
        CHECK(back.image.height == 23);
        CHECK(back.image.pixels == image.pixels);
        CHECK(back.texts == texts);
    }
    CHECK(std::distance(fs::directory_iterator(folder.path), {}) == 1);
}

TEST_CASE("damaged pictures are refused, wherever they are cut or changed") {
    const Folder folder;
    write_png(folder.file("good.png"), pattern(20, 20, false), {{"key", "value"}});
    const std::string good = read_bytes(folder.file("good.png"));
    for (std::size_t length = 0; length + 12 < good.size(); length += 7) {  // without its last chunk, IEND, a picture is whole
        write_bytes(folder.file("bad.png"), good.substr(0, length));
        CHECK_THROWS_AS(read_png(folder.file("bad.png")), BadInput);
    }
    std::string changed = good;
    changed[good.size() / 2] = static_cast<char>(changed[good.size() / 2] ^ 0x40);
    write_bytes(folder.file("bad.png"), changed);
    CHECK_THROWS_AS(read_png(folder.file("bad.png")), BadInput);
    CHECK_THROWS_WITH(read_png(folder.file("absent.png")), contains("absent.png: there is no such file"));
}

TEST_CASE("a picture of 60,000 pixels a side is refused before anything is allocated") {
    const Folder folder;
    // Signature and header of a 60000 × 60000 grey image, CRC included.
    const unsigned char header[] = {0x89, 'P', 'N', 'G', 13, 10, 26, 10, 0, 0, 0, 13, 'I', 'H', 'D', 'R', 0, 0, 0xea, 0x60, 0, 0, 0xea, 0x60, 8, 0, 0, 0, 0};
    std::string bytes(reinterpret_cast<const char*>(header), sizeof header);
    std::uint32_t crc = 0xffffffff;
    for (std::size_t i = 12; i < bytes.size(); ++i) {
        crc ^= static_cast<unsigned char>(bytes[i]);
        for (int k = 0; k < 8; ++k) crc = crc & 1 ? 0xedb88320 ^ (crc >> 1) : crc >> 1;
    }
    crc = ~crc;
    for (int shift = 24; shift >= 0; shift -= 8) bytes += static_cast<char>(crc >> shift & 255);
    write_bytes(folder.file("huge.png"), bytes);
    CHECK_THROWS_AS(read_png(folder.file("huge.png")), BadInput);
    CHECK_THROWS_AS(encode_png(Image{20000, 1, std::vector<std::uint8_t>(80000)}), BadInput);
}

TEST_CASE("a folder that does not exist gives an error, not a file") {
    CHECK_THROWS_AS(write_png("/nonexistent/folder/a.png", pattern(2, 2, true)), std::runtime_error);
}

}  // namespace
}  // namespace pf
