// Weights on disk. A file is written beside its target, flushed and renamed: the target is the old file or the new one, never a part.
#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <fstream>

#include "core/math/errors.h"
#include "core/nn/description.h"

namespace pf::nn {
namespace {

constexpr std::uintmax_t max_file = 64 << 20;  // the largest network is 30 MB

[[noreturn]] void fail(const std::string& path, const char* what) {
    throw std::runtime_error(fmt::format("{}: {} ({})", path, what, std::strerror(errno)));
}

class Descriptor {
public:
    Descriptor(const std::string& path, int flags) : fd_(::open(path.c_str(), flags | O_CLOEXEC, 0644)) {}
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
    ~Descriptor() {
        if (fd_ >= 0) ::close(fd_);
    }
    bool open() const { return fd_ >= 0; }
    bool write(const unsigned char* bytes, std::size_t size) const {
        while (size > 0) {
            const ssize_t written = ::write(fd_, bytes, size);
            if (written < 0 && errno == EINTR) continue;
            if (written <= 0) return false;
            bytes += written;
            size -= static_cast<std::size_t>(written);
        }
        return true;
    }
    bool flush() const { return ::fsync(fd_) == 0; }

private:
    int fd_;
};

}  // namespace

void save_safetensors(const std::string& path, const Weights& weights) {
    const auto bytes = to_safetensors(weights);
    const std::string part = fmt::format("{}.{}.part", path, ::getpid());
    try {
        const Descriptor file(part, O_WRONLY | O_CREAT | O_TRUNC);
        if (!file.open() || !file.write(bytes.data(), bytes.size()) || !file.flush()) fail(path, "cannot be written");
        if (std::rename(part.c_str(), path.c_str()) != 0) fail(path, "cannot be replaced");
    } catch (...) {
        ::unlink(part.c_str());
        throw;
    }
    const auto folder = std::filesystem::path(path).parent_path();
    const Descriptor directory(folder.empty() ? "." : folder.string(), O_RDONLY | O_DIRECTORY);
    if (directory.open()) directory.flush();
}

Weights load_safetensors(const std::string& path) {
    std::error_code error;
    if (!std::filesystem::is_regular_file(path, error)) throw BadInput(path + (std::filesystem::exists(path, error) ? ": is no file" : ": there is no such file"));
    const auto size = std::filesystem::file_size(path, error);
    if (error || size > max_file) throw BadInput(path + ": larger than any network probflow can have (64 MB)");
    std::vector<unsigned char> bytes(size);
    std::ifstream file(path, std::ios::binary);
    if (!file.read(reinterpret_cast<char*>(bytes.data()), static_cast<std::streamsize>(size))) throw BadInput(path + ": cannot be read");
    return from_safetensors(bytes.data(), bytes.size(), path);
}

}  // namespace pf::nn
