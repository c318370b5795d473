#include "app/render/screen.h"

#include <algorithm>
#include <array>

#include "app/render/gl.h"

namespace pf::render {
namespace {

void clear_colour(Colour c) { glClearColor(static_cast<float>(c.r) / 255, static_cast<float>(c.g) / 255, static_cast<float>(c.b) / 255, 1); }

}  // namespace

void bind_window() { glBindFramebuffer(GL_FRAMEBUFFER, 0); }

void set_size(int width, int height) {
    glDisable(GL_SCISSOR_TEST);
    glViewport(0, 0, width, height);
}

void clear(int width, int height, Colour ground) {
    set_size(width, height);
    clear_colour(ground);
    glClear(GL_COLOR_BUFFER_BIT);
}

void fill(const Viewport& rect, Colour ground) {
    if (rect.width <= 0 || rect.height <= 0) return;
    clear_colour(ground);
    glEnable(GL_SCISSOR_TEST);
    glScissor(rect.x, rect.y, rect.width, rect.height);
    glClear(GL_COLOR_BUFFER_BIT);
    glDisable(GL_SCISSOR_TEST);
}

void show_texture(unsigned texture, int width, int height) {
    const gl::FramebufferObject from = gl::make_framebuffer();  // framebuffers are not shared
    glBindFramebuffer(GL_READ_FRAMEBUFFER, from.name());
    glFramebufferTexture2D(GL_READ_FRAMEBUFFER, GL_COLOR_ATTACHMENT0, GL_TEXTURE_2D, texture, 0);
    glBindFramebuffer(GL_DRAW_FRAMEBUFFER, 0);
    glBlitFramebuffer(0, 0, width, height, 0, 0, width, height, GL_COLOR_BUFFER_BIT, GL_NEAREST);
}

Colour pixel(int x, int y) {
    std::array<std::uint8_t, 4> c{};
    glReadPixels(x, y, 1, 1, GL_RGBA, GL_UNSIGNED_BYTE, c.data());
    return {c[0], c[1], c[2], c[3]};
}

void read_opaque(int width, int height, std::vector<std::uint8_t>& pixels) {
    const auto pitch = static_cast<std::size_t>(width) * 4, rows = static_cast<std::size_t>(height);
    pixels.resize(pitch * rows);
    glPixelStorei(GL_PACK_ALIGNMENT, 4);
    glReadPixels(0, 0, width, height, GL_RGBA, GL_UNSIGNED_BYTE, pixels.data());
    for (std::size_t row = 0; row < rows / 2; ++row)
        std::swap_ranges(pixels.data() + row * pitch, pixels.data() + (row + 1) * pitch, pixels.data() + (rows - 1 - row) * pitch);
    for (std::size_t i = 3; i < pixels.size(); i += 4) pixels[i] = 255;
}

std::string renderer() {
    const auto* name = reinterpret_cast<const char*>(glGetString(GL_RENDERER));
    return name ? name : "unknown";
}

bool software() {
    const std::string name = renderer();
    constexpr std::array known{"llvmpipe", "softpipe", "SwiftShader", "Basic Render Driver"};
    return std::any_of(known.begin(), known.end(), [&](const char* one) { return name.find(one) != name.npos; });
}

}  // namespace pf::render
