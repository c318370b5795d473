#pragma once
// Nothing thrown crosses the front: every entry of the module runs inside guarded().
#include <ATen/core/ivalue.h>
// <ATen/core/ivalue.h> first: without it clang cannot compile LibTorch 1.13 as C++20.
#include <ATen/Parallel.h>
#include <c10/core/InferenceMode.h>
#include <c10/util/Exception.h>

#include <atomic>
#include <cstring>
#include <new>
#include <stdexcept>
#include <string>

#include "core/nn/front.h"

namespace pf::nn {

inline thread_local std::string last_sentence;  // of the last error, what Engine::last_error() shows
inline std::atomic<int> threads{1};            // of one operation

// An error with its code, thrown inside the module only.
struct Refused : std::runtime_error {
    Refused(Error e, const std::string& sentence) : std::runtime_error(sentence), error(e) {}
    Error error;
};
inline void expect(bool condition, const char* sentence) {
    if (!condition) throw Refused(Error::bad_argument, sentence);
}

inline Error failed(Error error, const char* sentence) {
    last_sentence = sentence;
    return error;
}

// Runs `work` with autograd off and this thread's number of OpenMP threads set; turns everything thrown into an error code.
template <class Work>
Error guarded(const Work& work) noexcept {
    try {
        thread_local int threads_here = 0;  // OpenMP keeps the number per calling thread
        if (threads_here != threads) at::set_num_threads(threads_here = threads);
        const c10::InferenceMode no_autograd;
        work();
        return Error::none;
    } catch (const Refused& e) {
        return failed(e.error, e.what());
    } catch (const c10::OutOfMemoryError& e) {
        return failed(Error::out_of_memory, e.what_without_backtrace());
    } catch (const c10::Error& e) {
        // LibTorch's own CPU allocator throws a plain c10::Error when it has nothing left.
        const bool memory = std::strstr(e.what_without_backtrace(), "allocate memory") != nullptr;
        return failed(memory ? Error::out_of_memory : Error::failed, e.what_without_backtrace());
    } catch (const std::bad_alloc&) {
        return failed(Error::out_of_memory, "out of memory");
    } catch (const std::exception& e) {
        return failed(Error::failed, e.what());
    } catch (...) {
        return failed(Error::failed, "unknown failure in the network module");
    }
}

}  // namespace pf::nn
