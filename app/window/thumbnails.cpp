#include "app/window/thumbnails.h"

#include "embedded/thumbnails.h"

namespace pf {

std::uintptr_t Thumbnails::texture(std::string_view scene) {
    if (const auto it = textures_.find(scene); it != textures_.end()) return it->second.name();
    const std::string id(scene), file = id + ".png";
    if (left_ <= 0 || !embedded::thumbnails_has(file)) return 0;
    --left_;
    return textures_.emplace(id, render::PictureTexture(decode_png(embedded::thumbnails(file), file).image)).first->second.name();
}

}  // namespace pf
