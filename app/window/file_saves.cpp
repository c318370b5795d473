#include "app/window/file_saves.h"

#include <fmt/format.h>

#include <chrono>
#include <exception>

namespace pf {

void FileSaves::save(std::string what, const std::string& path, std::function<void(const std::string&)> write) {
    saves_.push_back({std::move(what), path, std::async(std::launch::async, [path, write = std::move(write)] { write(path); })});
}

std::vector<Notice> FileSaves::poll() {
    std::vector<Notice> out;
    std::erase_if(saves_, [&](Save& save) {
        if (save.done.wait_for(std::chrono::seconds(0)) != std::future_status::ready) return false;
        try {
            save.done.get();
            out.push_back({Notice::Level::info, fmt::format("{} saved: {}", save.what, save.path)});
        } catch (const std::exception& error) {
            out.push_back({Notice::Level::error, error.what()});
        }
        return true;
    });
    return out;
}

}  // namespace pf
