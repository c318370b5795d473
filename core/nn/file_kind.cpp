#include "core/nn/file_kind.h"

#include <cstdint>
#include <fstream>
#include <string_view>
#include <vector>

namespace pf::nn {
namespace {

using namespace std::string_view_literals;

constexpr std::size_t enough = 1 << 16;

// One line per kind that begins with the same bytes each time.
struct Magic {
    std::string_view bytes, id, name, remedy;
    std::size_t at = 0;
};
constexpr auto unpack = "unpack it first"sv, as_png = "save it as PNG or JPEG"sv, as_table = "save the points as CSV or NPY"sv, no_scene = "expected a scene (JSON, or a PNG that holds one) or data (CSV, NPY, PNG, JPEG)"sv;
constexpr Magic magics[] = {
    {"\x89PNG\r\n\x1A\n"sv, "png", "a PNG picture", "as data, for its darkness, its name has to end in .png"},
    {"\xFF\xD8\xFF"sv, "jpeg", "a JPEG picture", "as data, for its darkness, its name has to end in .jpg"},
    {"\x93NUMPY"sv, "npy", "an NPY, an array of NumPy", "as points its name has to end in .npy"},
    {"GIF8"sv, "gif", "a GIF", as_png},
    {"II*\0"sv, "tiff", "a TIFF picture", as_png},
    {"MM\0*"sv, "tiff", "a TIFF picture", as_png},
    {"WEBP"sv, "webp", "a WebP picture", as_png, 8},
    {"ftyp"sv, "mp4", "a film (MP4)", no_scene, 4},
    {"\x1A\x45\xDF\xA3"sv, "webm", "a film (WebM)", no_scene},
    {"%PDF-"sv, "pdf", "a PDF", no_scene},
    {"\x7F" "ELF"sv, "elf", "a program (ELF)", no_scene},
    {"\x1F\x8B"sv, "gzip", "packed with gzip", unpack},
    {"\xFD" "7zXZ\0"sv, "xz", "packed with xz", unpack},
    {"\x28\xB5\x2F\xFD"sv, "zstd", "packed with zstd", unpack},
    {"1AY&SY"sv, "bzip2", "packed with bzip2", unpack, 4},
    {"\x89HDF\r\n\x1A\n"sv, "hdf5", "an HDF5 file", as_table},
    {"\xD0\xCF\x11\xE0"sv, "office", "an Office document", as_table},
    {"\xFF\xFE"sv, "utf16", "UTF-16 text", "save it as UTF-8"},
    {"\xFE\xFF"sv, "utf16", "UTF-16 text", "save it as UTF-8"},
};

std::uint64_t number(std::string_view bytes, std::size_t at, int count) {
    std::uint64_t out = 0;
    for (int i = 0; i < count; ++i) out |= static_cast<std::uint64_t>(static_cast<unsigned char>(bytes[at + static_cast<std::size_t>(i)])) << (8 * i);
    return out;
}

// Names of the entries, as far as their headers stand one after the other (APPNOTE 4.3.7).
std::vector<std::string_view> zip_entries(std::string_view bytes) {
    std::vector<std::string_view> out;
    for (std::size_t at = 0; at + 30 <= bytes.size() && bytes.substr(at, 4) == "PK\3\4";) {
        const auto size = static_cast<std::size_t>(number(bytes, at + 18, 4)), name = static_cast<std::size_t>(number(bytes, at + 26, 2)), extra = static_cast<std::size_t>(number(bytes, at + 28, 2));
        out.push_back(bytes.substr(at + 30, name));
        at += 30 + name + extra + size;
    }
    return out;
}

FileKind zip_kind(std::string_view bytes) {
    bool arrays = true;
    const auto entries = zip_entries(bytes);
    for (const std::string_view name : entries) {
        if (name == "data.pkl" || name.ends_with("/data.pkl")) return {"torch", "a PyTorch file", "a scene is expected; weights are given with --weights, converted to safetensors"};
        if (name == "[Content_Types].xml") return {"office", "an Office document", std::string(as_table)};
        arrays = arrays && name.ends_with(".npy");
    }
    if (arrays && !entries.empty()) return {"npz", "an NPZ, an archive of NumPy's arrays", "points are read from an NPY: numpy.save('points.npy', numpy.load('FILE.npz')['NAME'])"};
    return {"zip", "a ZIP archive", std::string(unpack)};
}

// Letters with a NUL after or before each: no byte order mark, but nothing else looks like it.
bool wide_text(std::string_view bytes) {
    if (bytes.size() < 4) return false;
    const bool little = bytes[0] && !bytes[1] && bytes[2] && !bytes[3], big = !bytes[0] && bytes[1] && !bytes[2] && bytes[3];
    const auto letter = [](char c) { return (c >= ' ' && c <= '~') || c == '\n' || c == '\r' || c == '\t'; };
    return (little && letter(bytes[0]) && letter(bytes[2])) || (big && letter(bytes[1]) && letter(bytes[3]));
}

}  // namespace

FileKind file_kind(std::span<const unsigned char> start) {
    const std::string_view bytes(reinterpret_cast<const char*>(start.data()), start.size());
    for (const Magic& magic : magics)
        if (bytes.size() >= magic.at + magic.bytes.size() && bytes.substr(magic.at, magic.bytes.size()) == magic.bytes) return {std::string(magic.id), std::string(magic.name), std::string(magic.remedy)};
    if (bytes.starts_with("PK\3\4") || bytes.starts_with("PK\5\6")) return zip_kind(bytes);
    // A header of less than 64 kB may begin with the bytes of a pickle.
    if (bytes.size() >= 9 && bytes[8] == '{' && number(bytes, 0, 8) >= 2 && number(bytes, 0, 8) <= 100'000'000)
        return {"safetensors", "a file of trained weights (safetensors)", "a scene is expected; weights are given beside it, with --weights"};
    if (bytes.size() >= 2 && bytes[0] == '\x80' && bytes[1] >= 1 && bytes[1] <= 5) return {"pickle", "a Python pickle, which is a program and is not opened", "save points with numpy.save, weights as safetensors"};
    if (wide_text(bytes)) return {"utf16", "UTF-16 text", "save it as UTF-8"};
    return {};
}

FileKind file_kind(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    std::vector<unsigned char> start(enough);
    file.read(reinterpret_cast<char*>(start.data()), static_cast<std::streamsize>(enough));
    start.resize(static_cast<std::size_t>(file.gcount()));
    return file_kind(start);
}

}  // namespace pf::nn
