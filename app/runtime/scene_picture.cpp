#include "app/runtime/scene_picture.h"

#include <algorithm>
#include <exception>
#include <fstream>
#include <string_view>

#include "app/runtime/files/data_file.h"
#include "app/runtime/media/png.h"
#include "core/math/errors.h"

namespace pf {

bool is_png(const std::string& path) {
    char first[8] = {};
    std::ifstream(path, std::ios::binary).read(first, sizeof first);
    return std::string_view(first, sizeof first) == "\x89PNG\r\n\x1a\n";
}

bool holds_scene(const std::string& path) {
    if (!is_png(path)) return false;
    try {
        const auto texts = read_png_texts(path);
        return std::any_of(texts.begin(), texts.end(), [](const auto& text) { return text.first == scene_keyword; });
    } catch (const std::exception&) {
        return false;  // whoever reads it will say what is wrong
    }
}

std::string scene_in_picture(const std::string& path) {
    for (auto& [keyword, text] : read_png_texts(path))
        if (keyword == scene_keyword) return std::move(text);
    throw BadInput(path + ": this picture holds no scene; those that F12 and 'probflow render' write do, and a name that ends in .png makes it data, by its darkness");
}

std::string saved_from_then_on(const std::string& path) { return is_png(path) || is_data_file(path) ? "" : path; }

}  // namespace pf
