#pragma once
#include <atomic>
#include <ctime>
#include <functional>
#include <future>
#include <map>
#include <memory>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

#include "app/runtime/latest.h"
#include "app/runtime/scene_document.h"

namespace pf {

// A scene that a program left behind unsaved when it ended: killed, or the machine went down, or it was to be kept.
struct Leftover {
    std::string path;     // a scene file
    std::string title;    // of the scene
    std::string written;  // when: clock_time()
};
// Local time: "14:05" today, otherwise "24 Nov 14:05".
std::string clock_time(std::time_t written);

// Where scenes are kept while they are edited: $XDG_STATE_HOME/probflow/autosave, or below $HOME/.local/state; empty where neither says an absolute path:
// then nothing is kept.
std::string autosave_folder();

// Keeps the scene that this process edits in a file of its own, complete or not at all, on a thread of its own; calls never wait. The file goes by
// forget() alone: what was kept last is there after the object is gone, which waits for it. A lock that the system takes away with the process tells files in use from those left behind, so that two programs never offer
// each other's.
class Autosave {
public:
    struct Ears {  // called on that thread
        std::function<void(std::vector<Leftover>)> found;   // once, at the start: newest first; only if there are some
        std::function<void(std::string)> failed;            // a sentence; once, and again only after a success
    };
    Autosave(std::string folder, Ears ears);
    ~Autosave();
    Autosave(const Autosave&) = delete;
    Autosave& operator=(const Autosave&) = delete;

    void keep(Document document) { inbox_.push({Message::What::keep, std::move(document), {}}); }
    void forget() { inbox_.push({Message::What::forget, {}, {}}); }  // nothing is unsaved
    // What was found at `path` goes for good; with a document only once that is kept in its place.
    void discard(std::string path) { inbox_.push({Message::What::discard, {}, std::move(path)}); }
    void take_over(Document document, std::string path) { inbox_.push({Message::What::take_over, std::move(document), std::move(path)}); }
    // Waits until all of that is done, at most five seconds. False: the last write failed, or it is not done.
    bool flush();
    bool failing() const { return failing_; }  // the last write failed; keep() again later
    bool whole() const { return whole_; }      // it has all weights: none were too large for a scene file

private:
    struct Message {
        enum class What { keep, forget, discard, take_over, tell } what;
        Document document;
        std::string path;
        std::shared_ptr<std::promise<void>> done = {};  // of `tell`
    };
    // An open lock file, locked until it is closed; −1: none.
    class Lock {
    public:
        explicit Lock(int descriptor = -1) : descriptor_(descriptor) {}
        Lock(Lock&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}
        Lock& operator=(Lock&& other) noexcept {
            std::swap(descriptor_, other.descriptor_);
            return *this;
        }
        ~Lock();
        explicit operator bool() const { return descriptor_ >= 0; }

    private:
        int descriptor_;
    };
    static Lock locked(const std::string& path);
    void work(std::stop_token stop);
    void look_around();
    void settle();
    bool write(const Document& document);
    void remove(const std::string& path);

    const std::string folder_;
    const Ears ears_;
    std::string path_;                  // this process' file; empty before the first write
    Lock lock_;
    std::map<std::string, Lock> found_;  // leftovers being offered, by path
    std::atomic<bool> failing_{false}, whole_{true};
    Inbox<Message> inbox_;
    std::jthread thread_;  // last member
};

}  // namespace pf
