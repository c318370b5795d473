#pragma once
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <functional>
#include <string>
#include <thread>

#include "app/runtime/scene_file.h"
#include "core/math/errors.h"

namespace pf::testing {

// What BadInput says, or "" when nothing is thrown.
inline std::string refusal(const std::function<void()>& action) {
    try {
        action();
    } catch (const BadInput& error) {
        return error.what();
    }
    return {};
}

inline Scene builtin(const std::string& id) { return load_scene(id); }

// A folder of its own that goes away with the test.
class Folder {
public:
    Folder() : path_(std::filesystem::temp_directory_path() / ("probflow_test_" + std::to_string(::getpid()) + "_" + std::to_string(counter()++))) {
        std::filesystem::create_directories(path_);
    }
    ~Folder() {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }
    std::string file(const std::string& name) const { return (path_ / name).string(); }
    std::size_t entries() const {
        return static_cast<std::size_t>(std::distance(std::filesystem::directory_iterator(path_), std::filesystem::directory_iterator{}));
    }

private:
    static int& counter() {
        static int n = 0;
        return n;
    }
    std::filesystem::path path_;
};

// Waits, generously, for what a worker must do; a machine that is merely slow does not fail.
inline bool eventually(const std::function<bool()>& condition, std::chrono::seconds patience = std::chrono::seconds(60)) {
    const auto until = std::chrono::steady_clock::now() + patience;
    while (!condition()) {
        if (std::chrono::steady_clock::now() > until) return false;
        std::this_thread::sleep_for(std::chrono::milliseconds(2));
    }
    return true;
}

}  // namespace pf::testing
