#pragma once
#include <cstdint>
#include <memory>

#include "app/runtime/media/png.h"

namespace pf::render {

// A picture as a texture, smoothed when it is drawn smaller or larger. Made, used and destroyed while the OpenGL context is current.
class PictureTexture {
public:
    explicit PictureTexture(const Image& image);
    ~PictureTexture();
    PictureTexture(PictureTexture&&) noexcept;
    PictureTexture& operator=(PictureTexture&&) noexcept;
    // OpenGL's name of it, never 0.
    std::uintptr_t name() const;

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace pf::render
