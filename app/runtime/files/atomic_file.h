#pragma once
#include <span>
#include <string>
#include <string_view>

namespace pf {

// A file that appears under its name complete or not at all: written beside the target, synced, renamed, the folder synced.
// Without commit() nothing is left behind. Errors are std::runtime_error with the path and the system's reason.
class AtomicFile {
public:
    explicit AtomicFile(std::string path);
    ~AtomicFile();
    AtomicFile(const AtomicFile&) = delete;
    AtomicFile& operator=(const AtomicFile&) = delete;

    void write(const void* bytes, std::size_t size);
    void write(std::string_view text) { write(text.data(), text.size()); }
    void commit();

private:
    [[noreturn]] void fail(const char* what);
    std::string path_, temporary_;
    int descriptor_ = -1;
};

void atomic_write(const std::string& path, std::string_view bytes);

}  // namespace pf
