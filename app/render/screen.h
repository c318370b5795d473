#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "app/render/renderer.h"

namespace pf::render {

// What is done to a whole framebuffer, of a window or offscreen.

// The window's own framebuffer becomes the one drawn into.
void bind_window();
// The bound framebuffer has this many pixels.
void set_size(int width, int height);
// Fills all of the bound framebuffer.
void clear(int width, int height, Colour ground);
// Fills one rectangle of it; nothing if that is empty.
void fill(const Viewport& rect, Colour ground);
// Fills the window of the current context, width × height pixels, with the texture of a framebuffer of that size, made in a context that shares objects
// with this one.
void show_texture(unsigned texture, int width, int height);
// One pixel of the bound framebuffer, y up.
Colour pixel(int x, int y);
// Reads the bound framebuffer: top row first, RGBA, opaque.
void read_opaque(int width, int height, std::vector<std::uint8_t>& pixels);
// Who draws: GL_RENDERER.
std::string renderer();
// OpenGL is computed by the processor.
bool software();

}  // namespace pf::render
