#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <charconv>
#include <cstring>
#include <filesystem>
#include <fstream>

#include "app/runtime/files/npz.h"
#include "app/runtime/files/unreadable.h"
#include "core/math/errors.h"

namespace pf {
namespace {

using Bytes = std::span<const unsigned char>;

std::uint64_t get(Bytes bytes, std::size_t at, int count) {
    std::uint64_t out = 0;
    for (int i = 0; i < count; ++i) out |= static_cast<std::uint64_t>(bytes[at + static_cast<std::size_t>(i)]) << (8 * i);
    return out;
}

std::vector<unsigned char> read_bytes(const std::string& path, std::size_t longest) {
    std::ifstream file(path, std::ios::binary | std::ios::ate);
    const auto size = file ? static_cast<std::int64_t>(file.tellg()) : -1;
    if (size < 0 || std::filesystem::is_directory(path)) throw BadInput(unreadable(path));
    if (static_cast<std::uint64_t>(size) > longest) throw BadInput(fmt::format("{}: {} bytes, expected at most {}", path, size, longest));
    std::vector<unsigned char> bytes(static_cast<std::size_t>(size));
    file.seekg(0);
    file.read(reinterpret_cast<char*>(bytes.data()), size);
    if (file.gcount() != size) throw BadInput(fmt::format("{}: cannot be read", path));
    return bytes;
}

// The text after "'key':" in the header's dictionary.
std::string_view entry(std::string_view dictionary, std::string_view key, const std::string& name) {
    const auto at = dictionary.find(fmt::format("'{}':", key));
    if (at == std::string_view::npos) throw BadInput(fmt::format("{}: the NPY header lacks '{}'", name, key));
    auto rest = dictionary.substr(at + key.size() + 3);
    while (!rest.empty() && rest.front() == ' ') rest.remove_prefix(1);
    return rest;
}

std::vector<std::size_t> shape_of(std::string_view text, const std::string& name) {
    std::vector<std::size_t> shape;
    const auto end = text.find(')');
    if (text.empty() || text.front() != '(' || end == std::string_view::npos) throw BadInput(name + ": the NPY header's shape is damaged");
    for (const char *at = text.data() + 1, *last = text.data() + end; at < last;) {
        if (*at == ' ' || *at == ',') {
            ++at;
            continue;
        }
        std::size_t n = 0;
        const auto [next, error] = std::from_chars(at, last, n);
        if (error != std::errc{} || shape.size() == 32) throw BadInput(name + ": the NPY header's shape is damaged");
        shape.push_back(n);
        at = next;
    }
    return shape;
}

// What numbers an array holds: f, i, u or b (truth), so many bytes each, perhaps with the highest byte first.
struct Kind {
    char letter = 'f';
    std::size_t bytes = 4;
    bool big = false;
};

Kind kind_of(std::string_view descr, const std::string& name) {
    const std::string_view type = descr.substr(0, std::min(descr.size(), std::size_t{5}));
    if (type.size() == 5 && type.front() == '\'' && type.back() == '\'' && std::string_view("<>|=").find(type[1]) != std::string_view::npos) {
        const Kind kind{type[2], static_cast<std::size_t>(type[3] - '0'), type[1] == '>'};
        const auto& [letter, n, big] = kind;
        if ((letter == 'f' && (n == 4 || n == 8)) || ((letter == 'i' || letter == 'u') && (n == 1 || n == 2 || n == 4 || n == 8)) || (letter == 'b' && n == 1)) return kind;
    }
    throw BadInput(fmt::format("{}: expected float32 or float64 or whole numbers, got {}; in numpy: a.astype(float)", name, descr.substr(0, descr.find(','))));
}

double number(Bytes bytes, std::size_t at, const Kind& kind) {
    std::uint64_t bits = 0;
    for (std::size_t i = 0; i < kind.bytes; ++i) bits |= static_cast<std::uint64_t>(bytes[at + (kind.big ? kind.bytes - 1 - i : i)]) << (8 * i);
    if (kind.letter == 'f') return kind.bytes == 8 ? std::bit_cast<double>(bits) : static_cast<double>(std::bit_cast<float>(static_cast<std::uint32_t>(bits)));
    if (kind.letter != 'i') return static_cast<double>(bits);
    const unsigned unused = static_cast<unsigned>(64 - 8 * kind.bytes);
    return static_cast<double>(static_cast<std::int64_t>(bits << unused) >> unused);
}

// The first index runs fastest in Fortran's order, the last in C's.
std::vector<double> in_c_order(const std::vector<double>& values, const std::vector<std::size_t>& shape) {
    std::vector<double> out(values.size());
    std::vector<std::size_t> index(shape.size(), 0);
    for (double& value : out) {
        std::size_t at = 0;
        for (std::size_t k = shape.size(); k-- > 0;) at = at * shape[k] + index[k];
        value = values[at];
        for (std::size_t k = shape.size(); k-- > 0 && ++index[k] == shape[k];) index[k] = 0;
    }
    return out;
}

}  // namespace

NpyArray parse_npy(Bytes bytes, const std::string& name, std::size_t max_values) {
    if (bytes.size() < 12 || std::memcmp(bytes.data(), "\x93NUMPY", 6) != 0) throw BadInput(name + ": not an NPY file");
    const bool wide = bytes[6] >= 2;
    const std::size_t prefix = wide ? 12 : 10;
    const auto length = static_cast<std::size_t>(get(bytes, 8, wide ? 4 : 2));
    if (length > 65536 || prefix + length > bytes.size()) throw BadInput(name + ": the NPY header is damaged");
    const std::string_view dictionary(reinterpret_cast<const char*>(bytes.data()) + prefix, length);
    const Kind kind = kind_of(entry(dictionary, "descr", name), name);
    const bool fortran = entry(dictionary, "fortran_order", name).starts_with("True");
    NpyArray out;
    out.is_double = kind.letter == 'f' && kind.bytes == 8;
    out.shape = shape_of(entry(dictionary, "shape", name), name);
    std::size_t count = 1;
    for (const auto n : out.shape) {
        if (n != 0 && count > max_values / n) throw BadInput(fmt::format("{}: expected at most {} numbers", name, max_values));
        count *= n;
    }
    const std::size_t size = count * kind.bytes, start = prefix + length;
    if (bytes.size() - start != size) throw BadInput(fmt::format("{}: expected {} bytes of numbers, got {}", name, size, bytes.size() - start));
    out.values.resize(count);
    for (std::size_t i = 0; i < count; ++i) out.values[i] = number(bytes, start + kind.bytes * i, kind);
    if (fortran && out.shape.size() > 1) out.values = in_c_order(out.values, out.shape);
    return out;
}

NpyArray read_npy(const std::string& path, std::size_t max_values) {
    return parse_npy(read_bytes(path, 8 * max_values + 70'000), path, max_values);
}

std::map<std::string, NpyArray> read_npz(const std::string& path, std::size_t max_values) {
    const auto bytes = read_bytes(path, 8 * max_values + (1 << 22));
    const Bytes all(bytes);
    std::map<std::string, NpyArray> out;
    std::size_t at = 0;
    while (at + 30 <= all.size() && get(all, at, 4) == 0x04034b50) {
        const auto size = static_cast<std::size_t>(get(all, at + 18, 4));
        const auto name_length = static_cast<std::size_t>(get(all, at + 26, 2)), extra = static_cast<std::size_t>(get(all, at + 28, 2));
        const std::size_t start = at + 30 + name_length + extra;
        if (get(all, at + 8, 2) != 0 || get(all, at + 6, 2) & 8u) throw BadInput(path + ": expected an NPZ without compression");
        if (start > all.size() || size > all.size() - start) throw BadInput(path + ": the NPZ is cut short");
        std::string name(reinterpret_cast<const char*>(all.data()) + at + 30, name_length);
        if (name.ends_with(".npy")) name.resize(name.size() - 4);
        const std::string_view head(reinterpret_cast<const char*>(all.data()) + start, std::min<std::size_t>(size, 64));
        if (head.find("'<U") == std::string_view::npos) out[name] = parse_npy(all.subspan(start, size), path + ": " + name, max_values);
        at = start + size;
    }
    if (out.empty()) throw BadInput(path + ": not an NPZ file");
    return out;
}

}  // namespace pf
