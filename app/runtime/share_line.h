#pragma once
#include <string>
#include <string_view>

#include "app/runtime/scene_document.h"

namespace pf {

// A scene as one line of text, for chats, mails and slides: "probflow:", then base64 of the zlib stream of its compact JSON. Everything a scene file
// holds, own points, seeds and viewpoint included; no trained weights.
inline constexpr std::string_view share_prefix = "probflow:";
inline constexpr std::size_t most_share_bytes = 64 * 1024;

// Whether a text begins like one, after white space.
bool is_share_line(std::string_view text);
// Throws BadInput where the line would be longer than most_share_bytes.
std::string share_line(const Scene& scene, std::optional<Viewpoint> viewpoint = {});
// White space is passed over, since mails break long lines. Throws BadInput "<name>: …".
Document document_from_line(std::string_view line, const std::string& name);
inline Scene scene_from_line(std::string_view line, const std::string& name) { return document_from_line(line, name).scene; }

}  // namespace pf
