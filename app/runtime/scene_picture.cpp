#include "app/runtime/scene_picture.h"

#include <fstream>
#include <string_view>

#include "app/runtime/media/png.h"
#include "core/math/errors.h"

namespace pf {

bool is_png(const std::string& path) {
    char first[8] = {};
    std::ifstream(path, std::ios::binary).read(first, sizeof first);
    return std::string_view(first, sizeof first) == "\x89PNG\r\n\x1a\n";
}

std::string scene_in_picture(const std::string& path) {
    for (auto& [keyword, text] : read_png_texts(path))
        if (keyword == scene_keyword) return std::move(text);
    throw BadInput(path + ": this picture holds no scene; those that F12 and 'probflow render' write do");
}

}  // namespace pf
