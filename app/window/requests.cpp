#include "app/window/requests.h"

#include <imgui.h>

#include <algorithm>
#include <filesystem>

#include "app/panels/camera.h"
#include "app/panels/pinned_point.h"
#include "app/picture/sheet_svg.h"
#include "app/render/screen.h"
#include "app/runtime/files/atomic_file.h"
#include "app/runtime/files/folder.h"
#include "app/runtime/lane_numbers.h"
#include "app/runtime/media/process.h"
#include "app/runtime/scene_document.h"
#include "app/runtime/scene_file.h"
#include "app/runtime/scene_picture.h"
#include "app/runtime/script/torch_script.h"
#include "app/runtime/share_line.h"
#include "app/runtime/shown_results.h"
#include "app/window/farewell.h"
#include "app/window/plot_picture.h"
#include "core/math/errors.h"

namespace pf {
namespace {

// All that a file is to bring back.
Document shown_document(const Program& p) { return document(told_scene(p.session), p.session.results(), panels::viewpoint(p.ui)); }

// What went wrong is said in the dialog while that is open.
void refuse(Program& p, const std::exception& error) {
    if (p.ui.files.open) p.ui.files.sentence = error.what();
    else p.say(Notice::Level::error, error.what());
}

// The same for a lecture, which is opened wherever a scene can be. `left`: its file goes when it is saved, or there are more of them.
void open_lecture(Program& p, const std::string& path, bool left) {
    Lecture lecture = load_lecture(path);
    panels::open_lecture(p.session, left ? unsaved(std::move(lecture)) : opened(std::move(lecture), path));
    if (left) p.lectures.left_behind(p.session, path);
    else panels::remember_file(p.ui.files, path);
    panels::close_file_dialog(p.ui.files);
}

// Where it came from, or under a name that no file has yet.
void save_lecture(Program& p, std::string_view) {
    const LecturePlace place = p.session.place();
    if (!place) return;
    const Scene& scene = p.session.committed();
    const std::string path = place.file->path.empty() ? unused_name(place.lecture->title, ".json") : place.file->path;
    pf::save_lecture(path, as_given(place, scene));
    now_saved(place, scene, path);
    p.lectures.forget(p.session);
    panels::remember_file(p.ui.files, std::filesystem::absolute(path).string());
    p.say(Notice::Level::info, "lecture saved: " + path);
}

void toggle_audience(Program& p, std::string_view) {
    if (p.audience) p.audience.reset();
    else p.audience = std::make_unique<AudienceWindow>(*p.window);
    p.ui.audience = p.audience ? std::optional(p.audience->reach(p.ui, p.session.scene())) : std::nullopt;
}

// `path`: where it is saved from now on; empty: nowhere yet.
void show_document(Program& p, const Document& document, std::string_view what, const std::string& path) {
    p.session.load(document.scene, what, path);
    p.session.set_weights(document.weights);
    panels::close_file_dialog(p.ui.files);
    panels::reset_camera(p.ui);
    p.ui.hovered_particle = -1;
    panels::unpin(p.ui);
    if (document.viewpoint) panels::look_from(p.ui, *document.viewpoint);
    for (const auto& note : document.notes) p.say(Notice::Level::warning, note);
}

void open_scene(Program& p, const std::string& path) {
    const bool left = p.left && p.left->holds(path);  // nothing to save to
    if (is_lecture(path)) return open_lecture(p, path, left);
    const Document document = load_document(path);
    show_document(p, document, "open " + (left ? document.scene.title : path), left ? "" : saved_from_then_on(path));
    if (left) p.keeper.left_behind(p.session, path);
    else panels::remember_file(p.ui.files, path);
}

void open(Program& p, std::string_view path) {
    if (path.empty()) panels::open_file_dialog(p.ui.files, panels::open_scene_task(), p.session.file());
    else open_scene(p, std::string(path));
}

void save_as(Program& p, std::string_view) {
    panels::open_file_dialog(p.ui.files, panels::save_scene_task(), p.session.file().empty() ? file_stem(p.session.scene().title) + ".json" : p.session.file());
}

void save(Program& p, std::string_view given) {
    if (given.empty() && p.session.place().there) return save_lecture(p, {});  // a stop is part of it
    const std::string path = given.empty() ? p.session.file() : std::string(given);
    if (path.empty()) return save_as(p, {});
    std::vector<std::string> left_out;
    save_document(path, shown_document(p), &left_out);
    p.session.set_file(path);
    p.keeper.saved(p.session, left_out);
    panels::remember_file(p.ui.files, path);
    panels::close_file_dialog(p.ui.files);
    p.say(Notice::Level::info, "scene saved: " + path);
    if (!left_out.empty()) p.say(Notice::Level::warning, fmt::format("weights of '{}' are too large for a scene file: Ctrl+P writes them beside a script", fmt::join(left_out, "', '")));
    quit_when_saved(p, left_out.empty());
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
    if (what == "cancel" && p.film) {
        p.ui.farewell.state = panels::Farewell::State::none;  // who cancels it stays
        return p.film->cancel();
    }
    if (what != "start" || p.film) return;
    try {
        p.film = std::make_unique<ExportProcess>(told_scene(p.session), p.session.results(), panels::viewpoint(p.ui), p.ui.film.settings, std::filesystem::absolute(p.ui.film.path).string());
        p.ui.film.sentence.clear();
    } catch (const std::exception& error) {
        p.ui.film.sentence = error.what();
    }
}

void export_plot(Program& p, std::string_view) {
    if (!p.ui.inspector.exported) return;
    panels::PlotExport plot = std::move(*p.ui.inspector.exported);
    p.ui.inspector.exported.reset();
    const std::string path = unused_name(fmt::format("{} {}", p.session.scene().title, plot.figure.title), "." + plot.format);
    save_plot(p.saves, path, std::move(plot), p.ui);
}

// The panes as SVG, computed at full resolution and written in the background. What the mouse is at is not what the page is about.
void save_page(Program& p, std::vector<double> times, const char* what) {
    const Scene scene = told_scene(p.session);
    const SheetPage page = sheet_page(scene, p.ui, p.session.results(), times, times.size() > 1 ? 1600.f : 960.f);
    panels::UiState ui = p.ui;
    ui.hovered_particle = -1;
    p.saves.save(what, unused_name(fmt::format("{} {}", scene.title, what), ".svg"), [page, scene, ui, shown = ShownResults{p.session.results(), p.session.layers()}](const std::string& path) {
        const auto [results, layers] = full_results(scene, shown, page_reach(page, scene, ui));
        atomic_write(path, sheet_svg(page, scene, ui, results, layers));
    });
}
void export_figure(Program& p, std::string_view) { save_page(p, {p.ui.playback.t}, "figure"); }
void export_sheet(Program& p, std::string_view) { save_page(p, {0, 0.25, 0.5, 0.75, 1}, "sheet"); }

void export_lane(Program& p, std::string_view format) {
    const int lane = std::clamp(p.ui.selected_lane, 0, static_cast<int>(p.session.scene().lanes.size()) - 1);
    p.saves.save("numbers", unused_name(fmt::format("{} lane {}", p.session.scene().title, lane + 1), "." + std::string(format)),
                 [lane, scene = p.session.scene(), results = p.session.results()](const std::string& path) { save_lane(path, scene, lane, results); });
}

// The script, and beside it the weights of every network that has some.
void export_script(Program& p, std::string_view) {
    const Scene scene = told_scene(p.session);
    const std::string script = torch_script(scene);
    p.saves.save("script", unused_name(scene.title, ".py"), [scene, script, results = p.session.results()](const std::string& path) {
        atomic_write(path, script);
        const auto files = weight_files(scene, path.substr(0, path.size() - 3) + ".safetensors");
        for (std::size_t i = 0; i < files.size(); ++i)
            if (const auto& state = results.training[i]; !files[i].empty() && state && state->weights) nn::save_safetensors(files[i], *state->weights);
    });
}

void paste_scene(Program& p, std::string_view) {
    const char* text = ImGui::GetClipboardText();
    show_document(p, document_from_line(text ? text : "", "the clipboard"), "scene pasted", "");
    p.keeper.nowhere(p.session);
}

// The first of UiState::leftovers; it is offered again after the next start if the scene cannot be read.
void recover(Program& p, std::string_view) {
    if (p.ui.leftovers.empty() || !p.autosave) return;
    const Leftover leftover = p.ui.leftovers.front();
    p.ui.leftovers.erase(p.ui.leftovers.begin());
    Document document = load_document(leftover.path);
    show_document(p, document, "scene recovered", "");
    p.keeper.recovered(p.session, std::move(document), leftover.path);
}

void discard(Program& p, std::string_view) {
    if (p.ui.leftovers.empty() || !p.autosave) return;
    p.autosave->discard(p.ui.leftovers.front().path);
    p.ui.leftovers.erase(p.ui.leftovers.begin());
}

// One line per request.
struct Request {
    std::string_view word;
    void (*act)(Program& program, std::string_view argument);
};
constexpr Request table[] = {
    {"quit", quit},        // an answer of panels/farewell.h, or none
    {"fullscreen", [](Program& p, std::string_view) { p.window->toggle_fullscreen(); }},
    {"audience", toggle_audience},
    {"save-lecture", save_lecture},
    {"screenshot", [](Program& p, std::string_view) { p.picture_due = true; }},
    {"open", open},        // PATH, or none: by the dialog
    {"save", save},        // PATH, or none: where it came from, or by the dialog; a stop with its lecture
    {"save_as", save_as},
    {"export", export_film},  // none: the dialog; "start": as the dialog says; "cancel"
    {"export-plot", export_plot},  // UiState::inspector.exported
    {"export-figure", export_figure},
    {"export-sheet", export_sheet},
    {"export-lane", export_lane},  // npz or csv, of the selected lane
    {"export-script", export_script},
    {"paste-scene", paste_scene},  // a line of text on the clipboard
    {"recover", recover},          // the first of UiState::leftovers, likewise below
    {"discard", discard},
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

void save_screenshot(Program& p) {
    const std::string path = unused_name(p.session.scene().title, ".png");
    try {
        save_picture(*p.window, shown_document(p), path);
        p.say(Notice::Level::info, "picture saved: " + path);
    } catch (const std::exception& error) {
        refuse(p, error);
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

void save_picture(const DesktopWindow& window, const Document& document, const std::string& path) {
    write_png(path, picture(window), {{scene_keyword, document_to_json(document, true)}});
}

}  // namespace pf
