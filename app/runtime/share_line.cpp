#include "app/runtime/share_line.h"

#include <zlib.h>

#include <algorithm>

#include "app/runtime/files/base64.h"
#include "app/runtime/json/strict.h"
#include "app/runtime/scene_file.h"
#include "core/math/errors.h"

namespace pf {
namespace {

constexpr std::string_view white = " \t\r\n";

// At most max_json_bytes and one, so that the reader of scenes refuses what is larger; nothing for what is no whole zlib stream.
std::optional<std::string> inflated(std::span<const unsigned char> bytes) {
    std::string out(max_json_bytes + 1, '\0');
    z_stream stream{};
    if (inflateInit(&stream) != Z_OK) throw std::bad_alloc();
    stream.next_in = const_cast<Bytef*>(bytes.data());
    stream.avail_in = static_cast<uInt>(bytes.size());
    stream.next_out = reinterpret_cast<Bytef*>(out.data());
    stream.avail_out = static_cast<uInt>(out.size());
    const int end = inflate(&stream, Z_FINISH);
    out.resize(stream.total_out);
    const bool whole = end == Z_STREAM_END && stream.avail_in == 0, too_long = stream.total_out > max_json_bytes;
    inflateEnd(&stream);
    if (!whole && !too_long) return std::nullopt;
    return out;
}

}  // namespace

bool is_share_line(std::string_view text) {
    const auto first = text.find_first_not_of(white);
    return first != std::string_view::npos && text.substr(first).starts_with(share_prefix);
}

std::string share_line(const Scene& scene, std::optional<Viewpoint> viewpoint) {
    const std::string json = document_to_json({scene, {}, viewpoint}, true);
    std::vector<unsigned char> bytes(compressBound(json.size()));
    uLongf size = bytes.size();
    if (compress2(bytes.data(), &size, reinterpret_cast<const Bytef*>(json.data()), json.size(), Z_BEST_COMPRESSION) != Z_OK) throw std::bad_alloc();
    std::string line = std::string(share_prefix) + to_base64({bytes.data(), size});
    if (line.size() > most_share_bytes)
        throw BadInput(fmt::format("this scene as a line has {} bytes, and at most {} are shared so (its own points take the most): save a file instead", line.size(), most_share_bytes));
    return line;
}

Document document_from_line(std::string_view line, const std::string& name) {
    std::string text;
    std::copy_if(line.begin(), line.end(), std::back_inserter(text), [](char c) { return white.find(c) == std::string_view::npos; });
    if (!text.starts_with(share_prefix)) throw BadInput(fmt::format("{}: expected a scene as one line, which begins with '{}'", name, share_prefix));
    if (text.size() > most_share_bytes) throw BadInput(fmt::format("{}: {} bytes, expected at most {}", name, text.size(), most_share_bytes));
    const auto bytes = from_base64(std::string_view(text).substr(share_prefix.size()));
    const auto json = bytes ? inflated(*bytes) : std::nullopt;
    if (!json) throw BadInput(fmt::format("{}: a part of the line is missing or was changed; copy all of it", name));
    return document_from_json(*json, name);
}

}  // namespace pf
