#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace pf {

// RGBA, 8 bits a channel, straight alpha, top row first.
struct Image {
    int width = 0, height = 0;
    std::vector<std::uint8_t> pixels;  // width · height · 4
};

// Text stored in a PNG: keyword (1–79 Latin letters) and UTF-8, such as {"probflow scene", json}.
using PngTexts = std::vector<std::pair<std::string, std::string>>;

struct PngFile {
    Image image;
    PngTexts texts;
};

inline constexpr int most_png_pixels_a_side = 16384;

// Written without alpha if every pixel is opaque; fast compression.
std::vector<std::uint8_t> encode_png(const Image& image, const PngTexts& texts = {});
// Atomically (files/atomic_file.h), with its errors.
void write_png(const std::string& path, const Image& image, const PngTexts& texts = {});
// Any PNG, as RGBA. Refuses (BadInput) damaged files, more than 16384 pixels a side or 64 million altogether.
PngFile read_png(const std::string& path);
// The texts that stand before the pixels, where ours are, without reading those.
PngTexts read_png_texts(const std::string& path);
// The same from bytes in memory; `name` is what errors call it.
PngFile decode_png(std::string_view bytes, const std::string& name);

}  // namespace pf
