#include "app/requests.h"

#include <algorithm>
#include <filesystem>

#include "app/panels/camera.h"
#include "app/panels/pinned_point.h"
#include "app/render/screen.h"
#include "app/runtime/files/folder.h"
#include "app/runtime/media/process.h"
#include "app/runtime/scene_file.h"
#include "app/runtime/scene_picture.h"
#include "core/math/errors.h"

namespace pf {
namespace {

void save_screenshot(Program& p, std::string_view) {
    const std::string path = unused_name(p.session.scene().title, ".png");
    save_picture(p.window, p.session.scene(), path);
    p.say(Notice::Level::info, "picture saved: " + path);
}

// What went wrong is said in the dialog while that is open.
void refuse(Program& p, const std::exception& error) {
    if (p.ui.files.open) p.ui.files.sentence = error.what();
    else p.say(Notice::Level::error, error.what());
}

void open_scene(Program& p, const std::string& path) {
    const bool picture = is_png(path);
    p.session.load(load_scene(path), "open " + path);
    p.ui.file_path = picture ? "" : path;  // a picture is not written over
    panels::remember_file(p.ui.files, path);
    panels::close_file_dialog(p.ui.files);
    panels::reset_camera(p.ui);
    p.ui.hovered_particle = -1;
    panels::unpin(p.ui);
}

void open(Program& p, std::string_view path) {
    if (path.empty()) panels::open_file_dialog(p.ui.files, panels::open_scene_task(), p.ui.file_path);
    else open_scene(p, std::string(path));
}

void save_as(Program& p, std::string_view) {
    panels::open_file_dialog(p.ui.files, panels::save_scene_task(), p.ui.file_path.empty() ? file_stem(p.session.scene().title) + ".json" : p.ui.file_path);
}

void save(Program& p, std::string_view given) {
    const std::string path = given.empty() ? p.ui.file_path : std::string(given);
    if (path.empty()) return save_as(p, {});
    save_scene(path, p.session.scene());
    p.ui.file_path = path;
    panels::remember_file(p.ui.files, path);
    panels::close_file_dialog(p.ui.files);
    p.say(Notice::Level::info, "scene saved: " + path);
}

// The film looks as the screen does, unless the dialog says otherwise.
void open_export_dialog(Program& p) {
    panels::ExportDialog& dialog = p.ui.film;
    if (!p.film) {
        FilmSettings& s = dialog.settings;
        dialog.ffmpeg = !find_program("ffmpeg").empty() && !find_program("ffprobe").empty();
        if (!dialog.ffmpeg) s.kind = "png";
        s.theme = p.ui.theme == panels::Theme::light ? "light" : p.ui.theme == panels::Theme::projector ? "projector" : "dark";
        s.convention = p.ui.convention == panels::Convention::diffusion ? "diffusion" : "flow";
        const panels::UiState still;
        const bool moved = p.ui.centre_x != still.centre_x || p.ui.centre_y != still.centre_y || p.ui.zoom != still.zoom || p.ui.turn != still.turn || p.ui.tilt != still.tilt;
        s.camera = moved ? camera_text({p.ui.centre_x, p.ui.centre_y, p.ui.zoom, p.ui.turn, p.ui.tilt}) : "";
        dialog.path = unused_name(p.session.scene().title, "." + s.kind);
        dialog.sentence.clear();
        dialog.replaces.clear();
    }
    dialog.open = true;
}

void export_film(Program& p, std::string_view what) {
    if (what.empty()) return open_export_dialog(p);
    if (what == "cancel" && p.film) return p.film->cancel();
    if (what != "start" || p.film) return;
    try {
        p.film = std::make_unique<ExportProcess>(p.session.scene(), p.session.results(), p.ui.film.settings, std::filesystem::absolute(p.ui.film.path).string());
        p.ui.film.sentence.clear();
    } catch (const std::exception& error) {
        p.ui.film.sentence = error.what();
    }
}

void export_plot(Program& p, std::string_view) {
    if (!p.ui.inspector.exported) return;
    panels::PlotExport plot = std::move(*p.ui.inspector.exported);
    p.ui.inspector.exported.reset();
    p.plots.save(unused_name(fmt::format("{} {}", p.session.scene().title, plot.figure.title), "." + plot.format), std::move(plot), p.ui);
}

// One line per request.
struct Request {
    std::string_view word;
    void (*act)(Program& program, std::string_view argument);
};
constexpr Request table[] = {
    {"quit", [](Program& p, std::string_view) { p.quit = true; }},
    {"fullscreen", [](Program& p, std::string_view) { p.window.toggle_fullscreen(); }},
    {"screenshot", save_screenshot},
    {"open", open},        // PATH, or none: by the dialog
    {"save", save},        // PATH, or none: where it came from, or by the dialog
    {"save_as", save_as},
    {"export", export_film},  // none: the dialog; "start": as the dialog says; "cancel"
    {"export-plot", export_plot},  // UiState::inspector.exported
};

}  // namespace

void perform(Program& program, std::string_view request) {
    const auto space = request.find(' ');
    const std::string_view word = request.substr(0, space), argument = space == std::string_view::npos ? "" : request.substr(space + 1);
    const auto* entry = std::find_if(std::begin(table), std::end(table), [&](const Request& e) { return e.word == word; });
    try {
        check(entry != std::end(table), "no request '{}'", word);
        entry->act(program, argument);
    } catch (const std::exception& error) {
        refuse(program, error);
    }
}

void open_dropped(Program& program, const std::string& path) {
    if (is_data_file(path) && !holds_scene(path)) return program.data.read(path, program.session.scene().seed);
    try {
        open_scene(program, path);
    } catch (const std::exception& error) {
        refuse(program, error);
    }
}

Image picture(const DesktopWindow& window) {
    const auto size = window.framebuffer();
    Image image{size.width, size.height, {}};
    render::read_opaque(size.width, size.height, image.pixels);
    return image;
}

void save_picture(const DesktopWindow& window, const Scene& scene, const std::string& path) {
    write_png(path, picture(window), {{scene_keyword, scene_to_json(scene, true)}});
}

}  // namespace pf
