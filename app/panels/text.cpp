// Where lines of running text end.
#include <imgui_internal.h>

#include <algorithm>
#include <string>

#include "app/panels/widgets.h"

namespace pf::panels {
namespace {

// No line ends beside a sign of equality, or of a condition.
std::string unbroken(std::string_view s) {
    std::string out(s);
    for (std::size_t at = 0; (at = out.find(" = ", at)) != std::string::npos; at += 5) out.replace(at, 3, "\u00A0=\u00A0");
    for (std::size_t at = 0; (at = out.find(" | ", at)) != std::string::npos; at += 5) out.replace(at, 3, "\u00A0|\u00A0");
    return out;
}

// Of a word that is wider than a line, so many bytes that fit, up to a slash where there is one; at least one letter.
std::size_t fitting(const std::string& word, ImFont* font, float width) {
    const char* end = nullptr;
    font->CalcTextSizeA(font->FontSize, width, 0, word.c_str(), word.c_str() + word.size(), &end);
    std::size_t n = std::max<std::size_t>(1, static_cast<std::size_t>(end - word.c_str()));
    while (n < word.size() && (static_cast<unsigned char>(word[n]) & 0xC0u) == 0x80u) ++n;
    const std::size_t slash = word.rfind('/', n - 1);
    return slash != std::string::npos && slash > 0 ? slash + 1 : n;
}

}  // namespace

std::string broken(std::string_view given, ImFont* font, float room) {
    const std::string s = unbroken(given);
    const float width = std::max(1.f, room - 0.5f);
    const auto wide = [&](const std::string& words) { return font->CalcTextSizeA(font->FontSize, 1e6f, 0, words.c_str()).x; };
    std::string out, line;
    const auto end_line = [&](std::string_view next) {
        while (!line.empty() && line.back() == ' ') line.pop_back();
        out += line + "\n";
        line = next;
    };
    for (std::size_t at = 0; at < s.size();) {
        if (s[at] == '\n') {
            end_line("");
            ++at;
            continue;
        }
        std::size_t end = at;  // of a word and the spaces before it
        while (end < s.size() && s[end] == ' ') ++end;
        const std::size_t spaces = end - at;
        while (end < s.size() && s[end] != ' ' && s[end] != '\n') ++end;
        const std::string word = s.substr(at + spaces, end - at - spaces);
        at = end;
        const std::string longer = line + std::string(spaces, ' ') + word;
        if (line.empty() || wide(longer) <= width) line = longer;
        else end_line(word);
        while (wide(line) > width && line.find(' ') == std::string::npos) {
            const std::size_t n = fitting(line, font, width);
            if (n >= line.size()) break;
            const std::string rest = line.substr(n);
            line.resize(n);
            end_line(rest);
        }
    }
    return out + line;
}

void text(std::string_view s) {
    const float wrap = GImGui->CurrentWindow->DC.TextWrapPos;
    std::string words = shown(s);
    if (wrap >= 0) words = broken(words, ImGui::GetFont(), ImGui::CalcWrapWidthForPos(ImGui::GetCursorScreenPos(), wrap));
    ImGui::TextUnformatted(words.c_str(), words.c_str() + words.size());
}

void wrapped(std::string_view s) {
    ImGui::PushTextWrapPos(0);
    text(s);
    ImGui::PopTextWrapPos();
}

void muted(std::string_view s, Theme theme) {
    const WithFont font(small_font());
    const WithColour ink(ImGuiCol_Text, vec4(palette(theme).muted));
    wrapped(s);
}

}  // namespace pf::panels
