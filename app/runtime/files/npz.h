#pragma once
#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "app/runtime/files/atomic_file.h"

namespace pf {

// NumPy's format 1.0: magic, header padded so that data starts at a multiple of 64 bytes, then the values, row-major, little endian.
std::string npy_header(bool is_double, std::span<const std::size_t> shape);

// An .npz: a zip of .npy files, stored uncompressed, written as it is added, so that no array is held twice. Nothing appears under `path` before
// finish(). Arrays and archive are under 4 GB; beyond, BadInput. Disk errors are std::runtime_error with the path.
class NpzWriter {
public:
    explicit NpzWriter(const std::string& path) : path_(path), file_(path) {}
    void add(const std::string& name, std::vector<std::size_t> shape, const float* values);
    void add(const std::string& name, std::vector<std::size_t> shape, const double* values);
    void add_text(const std::string& name, const std::string& ascii);  // one string: numpy's .item() gives it
    void add_texts(const std::string& name, std::span<const std::string> texts);  // UTF-8; an array of strings, as long as the longest
    void finish();

private:
    struct Entry {
        std::string name;
        std::uint32_t crc, size, offset;
    };
    void add_bytes(const std::string& name, const std::string& header, const void* values, std::uint64_t size);
    std::string path_;
    AtomicFile file_;
    std::vector<Entry> entries_;
    std::uint64_t written_ = 0;
};

struct NpyArray {
    std::vector<std::size_t> shape;
    bool is_double = false;
    std::vector<double> values;  // row-major
};
// Reads arrays of float32, float64 and whole numbers, in either order of indices and of bytes, format 1.0 or 2.0. `max_values` bounds the count before anything is allocated. Throws
// BadInput "<name>: …".
NpyArray parse_npy(std::span<const unsigned char> bytes, const std::string& name, std::size_t max_values);
NpyArray read_npy(const std::string& path, std::size_t max_values);
// Archives as NpzWriter writes them (stored, no zip64); texts are passed over.
std::map<std::string, NpyArray> read_npz(const std::string& path, std::size_t max_values);

}  // namespace pf
