#pragma once
#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "app/runtime/latest.h"

namespace pf {

// What a file dialog shows of one folder: folders first, then files, each by name; hidden ones are left out.
struct FolderListing {
    struct Entry {
        std::string name;
        bool folder = false;
        std::uint64_t bytes = 0;
    };
    std::string path;
    std::vector<Entry> entries;
    bool cut = false;      // there are more than were kept
    std::string sentence;  // why it could not be read; empty if it could
};
inline constexpr std::size_t most_folder_entries = 2000;

// Files whose name ends in one of `extensions` (".json", in either case) and folders; at most most_folder_entries. Never throws.
FolderListing list_folder(const std::string& path, const std::vector<std::string>& extensions);

// A file name without extension from a title: "Moons, ODE and SDE" → "moons_ode_and_sde".
std::string file_stem(const std::string& title);

// Lists folders on threads of its own, so that a slow disk keeps nobody waiting, not even at the end.
class FolderReader {
public:
    // `news` is called on such a thread when a listing has come; it must be callable as long as the program runs.
    explicit FolderReader(std::function<void()> news = {}) : state_(std::make_shared<State>()) { state_->news = std::move(news); }
    void want(std::string path, std::vector<std::string> extensions);
    std::shared_ptr<const FolderListing> newest() const { return state_->listing.get(); }  // of the last folder wanted, or an earlier one; null before the first
    bool waiting() const { return state_->done != state_->wanted; }

private:
    struct State {
        Latest<FolderListing> listing;
        std::atomic<unsigned> wanted{0}, done{0};
        std::function<void()> news;
    };
    std::shared_ptr<State> state_;
};

}  // namespace pf
