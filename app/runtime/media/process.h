#pragma once
#include <chrono>
#include <cstdint>
#include <span>
#include <stop_token>
#include <string>
#include <vector>

namespace pf {

// Absolute path of a program on PATH; empty if there is none.
std::string find_program(const std::string& name);

// A child process started without a shell, fed through its standard input, its standard output and error collected (the first 64 KB of
// each). Never raises SIGPIPE, never blocks for longer than asked. The destructor kills it.
class Process {
public:
    // argv[0] is an absolute path. Throws std::runtime_error if it cannot be started.
    explicit Process(const std::vector<std::string>& argv);
    ~Process();
    Process(const Process&) = delete;
    Process& operator=(const Process&) = delete;

    enum class Write { done, closed, stuck, stopped };
    // closed: the child reads no more (it ended); stuck: it read nothing for `patience`; stopped: within 0.1 s of a request.
    Write write(std::span<const std::uint8_t> bytes, std::chrono::milliseconds patience, std::stop_token stop = {});
    void close_input();

    struct Exit {
        bool in_time = false;  // false: killed after `patience`, or within 0.1 s of a request to stop
        int code = -1;         // exit status, or 128 + signal
        std::string output, error;
    };
    // Waits for the end; at most once.
    Exit wait(std::chrono::milliseconds patience, std::stop_token stop = {});

private:
    void drain();
    void kill();
    int input_ = -1, output_ = -1, error_ = -1, pid_ = -1;
    std::string output_text_, error_text_;
};

}  // namespace pf
