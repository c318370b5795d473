#pragma once
#include <map>
#include <string>
#include <string_view>

#include "app/render/picture_texture.h"

namespace pf {

// The pictures of the built-in scenes (assets/thumbnails, embedded at build) as textures. Decoded when first asked for, a few in each frame, so that
// neither the start nor the first look waits for all.
class Thumbnails {
public:
    // Once a frame, before texture().
    void begin_frame() { left_ = most_a_frame; }
    // By the scene's id; 0 if it has none, or none yet.
    std::uintptr_t texture(std::string_view scene);
    // Whether there are more to decode in the next frame.
    bool waiting() const { return left_ == 0; }
    void clear() { textures_.clear(); }

private:
    static constexpr int most_a_frame = 4;
    int left_ = most_a_frame;
    std::map<std::string, render::PictureTexture, std::less<>> textures_;
};

}  // namespace pf
