#include "app/panels/file_dialog.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <filesystem>

#include "app/panels/panels.h"
#include "app/runtime/files/data_file.h"

namespace pf::panels {
namespace {

namespace fs = std::filesystem;

PathKind kind_of(const std::string& path) {
    std::error_code error;
    return fs::is_directory(path, error) ? PathKind::folder : fs::exists(path, error) ? PathKind::file : PathKind::nothing;
}

std::string joined(const std::string& folder, const std::string& name) { return (fs::path(folder) / name).lexically_normal().string(); }

std::string size_text(std::uint64_t bytes) {
    return bytes < 1000 ? fmt::format("{} B", bytes) : bytes < 1'000'000 ? fmt::format("{:.1f} kB", static_cast<double>(bytes) / 1e3) : fmt::format("{:.1f} MB", static_cast<double>(bytes) / 1e6);
}

void confirm(Context& context) {
    FileDialog& dialog = context.ui.files;
    if (const std::string path = chosen_path(dialog, kind_of); !path.empty()) context.ask(dialog.task.request + " " + path);
}

// One line over the whole width: a name on the left, something muted on the right.
bool line(const char* id, const std::string& name, const std::string& note, bool selected, Theme theme) {
    const Id scope(id);
    const bool chosen = ImGui::Selectable("##line", selected);
    const ImVec2 min = ImGui::GetItemRectMin(), max = ImGui::GetItemRectMax();
    ImDrawList& draw = *ImGui::GetWindowDrawList();
    const float pad = ImGui::GetStyle().FramePadding.x / 2, wide = note.empty() ? 0 : ImGui::CalcTextSize(note.c_str()).x + 3 * pad, y = (min.y + max.y - ImGui::GetFontSize()) / 2;
    draw.PushClipRect(min, {std::max(min.x + 1, max.x - wide), max.y}, true);
    draw.AddText({min.x + pad, y}, ImGui::GetColorU32(ImGuiCol_Text), name.c_str());
    draw.PopClipRect();
    if (!note.empty()) draw.AddText({max.x - wide + 2 * pad, y}, rgba(palette(theme).muted), note.c_str());
    return chosen;
}

void recent_lines(Context& context) {
    FileDialog& dialog = context.ui.files;
    if (dialog.task.saves || dialog.recent.empty()) return;
    heading("Recent", context.ui.theme);
    for (std::size_t i = 0; i < dialog.recent.size(); ++i) {
        const fs::path path(dialog.recent[i]);
        if (line(fmt::format("recent {}", i).c_str(), path.filename().string(), path.parent_path().string(), false, context.ui.theme)) context.ask(dialog.task.request + " " + dialog.recent[i]);
    }
    ImGui::Spacing();
}

// What is older lies in the same folder.
void left_lines(Context& context) {
    FileDialog& dialog = context.ui.files;
    if (dialog.task.saves || dialog.left.empty()) return;
    heading("Left without saving", context.ui.theme);
    for (std::size_t i = 0; i < dialog.left.size(); ++i)
        if (line(fmt::format("left {}", i).c_str(), dialog.left[i].title, dialog.left[i].written, false, context.ui.theme)) context.ask(dialog.task.request + " " + dialog.left[i].path);
    if (line("left all", "all of them …", "", false, context.ui.theme)) enter_folder(dialog, fs::path(dialog.left.front().path).parent_path().string());
    ImGui::Spacing();
}

void folder_lines(Context& context) {
    FileDialog& dialog = context.ui.files;
    const auto listing = dialog.reader ? dialog.reader->newest() : nullptr;
    heading(dialog.folder.c_str(), context.ui.theme);
    const fs::path parent = fs::path(dialog.folder).parent_path();
    if (parent != fs::path(dialog.folder) && line("up", "..", "folder above", false, context.ui.theme)) return enter_folder(dialog, parent.string());
    if (!listing || listing->path != dialog.folder) return muted("reading …", context.ui.theme);
    if (!listing->sentence.empty()) return muted(listing->sentence, context.ui.theme);
    if (listing->entries.empty()) muted(dialog.task.saves ? "nothing of this kind here yet" : "nothing here that can be opened", context.ui.theme);
    for (std::size_t i = 0; i < listing->entries.size(); ++i) {
        const auto& entry = listing->entries[i];
        const std::string label = entry.folder ? entry.name + "/" : entry.name;
        if (!line(fmt::format("entry {}", i).c_str(), label, entry.folder ? "" : size_text(entry.bytes), entry.name == dialog.name, context.ui.theme)) continue;
        if (entry.folder) return enter_folder(dialog, joined(dialog.folder, entry.name));
        // The mouse chooses first and opens with a second click; the keyboard opens at once.
        const bool again = dialog.name == entry.name || !ImGui::IsMouseReleased(0);
        dialog.name = entry.name;
        dialog.sentence.clear();
        dialog.replaces.clear();
        if (again && !dialog.task.saves) return confirm(context);
    }
    if (listing->cut) muted(fmt::format("only the first {} are shown: type the name", most_folder_entries), context.ui.theme);
}

void name_row(Context& context, float buttons) {
    FileDialog& dialog = context.ui.files;
    std::array<char, 1024> buffer{};
    std::copy_n(dialog.name.data(), std::min(dialog.name.size(), buffer.size() - 1), buffer.data());
    ImGui::SetNextItemWidth(std::max(1.f, ImGui::GetContentRegionAvail().x - buttons));
    if (dialog.fresh) ImGui::SetKeyboardFocusHere();
    const bool entered = ImGui::InputTextWithHint("##name", "a name in this folder, or a path", buffer.data(), buffer.size(), ImGuiInputTextFlags_EnterReturnsTrue | ImGuiInputTextFlags_AutoSelectAll);
    if (dialog.name != buffer.data()) {
        dialog.name = buffer.data();
        dialog.replaces.clear();
        dialog.sentence.clear();
    }
    if (entered) confirm(context);
}

}  // namespace

FileTask open_scene_task() {
    std::vector<std::string> endings(data_endings.begin(), data_endings.end());
    endings.insert(endings.begin(), ".json");
    return {"Open a scene, a lecture or data", "Open", "open", std::move(endings), false};
}
FileTask save_scene_task() { return {"Save the scene", "Save", "save", {".json"}, true}; }

void open_file_dialog(FileDialog& dialog, FileTask task, const std::string& path) {
    std::error_code error;
    const fs::path whole = path.empty() ? fs::path() : fs::absolute(path, error);
    dialog.task = std::move(task);
    dialog.open = dialog.fresh = true;
    dialog.name = dialog.task.saves ? whole.filename().string() : "";
    dialog.sentence.clear();
    dialog.replaces.clear();
    if (!dialog.reader) dialog.reader = std::make_shared<FolderReader>();
    enter_folder(dialog, whole.empty() ? fs::current_path(error).string() : whole.parent_path().string());
}

void close_file_dialog(FileDialog& dialog) { dialog.open = false; }

void enter_folder(FileDialog& dialog, const std::string& folder) {
    dialog.folder = joined(dialog.folder, folder);  // an absolute path replaces
    if (dialog.folder.size() > 1 && dialog.folder.ends_with('/')) dialog.folder.pop_back();
    if (!dialog.task.saves) dialog.name.clear();
    dialog.replaces.clear();
    dialog.reader->want(dialog.folder, dialog.task.extensions);
}

std::string chosen_path(FileDialog& dialog, const std::function<PathKind(const std::string&)>& there) {
    if (dialog.name.empty()) return "";
    std::string name = dialog.name;
    if (const char* home = std::getenv("HOME"); home && name.starts_with("~/")) name = std::string(home) + name.substr(1);
    std::string path = joined(dialog.folder, name);
    if (there(path) == PathKind::folder) {
        dialog.name.clear();
        enter_folder(dialog, path);
        return "";
    }
    const auto& known = dialog.task.extensions;
    if (dialog.task.saves && std::none_of(known.begin(), known.end(), [&](const std::string& e) { return path.ends_with(e); })) path += known.front();
    if (dialog.task.saves && there(path) == PathKind::file && dialog.replaces != path) {
        dialog.replaces = path;
        return "";
    }
    return path;
}

void remember_file(FileDialog& dialog, const std::string& path) {
    std::erase(dialog.recent, path);
    dialog.recent.insert(dialog.recent.begin(), path);
    if (dialog.recent.size() > most_recent_files) dialog.recent.resize(most_recent_files);
}

void draw_file_dialog(Context& context, const Layout& layout) {
    FileDialog& dialog = context.ui.files;
    if (!begin_dialog("##files", dialog.task.title, dialog.open, context.ui, layout)) return;
    const ImGuiStyle& style = ImGui::GetStyle();
    const std::string message = !dialog.replaces.empty() ? fmt::format("{} exists. Replace it?", fs::path(dialog.replaces).filename().string()) : dialog.sentence;
    const float wrap = ImGui::GetContentRegionAvail().x;
    const float foot = ImGui::GetFrameHeight() + style.ItemSpacing.y + (message.empty() ? 0 : ImGui::CalcTextSize(broken(message, ImGui::GetFont(), wrap).c_str()).y + style.ItemSpacing.y);
    if (ImGui::BeginChild("list", {0, std::max(2 * ImGui::GetFontSize(), ImGui::GetContentRegionAvail().y - foot)}, false, ImGuiWindowFlags_NavFlattened)) {
        recent_lines(context);
        left_lines(context);
        folder_lines(context);
    }
    ImGui::EndChild();
    if (!message.empty()) {
        const WithColour ink(ImGuiCol_Text, vec4(dialog.replaces.empty() ? palette(context.ui.theme).error : palette(context.ui.theme).warning));
        ImGui::PushTextWrapPos(0);
        text(message);
        ImGui::PopTextWrapPos();
    }
    const char* verb = dialog.replaces.empty() ? dialog.task.verb.c_str() : "Replace";
    const auto wide = [&](const char* s) { return ImGui::CalcTextSize(s).x + 2 * style.FramePadding.x + style.ItemSpacing.x; };
    name_row(context, wide(verb) + wide("Cancel"));
    ImGui::SameLine();
    if (ImGui::Button(fmt::format("{}###confirm", verb).c_str())) confirm(context);
    ImGui::SameLine();
    if (ImGui::Button("Cancel")) close_file_dialog(dialog);
    dialog.fresh = false;
    ImGui::EndPopup();
}

}  // namespace pf::panels
