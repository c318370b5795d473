#include "app/runtime/autosave.h"

#include <fcntl.h>
#include <fmt/chrono.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <ctime>
#include <filesystem>

#include "app/runtime/scene_file.h"
#include "core/math/errors.h"

namespace pf {
namespace {

namespace fs = std::filesystem;

std::string lock_of(const std::string& path) { return path.substr(0, path.rfind('.')) + ".lock"; }

}  // namespace

std::string clock_time(std::time_t written) {
    const std::time_t now = std::time(nullptr);
    std::tm then{}, today{};
    localtime_r(&written, &then);
    localtime_r(&now, &today);
    const bool same_day = then.tm_year == today.tm_year && then.tm_yday == today.tm_yday;
    return same_day ? fmt::format("{:%H:%M}", then) : fmt::format("{:%d %b %H:%M}", then);
}

std::string autosave_folder() {
    const char *state = std::getenv("XDG_STATE_HOME"), *home = std::getenv("HOME");
    if (state && fs::path(state).is_absolute()) return std::string(state) + "/probflow/autosave";
    if (home && fs::path(home).is_absolute()) return std::string(home) + "/.local/state/probflow/autosave";
    return "";
}

Autosave::Lock::~Lock() {
    if (descriptor_ >= 0) ::close(descriptor_);
}

// None if another process holds it. A file that was unlinked between opening and locking is no lock: the next comer would make another.
Autosave::Lock Autosave::locked(const std::string& path) {
    for (int tries = 0; tries < 8; ++tries) {
        const int descriptor = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
        if (descriptor < 0) return Lock();
        Lock lock(descriptor);
        if (::flock(descriptor, LOCK_EX | LOCK_NB) != 0) return Lock();
        struct stat mine{}, there{};
        if (::fstat(descriptor, &mine) == 0 && ::stat(path.c_str(), &there) == 0 && mine.st_ino == there.st_ino) return lock;
    }
    return Lock();
}

Autosave::Autosave(std::string folder, Ears ears) : folder_(std::move(folder)), ears_(std::move(ears)), thread_([this](std::stop_token stop) { work(stop); }) {}
Autosave::~Autosave() = default;

void Autosave::work(std::stop_token stop) {
    look_around();
    for (bool last = false; !last;) {
        inbox_.wait(stop);
        last = stop.stop_requested();
        // Only the newest state is worth a write; what is to be discarded always is.
        std::vector<Message> messages = inbox_.drain();
        const auto is_state = [](const Message& m) { return m.what != Message::What::discard && m.what != Message::What::tell; };
        for (std::size_t i = 0; i < messages.size(); ++i) {
            Message& m = messages[i];
            const bool newest = std::none_of(messages.begin() + static_cast<std::ptrdiff_t>(i) + 1, messages.end(), is_state);
            if (m.what == Message::What::tell) m.done->set_value();
            else if (m.what == Message::What::discard) remove(m.path);
            else if (m.what == Message::What::forget && newest) remove(path_), whole_ = true;
            else if (m.what == Message::What::take_over && write(m.document)) remove(m.path);
            else if (m.what == Message::What::keep && newest) write(m.document);
        }
    }
    if (std::error_code error; lock_ && !fs::exists(path_, error)) ::unlink(lock_of(path_).c_str());
}

bool Autosave::flush() {
    auto done = std::make_shared<std::promise<void>>();
    auto told = done->get_future();
    inbox_.push({Message::What::tell, {}, {}, std::move(done)});
    return told.wait_for(std::chrono::seconds(5)) == std::future_status::ready && !failing_;
}

// What no living process holds: scenes are offered, the rest of a write that was cut off goes.
void Autosave::look_around() {
    std::vector<std::pair<fs::file_time_type, Leftover>> found;
    std::error_code error;
    std::vector<fs::path> files;
    for (fs::directory_iterator it(folder_, error), end; !error && it != end; it.increment(error)) files.push_back(it->path());
    for (const fs::path& file : files) {
        const std::string name = file.filename().string(), path = file.string(), owner = folder_ + "/" + name.substr(0, name.find('.'));
        if (file.extension() != ".json") {
            if (file.extension() != ".part" && file.extension() != ".lock") continue;
            if (const Lock lock = locked(owner + ".lock"); lock && !fs::exists(owner + ".json", error)) {
                ::unlink(path.c_str());
                ::unlink((owner + ".lock").c_str());
            } else if (lock && file.extension() == ".part") {
                ::unlink(path.c_str());
            }
            continue;
        }
        Lock lock = locked(lock_of(path));
        if (!lock) continue;
        struct stat about{};
        try {
            const Scene scene = load_scene(path);
            if (::stat(path.c_str(), &about) == 0) found.push_back({fs::last_write_time(file), {path, scene.title, clock_time(about.st_mtime)}});
            found_.emplace(path, std::move(lock));
        } catch (const std::exception&) {
            // Of a newer version, perhaps: it stays where it is.
        }
    }
    if (found.empty()) return;
    std::stable_sort(found.begin(), found.end(), [](const auto& a, const auto& b) { return a.first > b.first; });
    std::vector<Leftover> newest_first;
    for (auto& [when, leftover] : found) newest_first.push_back(std::move(leftover));
    ears_.found(std::move(newest_first));
}

// A name of its own: a process number comes round again, and a scene left behind under it is not written over.
void Autosave::settle() {
    fs::create_directories(folder_);
    for (int k = 0; !lock_; ++k) {
        check(k < 1000, "no name is free in {}", folder_);
        const std::string path = fmt::format("{}/{}{}.json", folder_, ::getpid(), k == 0 ? "" : fmt::format("-{}", k));
        if (fs::exists(path)) continue;
        lock_ = locked(lock_of(path));
        if (lock_) path_ = path;
        else if (!fs::exists(lock_of(path))) throw std::runtime_error(folder_ + ": cannot be written");
    }
}

bool Autosave::write(const Document& document) {
    try {
        settle();
        std::vector<std::string> left_out;
        save_document(path_, document, &left_out);
        failing_ = false;
        if (!whole_.exchange(left_out.empty()) || left_out.empty()) return true;
        ears_.failed(fmt::format("the weights of '{}' are too large to be kept against a crash: Ctrl+P writes them beside a script", fmt::join(left_out, "', '")));
        return true;
    } catch (const std::exception& error) {
        if (!failing_.exchange(true)) ears_.failed(fmt::format("the scene is not kept against a crash: {}", error.what()));
        return false;
    }
}

void Autosave::remove(const std::string& path) {
    if (path.empty()) return;
    ::unlink(path.c_str());
    if (const auto found = found_.find(path); found != found_.end()) {
        ::unlink(lock_of(path).c_str());
        found_.erase(found);
    }
}

}  // namespace pf
