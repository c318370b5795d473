#pragma once
// Nothing thrown crosses the front: every entry runs inside guarded().
#include <new>
#include <stdexcept>
#include <string>

#include "core/nn/front.h"
#if defined(__SSE__)
#include <xmmintrin.h>
#endif

namespace pf::nn::fused {

inline thread_local std::string last_sentence;  // of the last error, what Engine::last_error() shows

inline void expect(bool condition, const char* sentence) {
    if (!condition) throw std::invalid_argument(sentence);
}

template <class Work>
Error guarded(const Work& work) noexcept {
    const auto failed = [](Error error, const char* sentence) {
        last_sentence = sentence;
        return error;
    };
    try {
        work();
        return Error::none;
    } catch (const std::invalid_argument& e) {
        return failed(Error::bad_argument, e.what());
    } catch (const std::bad_alloc&) {
        return failed(Error::out_of_memory, "out of memory");
    } catch (const std::exception& e) {
        return failed(Error::failed, e.what());
    }
}

// Numbers below 1e-38 count as 0 while it lives: Adam's averages of what no longer changes would sink among them, where arithmetic is a
// hundred times slower.
class FlushToZero {
public:
#if defined(__SSE__)
    FlushToZero() : before_(_mm_getcsr()) { _mm_setcsr(before_ | 0x8040); }
    ~FlushToZero() { _mm_setcsr(before_); }
    FlushToZero(const FlushToZero&) = delete;
    FlushToZero& operator=(const FlushToZero&) = delete;

private:
    unsigned before_;
#endif
};

}  // namespace pf::nn::fused
