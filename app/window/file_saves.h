#pragma once
#include <functional>
#include <future>
#include <string>
#include <vector>

#include "app/runtime/session.h"

namespace pf {

// Files that the window writes, each on a thread of its own. UI thread.
class FileSaves {
public:
    // `write` is given `path` on that thread and throws where it cannot be written; what it captures is a copy. `what`: "plot", "figure".
    void save(std::string what, const std::string& path, std::function<void(const std::string& path)> write);
    std::vector<Notice> poll();  // what was written, or why not; never blocks
    bool writing() const { return !saves_.empty(); }

private:
    struct Save {
        std::string what, path;
        std::future<void> done;
    };
    std::vector<Save> saves_;
};

}  // namespace pf
