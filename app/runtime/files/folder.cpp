#include "app/runtime/files/folder.h"

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <thread>

namespace pf {
namespace {

namespace fs = std::filesystem;

std::string lower(std::string s) {
    std::transform(s.begin(), s.end(), s.begin(), [](unsigned char c) { return static_cast<char>(c < 128 ? std::tolower(c) : c); });
    return s;
}

bool wanted(const std::string& name, const std::vector<std::string>& extensions) {
    const std::string small = lower(name);
    return std::any_of(extensions.begin(), extensions.end(), [&](const std::string& extension) { return small.ends_with(extension); });
}

}  // namespace

FolderListing list_folder(const std::string& path, const std::vector<std::string>& extensions) {
    FolderListing out{path, {}, false, {}};
    std::error_code error;
    for (fs::directory_iterator it(path, fs::directory_options::none, error), end; !error && it != end; it.increment(error)) {
        FolderListing::Entry entry{it->path().filename().string(), false, 0};
        if (entry.name.starts_with(".")) continue;
        std::error_code gone;
        entry.folder = it->is_directory(gone);
        if (!entry.folder && (!wanted(entry.name, extensions) || !it->is_regular_file(gone))) continue;
        if (out.entries.size() == most_folder_entries) {
            out.cut = true;
            break;
        }
        if (!entry.folder) entry.bytes = it->file_size(gone);
        if (gone) entry.bytes = 0;
        out.entries.push_back(std::move(entry));
    }
    if (error) out.sentence = path + ": " + error.message();
    std::sort(out.entries.begin(), out.entries.end(), [](const auto& a, const auto& b) {
        if (a.folder != b.folder) return a.folder;
        const std::string x = lower(a.name), y = lower(b.name);
        return x != y ? x < y : a.name < b.name;
    });
    return out;
}

std::string file_stem(const std::string& title) {
    std::string stem;
    for (const char letter : title) {
        const auto c = static_cast<unsigned char>(letter);
        if (c < 128 && std::isalnum(c))
            stem += static_cast<char>(std::tolower(c));
        else if (!stem.empty() && stem.back() != '_')
            stem += '_';
    }
    while (!stem.empty() && stem.back() == '_') stem.pop_back();
    return stem.empty() ? "scene" : stem;
}

void FolderReader::want(std::string path, std::vector<std::string> extensions) {
    const unsigned number = ++state_->wanted;
    std::thread([state = state_, number, path = std::move(path), extensions = std::move(extensions)] {
        auto listing = std::make_shared<const FolderListing>(list_folder(path, extensions));
        if (number != state->wanted) return;  // overtaken
        state->listing.publish(std::move(listing));
        state->done = number;
        if (state->news) state->news();
    }).detach();
}

}  // namespace pf
