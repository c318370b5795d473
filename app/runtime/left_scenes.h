#pragma once
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <thread>
#include <variant>
#include <vector>

#include "app/runtime/autosave.h"
#include "app/runtime/lecture.h"

namespace pf {

// Scenes with changes that were left by opening another one, and lectures that are not saved yet: undo leads back to them while the program runs, these files afterwards. The newest `most`
// stay, whoever wrote them. Files are written on a thread of its own, complete or not at all; calls never wait.
class LeftScenes {
public:
    static constexpr std::size_t most = 40, told = 4;
    struct Ears {  // called on that thread
        std::function<void(std::vector<Leftover>)> there;  // the newest `told`, newest first: at the start, if there are some, and whenever one came or went
        std::function<void(std::string)> failed;           // a sentence
    };
    LeftScenes(std::string folder, Ears ears);
    ~LeftScenes();  // waits for what is being written
    LeftScenes(const LeftScenes&) = delete;
    LeftScenes& operator=(const LeftScenes&) = delete;

    // One file for each `origin` (Session::origin(), LecturePlace::file): the newest state replaces the one before.
    void keep(std::shared_ptr<const void> origin, Document document) { inbox_.push({std::move(origin), std::move(document)}); }
    void keep(std::shared_ptr<const void> origin, Lecture lecture) { inbox_.push({std::move(origin), std::move(lecture)}); }
    void forget(std::shared_ptr<const void> origin) { inbox_.push({std::move(origin), std::monostate()}); }  // it is saved, or undone
    // What was opened from here: `path` is the file of this origin from now on.
    void adopt(std::shared_ptr<const void> origin, std::string path) { inbox_.push({std::move(origin), std::move(path)}); }
    bool holds(const std::string& path) const;  // by its folder

private:
    struct Message {
        std::shared_ptr<const void> origin;
        std::variant<std::monostate, Document, Lecture, std::string> content;  // none: forget; a path: adopt
    };
    void work(std::stop_token stop);
    void write(const Message& message);
    void tell(bool even_none);

    const std::string folder_;
    const Ears ears_;
    std::map<std::shared_ptr<const void>, std::string> paths_;  // of this process' scenes
    std::map<std::string, Leftover> known_;                     // read once
    Inbox<Message> inbox_;
    std::jthread thread_;  // last member
};

}  // namespace pf
