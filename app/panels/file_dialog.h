#pragma once
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "app/runtime/autosave.h"
#include "app/runtime/files/folder.h"

namespace pf::panels {

// What a file dialog is opened for. The path chosen is asked of the window as "REQUEST PATH".
struct FileTask {
    std::string title;                    // "Open a scene"
    std::string verb;                     // on the button: "Open"
    std::string request;                  // "open"
    std::vector<std::string> extensions;  // shown; when saving, the first is added to a name without one of them
    bool saves = false;                   // asks before a file is replaced
};

// The one dialog for files, kept in UiState. It stays open until the window says that the request was done.
struct FileDialog {
    FileTask task;
    bool open = false;
    std::string folder;    // absolute
    std::string name;      // typed: a name in the folder, or a path
    std::string sentence;  // what went wrong
    std::string replaces;  // the file that a question about replacing stands for; empty: none asked
    std::vector<std::string> recent;  // paths of scenes, newest first
    std::vector<Leftover> left;       // scenes that were left with changes (runtime/left_scenes.h), newest first: the newest few
    std::shared_ptr<FolderReader> reader;
    bool fresh = false;  // opened since it was last drawn
};
inline constexpr std::size_t most_recent_files = 8;

// Opens it in the folder of `path` with its name proposed, or in the current folder.
void open_file_dialog(FileDialog& dialog, FileTask task, const std::string& path);
void close_file_dialog(FileDialog& dialog);
// Goes to a folder: absolute, or as seen from the one shown.
void enter_folder(FileDialog& dialog, const std::string& folder);
// What the button does: enters a folder, asks about a file that is there already, or gives the path to ask for. `there` tells files and folders apart.
enum class PathKind { nothing, file, folder };
std::string chosen_path(FileDialog& dialog, const std::function<PathKind(const std::string&)>& there);
// Puts `path` in front of the recent ones.
void remember_file(FileDialog& dialog, const std::string& path);

FileTask open_scene_task();
FileTask save_scene_task();

}  // namespace pf::panels
