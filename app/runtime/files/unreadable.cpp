#include "app/runtime/files/unreadable.h"

#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>

namespace pf {

std::string unreadable(const std::string& path) {
    std::error_code error;
    const auto status = std::filesystem::status(path, error);
    if (status.type() == std::filesystem::file_type::not_found) return path + ": there is no such file";
    if (std::filesystem::is_directory(status)) return path + ": is a folder";
    if (access(path.c_str(), R_OK) == 0) return path + ": cannot be read";
    return path + ": cannot be read (" + std::strerror(errno) + ")";
}

}  // namespace pf
