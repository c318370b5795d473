// Preloaded into probflow under X11: a display of 60 Hz, for machines whose display keeps no pace (Xvfb). A frame ends with the first refresh after the card
// has drawn it. With DRAW_NOTHING in the environment the card draws in no time: what remains of a frame is the work of the processor, a bound for every card.
#include <dlfcn.h>
#include <time.h>

#include <array>
#include <cstdlib>
#include <string_view>

namespace {

using Function = void (*)();
using Named = Function (*)(const unsigned char*);
using Swap = void (*)(void*, unsigned long);
Named named = nullptr;
Swap real_swap = nullptr;
const bool draws = std::getenv("DRAW_NOTHING") == nullptr;

const unsigned char* bytes(const char* text) { return reinterpret_cast<const unsigned char*>(text); }

void nothing() {}

const unsigned char* text(unsigned name) {
    constexpr unsigned renderer = 0x1F01;
    static const auto real = reinterpret_cast<const unsigned char* (*)(unsigned)>(named(bytes("glGetString")));
    return name == renderer ? bytes("ideal") : real(name);
}

Function function(const unsigned char* name) {
    const std::string_view n = reinterpret_cast<const char*>(name);
    constexpr std::array<std::string_view, 9> drawing{"glClear", "glBlitFramebuffer", "glDrawArrays", "glDrawElements", "glDrawArraysInstanced", "glDrawElementsInstanced", "glDrawElementsBaseVertex",
                                                      "glDrawRangeElements", "glMultiDrawArrays"};
    for (const auto one : drawing)
        if (n == one) return nothing;
    return n == "glGetString" ? reinterpret_cast<Function>(text) : named(name);
}

void swap(void* display, unsigned long window) {
    if (draws) {
        static const Function finish = named(bytes("glFinish"));
        real_swap(display, window);
        finish();
    }
    constexpr long long second = 1'000'000'000, period = second / 60;
    timespec now{};
    clock_gettime(CLOCK_MONOTONIC, &now);
    const long long next = ((now.tv_sec * second + now.tv_nsec) / period + 1) * period;
    const timespec due{static_cast<time_t>(next / second), static_cast<long>(next % second)};
    clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &due, nullptr);
}

}  // namespace

// GLFW finds everything of GLX by this call.
extern "C" void* dlsym(void* library, const char* name) noexcept {
    static const auto real = reinterpret_cast<void* (*)(void*, const char*)>(dlvsym(RTLD_NEXT, "dlsym", "GLIBC_2.2.5"));
    const std::string_view n = name;
    void* found = real(library, name);
    if (!found) return found;
    if (n == "glXSwapBuffers") {
        real_swap = reinterpret_cast<Swap>(found);
        return reinterpret_cast<void*>(swap);
    }
    if (n != "glXGetProcAddress" && n != "glXGetProcAddressARB") return found;
    named = reinterpret_cast<Named>(found);
    return draws ? found : reinterpret_cast<void*>(function);
}
