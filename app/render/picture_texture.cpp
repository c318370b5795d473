#include "app/render/picture_texture.h"

#include "app/render/gl.h"

namespace pf::render {

struct PictureTexture::Impl {
    gl::Texture texture;
};

PictureTexture::PictureTexture(const Image& image) : impl_(std::make_unique<Impl>()) {
    impl_->texture = gl::make_texture(GL_TEXTURE_2D, GL_LINEAR);
    glTexParameteri(GL_TEXTURE_2D, GL_TEXTURE_MIN_FILTER, GL_LINEAR_MIPMAP_LINEAR);
    glPixelStorei(GL_UNPACK_ALIGNMENT, 4);
    glTexImage2D(GL_TEXTURE_2D, 0, GL_RGBA8, image.width, image.height, 0, GL_RGBA, GL_UNSIGNED_BYTE, image.pixels.data());
    glGenerateMipmap(GL_TEXTURE_2D);
    glBindTexture(GL_TEXTURE_2D, 0);
}

PictureTexture::~PictureTexture() = default;
PictureTexture::PictureTexture(PictureTexture&&) noexcept = default;
PictureTexture& PictureTexture::operator=(PictureTexture&&) noexcept = default;

std::uintptr_t PictureTexture::name() const { return impl_->texture.name(); }

}  // namespace pf::render
