#pragma once
#include <span>
#include <string>

namespace pf::nn {

// What a file is by how it begins, to be named where another kind was expected. `id` is empty for text, and for what is not known.
struct FileKind {
    std::string id;      // npz torch pickle zip safetensors png jpeg npy utf16 …
    std::string name;    // "a ZIP archive"
    std::string remedy;  // what to do with it where a scene or data were expected
};
// The first 64 kB are enough: of a zip, its first entries tell what it is.
FileKind file_kind(std::span<const unsigned char> start);
FileKind file_kind(const std::string& path);  // none where it cannot be read

}  // namespace pf::nn
