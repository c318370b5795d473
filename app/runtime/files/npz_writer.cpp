#include <fmt/format.h>
#include <zlib.h>

#include <algorithm>
#include <bit>

#include "app/runtime/files/npz.h"
#include "app/runtime/letters.h"
#include "core/math/errors.h"

namespace pf {
namespace {

static_assert(std::endian::native == std::endian::little);

void put(std::string& out, std::uint64_t value, int bytes) {
    for (int i = 0; i < bytes; ++i) out += static_cast<char>(value >> (8 * i) & 255u);
}

// Fields that the local and the central header of a zip entry share: version needed 2.0, no flags, stored, 1980-01-01.
void put_common(std::string& out, std::uint32_t crc, std::uint32_t size, std::size_t name_length) {
    put(out, 20, 2);
    put(out, 0, 2);
    put(out, 0, 2);
    put(out, 0, 2);
    put(out, 0x21, 2);
    put(out, crc, 4);
    put(out, size, 4);
    put(out, size, 4);
    put(out, name_length, 2);
    put(out, 0, 2);
}

std::uint32_t checksum(std::uint32_t crc, const void* bytes, std::size_t size) {
    return static_cast<std::uint32_t>(crc32_z(crc, static_cast<const Bytef*>(bytes), size));
}

}  // namespace

namespace {

std::string header_of(const std::string& type, std::span<const std::size_t> shape) {
    std::string dimensions;
    for (const auto n : shape) dimensions += fmt::format("{},", n);
    std::string dictionary = fmt::format("{{'descr': '{}', 'fortran_order': False, 'shape': ({}), }}", type, dimensions);
    constexpr std::size_t prefix = 10, alignment = 64;
    const std::size_t total = (prefix + dictionary.size() + 1 + alignment - 1) / alignment * alignment;
    dictionary.append(total - prefix - dictionary.size() - 1, ' ');
    dictionary += '\n';
    std::string out("\x93NUMPY\x01\x00", 8);
    put(out, dictionary.size(), 2);
    return out + dictionary;
}

std::uint64_t bytes_of(std::span<const std::size_t> shape, std::uint64_t size) {
    for (const auto n : shape) size *= n;
    return size;
}

}  // namespace

std::string npy_header(bool is_double, std::span<const std::size_t> shape) { return header_of(is_double ? "<f8" : "<f4", shape); }

void NpzWriter::add(const std::string& name, std::vector<std::size_t> shape, const float* values) { add_bytes(name, npy_header(false, shape), values, bytes_of(shape, 4)); }
void NpzWriter::add(const std::string& name, std::vector<std::size_t> shape, const double* values) { add_bytes(name, npy_header(true, shape), values, bytes_of(shape, 8)); }
void NpzWriter::add_text(const std::string& name, const std::string& ascii) {
    const std::vector<std::uint32_t> letters(ascii.begin(), ascii.end());
    add_bytes(name, header_of(fmt::format("<U{}", letters.size()), {}), letters.data(), 4 * letters.size());
}

void NpzWriter::add_texts(const std::string& name, std::span<const std::string> texts) {
    std::vector<std::vector<std::uint32_t>> all;
    std::size_t longest = 1;  // numpy has no strings of no letters
    for (const std::string& text : texts) {
        std::vector<std::uint32_t>& codes = all.emplace_back();
        for (const Letter& letter : letters(text)) codes.push_back(letter.code);
        longest = std::max(longest, codes.size());
    }
    std::vector<std::uint32_t> flat;
    for (auto& codes : all) {
        codes.resize(longest, 0);
        flat.insert(flat.end(), codes.begin(), codes.end());
    }
    const std::size_t shape[] = {texts.size()};
    add_bytes(name, header_of(fmt::format("<U{}", longest), shape), flat.data(), 4 * flat.size());
}

void NpzWriter::add_bytes(const std::string& name, const std::string& header, const void* values, std::uint64_t size) {
    const std::string file_name = name + ".npy";
    constexpr std::uint64_t room = 1 << 20;  // for the directory at the end
    if (written_ + header.size() + size + room > UINT32_MAX)
        throw BadInput(fmt::format("{}: more than 4 GB do not fit; ask for fewer particles or steps", path_));
    const auto crc = checksum(checksum(0, header.data(), header.size()), values, size);
    const auto whole = static_cast<std::uint32_t>(header.size() + size);
    std::string local;
    put(local, 0x04034b50, 4);
    put_common(local, crc, whole, file_name.size());
    local += file_name;
    entries_.push_back({file_name, crc, whole, static_cast<std::uint32_t>(written_)});
    file_.write(local);
    file_.write(header);
    file_.write(values, size);
    written_ += local.size() + whole;
}

void NpzWriter::finish() {
    std::string directory;
    for (const auto& entry : entries_) {
        put(directory, 0x02014b50, 4);
        put(directory, 20, 2);  // made by: version 2.0
        put_common(directory, entry.crc, entry.size, entry.name.size());
        directory.append(10, '\0');  // no comment, disk 0, no attributes
        put(directory, entry.offset, 4);
        directory += entry.name;
    }
    const auto size = directory.size();
    put(directory, 0x06054b50, 4);
    put(directory, 0, 4);
    put(directory, entries_.size(), 2);
    put(directory, entries_.size(), 2);
    put(directory, size, 4);
    put(directory, written_, 4);
    put(directory, 0, 2);
    file_.write(directory);
    file_.commit();
}

}  // namespace pf
