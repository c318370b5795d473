#pragma once
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace pf::render {

// An OpenGL 3.3 core context without a window: EGL device, EGL surfaceless, then a hidden GLFW window. Current on the thread that made it.
// Throws MissingCapability with needed and found version.
class OffscreenContext {
public:
    OffscreenContext();
    ~OffscreenContext();
    OffscreenContext(const OffscreenContext&) = delete;
    OffscreenContext& operator=(const OffscreenContext&) = delete;
    const std::string& description() const;  // "EGL surfaceless, llvmpipe …, OpenGL 4.5"

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

// An RGBA8 framebuffer to draw into and read back; bound after construction. Throws BadInput for a size OpenGL cannot do.
class Framebuffer {
public:
    Framebuffer(int width, int height);
    ~Framebuffer();
    Framebuffer(const Framebuffer&) = delete;
    Framebuffer& operator=(const Framebuffer&) = delete;
    void bind() const;
    int width() const { return width_; }
    int height() const { return height_; }
    unsigned texture() const;  // its name, for show_texture() in a context that shares objects with this one
    // Top row first, RGBA, width·height·4 bytes.
    void read(std::vector<std::uint8_t>& pixels) const;

private:
    struct Impl;
    int width_, height_;
    std::unique_ptr<Impl> impl_;
};

// Loads GL function pointers through GLFW or EGL; called once per context. Throws MissingCapability below 3.3.
using GetProc = void (*(*)(const char*))();
void load_gl(GetProc get);
// Returns when everything drawn so far is done; for timing.
void finish_drawing();

}  // namespace pf::render
