#pragma once
#include <memory>
#include <string_view>

#include "app/panels/context.h"
#include "app/runtime/media/png.h"
#include "app/window/audience_window.h"
#include "app/window/data_drop.h"
#include "app/window/desktop_window.h"
#include "app/window/export_process.h"
#include "app/window/file_saves.h"
#include "app/window/lecture_keeper.h"
#include "app/window/notice_board.h"
#include "app/window/scene_keeper.h"

namespace pf {

// What a request of the interface may touch.
struct Program {
    DesktopWindow* window;  // null in tests, which ask for nothing of it
    std::unique_ptr<AudienceWindow>& audience;
    Session& session;
    panels::UiState& ui;
    NoticeBoard& notices;
    std::unique_ptr<ExportProcess>& film;
    DataDrop& data;
    FileSaves& saves;
    SceneKeeper& keeper;
    LectureKeeper& lectures;
    Autosave* autosave;  // null: nothing is kept against a crash
    LeftScenes* left;    // null: nor what is left by opening another scene
    bool& quit;
    bool& picture_due;  // the next frame has no notices, and is saved

    void say(Notice::Level level, std::string text) { notices.add({level, std::move(text)}, NoticeBoard::Clock::now()); }
};

// What panels and keys ask of the window (Context::ask): "WORD" or "WORD ARGUMENT", by the table in requests.cpp. Errors become notices.
void perform(Program& program, std::string_view request);
// A file dropped on the window: a scene, a picture that holds one, or data.
void open_dropped(Program& program, const std::string& path);

// What the window shows now, under a name that no file has yet.
void save_screenshot(Program& program);
// What the window shows, read back; with the scene stored in the file.
Image picture(const DesktopWindow& window);
void save_picture(const DesktopWindow& window, const Document& document, const std::string& path);

}  // namespace pf
