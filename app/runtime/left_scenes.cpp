#include "app/runtime/left_scenes.h"

#include <fmt/chrono.h>
#include <sys/stat.h>

#include <algorithm>
#include <filesystem>

#include "app/runtime/files/folder.h"
#include "app/runtime/scene_file.h"

namespace pf {
namespace {

namespace fs = std::filesystem;

// By name, which begins with the time: newest first.
std::vector<fs::path> scenes_in(const std::string& folder) {
    std::vector<fs::path> out;
    std::error_code error;
    for (fs::directory_iterator it(folder, error), end; !error && it != end; it.increment(error))
        if (it->path().extension() == ".json") out.push_back(it->path());
    std::sort(out.begin(), out.end(), std::greater());
    return out;
}

std::string new_path(const std::string& folder, const std::string& title) {
    std::tm now{};
    const std::time_t seconds = std::time(nullptr);
    localtime_r(&seconds, &now);
    const std::string stem = fmt::format("{}/{:%Y-%m-%d_%H.%M.%S}_{}", folder, now, file_stem(title));
    std::string path = stem + ".json";
    for (int k = 2; fs::exists(path); ++k) path = fmt::format("{}-{}.json", stem, k);
    return path;
}

std::string title_of(const std::string& path) { return is_lecture(path) ? "lecture: " + load_lecture(path).title : load_scene(path).title; }

}  // namespace

LeftScenes::LeftScenes(std::string folder, Ears ears) : folder_(std::move(folder)), ears_(std::move(ears)), thread_([this](std::stop_token stop) { work(stop); }) {}
LeftScenes::~LeftScenes() = default;

bool LeftScenes::holds(const std::string& path) const { return fs::path(path).lexically_normal().parent_path() == fs::path(folder_).lexically_normal(); }

void LeftScenes::work(std::stop_token stop) {
    tell(false);
    for (bool last = false; !last;) {
        inbox_.wait(stop);
        last = stop.stop_requested();
        const auto messages = inbox_.drain();
        for (const Message& message : messages) write(message);
        if (!messages.empty()) tell(true);
    }
}

void LeftScenes::write(const Message& message) {
    try {
        if (const auto* path = std::get_if<std::string>(&message.content)) return void(paths_[message.origin] = *path);
        const auto known = paths_.find(message.origin);
        const std::string before = known == paths_.end() ? "" : known->second;
        std::string path;
        const auto place = [&](const std::string& title) -> const std::string& {
            fs::create_directories(folder_);
            return path = new_path(folder_, title);
        };
        std::vector<std::string> left_out;
        if (const auto* document = std::get_if<Document>(&message.content)) save_document(place(document->scene.title), *document, &left_out);
        if (const auto* lecture = std::get_if<Lecture>(&message.content)) save_lecture(place(lecture->title), *lecture);
        if (!path.empty()) paths_[message.origin] = path;
        else if (known != paths_.end()) paths_.erase(known);
        if (!left_out.empty()) ears_.failed(fmt::format("the weights of '{}' are too large to be kept with the scene that was left: undo leads back to them, and Ctrl+P writes them", fmt::join(left_out, "', '")));
        std::error_code gone;
        if (!before.empty()) fs::remove(before, gone);
        const auto all = scenes_in(folder_);
        for (std::size_t i = most; i < all.size(); ++i) fs::remove(all[i], gone);
    } catch (const std::exception& error) {
        ears_.failed(fmt::format("what was left is not kept: {}", error.what()));
    }
}

void LeftScenes::tell(bool even_none) {
    std::vector<Leftover> out;
    for (const fs::path& path : scenes_in(folder_)) {
        if (out.size() == told) break;
        try {
            struct stat about{};
            if (!known_.contains(path) && ::stat(path.c_str(), &about) == 0) known_[path] = {path, title_of(path), clock_time(about.st_mtime)};
            out.push_back(known_.at(path));
        } catch (const std::exception&) {
            // Of a newer version, perhaps: it stays where it is.
        }
    }
    if (even_none || !out.empty()) ears_.there(std::move(out));
}

}  // namespace pf
