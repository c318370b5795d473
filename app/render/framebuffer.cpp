#include <algorithm>

#include "app/render/gl.h"
#include "app/render/offscreen.h"
#include "core/math/errors.h"

namespace pf::render {

struct Framebuffer::Impl {
    gl::Texture texture;
    gl::FramebufferObject object;
};

Framebuffer::Framebuffer(int width, int height) : width_(width), height_(height), impl_(std::make_unique<Impl>()) {
    GLint limit = 0;
    glGetIntegerv(GL_MAX_TEXTURE_SIZE, &limit);
    if (width < 1 || height < 1 || width > limit || height > limit)
        throw BadInput(fmt::format("a picture of {}x{} pixels cannot be drawn: 1 to {} pixels a side are possible here", width, height, limit));
    impl_->texture = gl::make_texture(GL_TEXTURE_2D, GL_NEAREST);
    gl::allocate(width, height, nullptr);
    glBindTexture(GL_TEXTURE_2D, 0);
    impl_->object = gl::make_framebuffer();
    bind();
    glFramebufferTexture2D(GL_FRAMEBUFFER, GL_COLOR_ATTACHMENT0, GL_TEXTURE_2D, impl_->texture.name(), 0);
    const GLenum status = glCheckFramebufferStatus(GL_FRAMEBUFFER);
    if (status != GL_FRAMEBUFFER_COMPLETE)
        throw std::runtime_error(fmt::format("OpenGL refused a framebuffer of {}x{} pixels (status {:#x})", width, height, status));
}

Framebuffer::~Framebuffer() = default;

void Framebuffer::bind() const { glBindFramebuffer(GL_FRAMEBUFFER, impl_->object.name()); }

unsigned Framebuffer::texture() const { return impl_->texture.name(); }

void Framebuffer::read(std::vector<std::uint8_t>& pixels) const {
    const auto pitch = static_cast<std::size_t>(width_) * 4;
    pixels.resize(pitch * static_cast<std::size_t>(height_));
    bind();
    glPixelStorei(GL_PACK_ALIGNMENT, 4);
    glReadPixels(0, 0, width_, height_, GL_RGBA, GL_UNSIGNED_BYTE, pixels.data());
    for (std::size_t low = 0, high = static_cast<std::size_t>(height_) - 1; low < high; ++low, --high)
        std::swap_ranges(pixels.begin() + static_cast<std::ptrdiff_t>(low * pitch), pixels.begin() + static_cast<std::ptrdiff_t>((low + 1) * pitch),
                         pixels.begin() + static_cast<std::ptrdiff_t>(high * pitch));
}

void finish_drawing() { glFinish(); }

}  // namespace pf::render
