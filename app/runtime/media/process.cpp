#include "app/runtime/media/process.h"

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <sstream>
#include <stdexcept>
#include <utility>

extern char** environ;

namespace pf {
namespace {

using Clock = std::chrono::steady_clock;

void close_fd(int& descriptor) {
    if (descriptor >= 0) ::close(descriptor);
    descriptor = -1;
}

// A stream socket instead of a pipe: send() can leave SIGPIPE out. first: ours, second: the child's.
std::pair<int, int> channel() {
    std::array<int, 2> ends{};
    if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) != 0)
        throw std::runtime_error(std::string("a process cannot be started: ") + std::strerror(errno));
    ::fcntl(ends[0], F_SETFL, O_NONBLOCK);
    return {ends[0], ends[1]};
}

// Appends what is there to read; closes at the end of the stream.
void drain_one(int& descriptor, std::string& text) {
    constexpr std::size_t most = 64 * 1024;
    std::array<char, 4096> buffer;
    while (descriptor >= 0) {
        const ssize_t got = ::read(descriptor, buffer.data(), buffer.size());
        if (got > 0)
            text.append(buffer.data(), std::min(static_cast<std::size_t>(got), most - std::min(most, text.size())));
        else if (got < 0 && errno == EINTR)
            continue;
        else if (got < 0 && errno == EAGAIN)
            return;
        else
            close_fd(descriptor);
    }
}

int milliseconds_until(Clock::time_point end) {
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(end - Clock::now()).count();
    return static_cast<int>(std::clamp<long long>(left, 0, 1000));
}

}  // namespace

std::string find_program(const std::string& name) {
    const char* path = std::getenv("PATH");
    std::istringstream folders(path != nullptr ? path : "");
    for (std::string folder; std::getline(folders, folder, ':');) {
        const std::string candidate = folder + "/" + name;
        if (!folder.empty() && folder.front() == '/' && ::access(candidate.c_str(), X_OK) == 0) return candidate;
    }
    return {};
}

Process::Process(const std::vector<std::string>& argv) {
    const auto [our_input, their_input] = channel();
    const auto [our_output, their_output] = channel();
    const auto [our_error, their_error] = channel();
    input_ = our_input, output_ = our_output, error_ = our_error;
    std::vector<char*> words;
    for (const std::string& word : argv) words.push_back(const_cast<char*>(word.c_str()));
    words.push_back(nullptr);

    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, their_input, 0);
    posix_spawn_file_actions_adddup2(&actions, their_output, 1);
    posix_spawn_file_actions_adddup2(&actions, their_error, 2);
    posix_spawnattr_t attributes;  // a group of its own: Ctrl-C in the terminal is ours to answer
    posix_spawnattr_init(&attributes);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP);
    const int failure = ::posix_spawn(&pid_, words[0], &actions, &attributes, words.data(), environ);
    posix_spawnattr_destroy(&attributes);
    posix_spawn_file_actions_destroy(&actions);
    for (const int theirs : {their_input, their_output, their_error}) ::close(theirs);
    if (failure != 0) {
        pid_ = -1;
        for (int* ours : {&input_, &output_, &error_}) close_fd(*ours);
        throw std::runtime_error(argv[0] + " cannot be started: " + std::strerror(failure));
    }
}

Process::~Process() {
    kill();
    for (int* descriptor : {&input_, &output_, &error_}) close_fd(*descriptor);
}

void Process::kill() {
    if (pid_ < 0) return;
    ::kill(pid_, SIGKILL);
    while (::waitpid(pid_, nullptr, 0) < 0 && errno == EINTR) {}
    pid_ = -1;
}

void Process::drain() {
    drain_one(output_, output_text_);
    drain_one(error_, error_text_);
}

Process::Write Process::write(std::span<const std::uint8_t> bytes, std::chrono::milliseconds patience, std::stop_token stop) {
    auto end = Clock::now() + patience;
    while (!bytes.empty()) {
        const ssize_t sent = ::send(input_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (sent > 0) {
            bytes = bytes.subspan(static_cast<std::size_t>(sent));
            end = Clock::now() + patience;
            continue;
        }
        if (sent < 0 && errno != EAGAIN && errno != EINTR) return Write::closed;
        std::array<pollfd, 3> waiting{pollfd{input_, POLLOUT, 0}, pollfd{output_, POLLIN, 0}, pollfd{error_, POLLIN, 0}};
        ::poll(waiting.data(), waiting.size(), std::min(100, milliseconds_until(end)));
        drain();
        if (stop.stop_requested()) return Write::stopped;
        if (Clock::now() >= end) return Write::stuck;
    }
    return Write::done;
}

void Process::close_input() { close_fd(input_); }

Process::Exit Process::wait(std::chrono::milliseconds patience, std::stop_token stop) {
    close_input();
    const auto end = Clock::now() + patience;
    int status = 0;
    bool ended = false;
    while (!ended && Clock::now() < end && !stop.stop_requested()) {
        std::array<pollfd, 2> waiting{pollfd{output_, POLLIN, 0}, pollfd{error_, POLLIN, 0}};
        const bool streaming = output_ >= 0 || error_ >= 0;
        ::poll(waiting.data(), waiting.size(), streaming ? std::min(50, milliseconds_until(end)) : 5);
        drain();
        ended = ::waitpid(pid_, &status, WNOHANG) == pid_;
    }
    if (ended)
        pid_ = -1;
    else
        kill();
    drain();
    const int code = !ended ? -1 : WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    return {ended, code, output_text_, error_text_};
}

}  // namespace pf
