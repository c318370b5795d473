#pragma once
#include <deque>
#include <future>
#include <optional>
#include <string>

#include "app/runtime/files/data_file.h"

namespace pf {

// Files of data dropped on the window, read one after the other on a thread of their own. UI thread.
class DataDrop {
public:
    struct Outcome {
        std::optional<FilePoints> points;  // nothing: the sentence says why
        std::string sentence;
        bool warning = false;  // it says what was left out or will not be learned
    };
    void read(const std::string& path, std::uint64_t seed);
    std::optional<Outcome> poll();  // never blocks
    bool reading() const { return current_.valid(); }

private:
    void next();
    std::deque<std::pair<std::string, std::uint64_t>> waiting_;
    std::future<Outcome> current_;  // its destructor waits: a file takes two seconds at most
};

}  // namespace pf
