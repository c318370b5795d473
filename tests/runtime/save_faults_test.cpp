// Every system call of a save fails once, and the program is killed before and after every one: the file is the old one or the new one.
// A process is watched by ptrace for that; x86-64 Linux, as the program.
#include <errno.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <set>

#include "tests/catch.h"
#include "tests/runtime/helpers.h"

using namespace pf;
using namespace pf::testing;
namespace fs = std::filesystem;

namespace {

enum class Fault { none, killed, disk_full, read_only };

struct Outcome {
    bool ended = false;   // by itself
    int code = -1;
    bool struck = false;  // the fault came to pass: there were that many calls
};

bool concerns_files(unsigned long long call) {
    return call == SYS_openat || call == SYS_open || call == SYS_write || call == SYS_fsync || call == SYS_close || call == SYS_rename || call == SYS_renameat || call == SYS_renameat2;
}

// Saves in a process of its own; the fault strikes at the n-th stop (killed: at entry and exit of every call; otherwise in the n-th call that concerns files).
Outcome save_with(const std::string& path, const Scene& scene, Fault fault, int n) {
    const pid_t child = fork();
    REQUIRE(child >= 0);
    if (child == 0) {
        ::ptrace(PTRACE_TRACEME, 0, nullptr, nullptr);
        ::raise(SIGSTOP);
        int code = 0;
        try {
            save_scene(path, scene);
        } catch (const std::exception&) {
            code = 1;
        }
        ::_exit(code);
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    REQUIRE(WIFSTOPPED(status));
    ::ptrace(PTRACE_SETOPTIONS, child, nullptr, reinterpret_cast<void*>(PTRACE_O_TRACESYSGOOD | PTRACE_O_EXITKILL));
    Outcome out;
    bool entering = true, failing = false;
    int count = 0;
    for (;;) {
        ::ptrace(PTRACE_SYSCALL, child, nullptr, nullptr);
        if (::waitpid(child, &status, 0) != child || WIFEXITED(status) || WIFSIGNALED(status)) break;
        if (!WIFSTOPPED(status) || WSTOPSIG(status) != (SIGTRAP | 0x80)) continue;
        user_regs_struct registers{};
        ::ptrace(PTRACE_GETREGS, child, nullptr, &registers);
        if (fault == Fault::killed) {
            if (count++ == n) {
                out.struck = true;
                ::kill(child, SIGKILL);
                ::waitpid(child, &status, 0);
                return out;
            }
        } else if (entering && fault != Fault::none && concerns_files(registers.orig_rax) && count++ == n) {
            // The call is not made, and its answer is put in its place when it would have ended. A file that could not be closed is closed all the same.
            out.struck = failing = true;
            if (registers.orig_rax != SYS_close) registers.orig_rax = static_cast<unsigned long long>(-1);
            ::ptrace(PTRACE_SETREGS, child, nullptr, &registers);
        } else if (!entering && failing) {
            failing = false;
            registers.rax = static_cast<unsigned long long>(-(fault == Fault::disk_full ? ENOSPC : EROFS));
            ::ptrace(PTRACE_SETREGS, child, nullptr, &registers);
        }
        entering = !entering;
    }
    out.ended = WIFEXITED(status);
    if (out.ended) out.code = WEXITSTATUS(status);
    return out;
}

Scene titled(const std::string& title) {
    Scene scene = builtin("four_predictions");
    scene.title = title;
    return scene;
}

std::vector<std::string> rests(const std::string& path) {
    std::vector<std::string> out;
    for (const auto& entry : fs::directory_iterator(fs::path(path).parent_path()))
        if (entry.path() != path) out.push_back(entry.path().filename().string());
    return out;
}

}  // namespace

TEST_CASE("killed at every system call of a save, the file is the old one or the new one") {
    const Folder folder;
    const std::string path = folder.file("scene.json");
    std::set<std::string> seen;
    int n = 0;
    for (;; ++n) {
        save_scene(path, titled("old"));
        const Outcome outcome = save_with(path, titled("new"), Fault::killed, n);
        const std::string title = load_scene(path).title;
        seen.insert(title);
        CHECK((title == "old" || title == "new"));
        for (const auto& rest : rests(path)) {
            CHECK(rest.ends_with(".part"));
            fs::remove(folder.file(rest));
        }
        if (!outcome.struck) {
            CHECK(outcome.code == 0);
            CHECK(title == "new");
            break;
        }
    }
    CHECK(n > 10);  // calls there were: open, write, fsync, close, rename, open, fsync, close, each entered and left
    CHECK(seen.size() == 2);
}

TEST_CASE("whichever call of a save fails, it is said, nothing is half there, and the next try works") {
    const Folder folder;
    const std::string path = folder.file("scene.json");
    for (const Fault fault : {Fault::disk_full, Fault::read_only}) {
        int said = 0;
        for (int n = 0;; ++n) {
            save_scene(path, titled("old"));
            const Outcome outcome = save_with(path, titled("new"), fault, n);
            REQUIRE(outcome.ended);
            CAPTURE(n);
            CHECK(rests(path).empty());
            // Only what comes after the renaming, the syncing of the folder, may fail unsaid.
            CHECK(load_scene(path).title == (outcome.code == 0 ? "new" : "old"));
            said += outcome.code;
            save_scene(path, titled("retried"));
            CHECK(load_scene(path).title == "retried");
            if (!outcome.struck) break;
        }
        CHECK(said == 5);  // open, write, fsync, close, rename
    }
    const Outcome whole = save_with(path, titled("new"), Fault::none, 0);
    CHECK(whole.code == 0);
    CHECK(load_scene(path).title == "new");
}
