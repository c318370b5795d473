#include "app/window/window.h"

#include <imgui.h>

#include <atomic>
#include <cmath>
#include <ctime>

#include "app/panels/camera.h"
#include "app/panels/data_edits.h"
#include "app/panels/edits.h"
#include "app/panels/palette.h"
#include "app/panels/panels.h"
#include "app/picture/compose.h"
#include "app/render/screen.h"
#include "app/runtime/scene_sentence.h"
#include "app/window/damage.h"
#include "app/window/farewell.h"
#include "app/window/pacing.h"
#include "app/window/requests.h"
#include "app/window/settings.h"
#include "app/window/thumbnails.h"

namespace pf {
namespace {

using Clock = std::chrono::steady_clock;
constexpr double settings_rest = 1;  // seconds between two writes
std::string time_of_day() {
    const std::time_t now = std::time(nullptr);
    std::tm parts{};
    localtime_r(&now, &parts);
    return fmt::format("{:02}:{:02}", parts.tm_hour, parts.tm_min);
}
double seconds_between(Clock::time_point a, Clock::time_point b) { return std::chrono::duration<double>(b - a).count(); }

PixelRect pixel_rect(const panels::Rect& rect, float pixels) {
    const auto round = [&](float v) { return static_cast<int>(std::lround(v * pixels)); };
    return {round(rect.x), round(rect.y), round(rect.x + rect.width), round(rect.y + rect.height)};
}

// What lies under the interface and is not told by what it draws.
struct Ground {
    panels::Theme theme = panels::Theme::dark;
    std::array<PixelRect, 4> panels{};
    bool operator==(const Ground&) const = default;
};

// The loop: waits until there is a reason to draw, then draws one frame.
class Window {
public:
    Window(const Document& document, const WindowOptions& options);
    int run();

private:
    bool wait_for_a_reason();
    void take_news();
    void frame(double elapsed);
    Program program() { return {&desktop_, audience_, session_, ui_, notices_, film_, data_, saves_, keeper_, lectures_, autosave_.get(), left_.get(), quit_, picture_due_}; }
    void take_leave();
    std::unique_ptr<Autosave> kept_against_crashes();
    std::unique_ptr<LeftScenes> kept_when_left();
    void take_keys(panels::Context& context);
    bool script_runs() const { return options_.script && !script_over_; }
    void fit_scale();
    void measure_idleness();
    void keep_settings(bool now);
    Settings settings() const;
    void follow_presenting();
    void draw(const Scene& scene, const Results& results, const LayerResults& layers, const panels::Layout& layout);
    std::vector<PixelRect> outdated(const panels::Layout& layout, const DesktopWindow::Size& size, float pixels);
    void clear_ground(const panels::Layout& layout, const PixelRect& part, float pixels, int height) const;

    WindowOptions options_;
    const ReadSettings read_;
    DesktopWindow desktop_;  // first: torch is loaded by a worker of the session after the GL context, and wakes it
    render::Renderer renderer_;
    Thumbnails thumbnails_;
    Composer composer_;
    std::unique_ptr<AudienceWindow> audience_;
    Damage damage_;
    Ground ground_;
    panels::UiState ui_;
    panels::Theme theme_ = panels::Theme::dark;
    float scale_ = 0, wished_scale_ = 1, hall_scale_ = 0;  // drawn; asked for, which a small window has no room for; the same while presenting, 0: by the size
    DesktopWindow::Events events_;
    std::vector<std::string> requests_;
    NoticeBoard notices_;
    std::unique_ptr<ExportProcess> film_;
    DataDrop data_;
    FileSaves saves_;
    Pacing pacing_;
    Clock::time_point first_frame_ = Clock::now();
    double idle_cpu_ = -1;  // seconds when idleness began; below 0: it has not
    Clock::time_point idle_since_;
    bool quit_ = false, picture_due_ = false, script_over_ = false, presented_ = false, made_fullscreen_ = false, told_of_left_ = false;
    std::atomic<bool> news_{false};  // set by workers
    Inbox<std::string> unkept_;      // sentences of those that keep settings and scene
    Settings kept_;
    Clock::time_point kept_at_ = Clock::now();
    std::unique_ptr<SettingsWriter> writer_;
    Session session_;
    Inbox<Leftover> found_;
    Inbox<std::vector<Leftover>> left_behind_;  // the last one holds
    std::unique_ptr<Autosave> autosave_;
    std::unique_ptr<LeftScenes> left_;
    SceneKeeper keeper_;
    LectureKeeper lectures_;
    std::unique_ptr<EndSignals> signals_;  // last: it wakes the window
};

Window::Window(const Document& document, const WindowOptions& options)
    : options_(options), read_(read_settings(options.settings)),
      desktop_(options.settings.empty() ? options.width : read_.settings.width, options.settings.empty() ? options.height : read_.settings.height), pacing_(desktop_.software()), session_(document.scene, true, [this] {
          news_ = true;
          DesktopWindow::wake();
      }),
      autosave_(kept_against_crashes()), left_(kept_when_left()), keeper_(autosave_.get(), left_.get()), lectures_(left_.get()) {
    const Settings& s = read_.settings;
    ui_.theme = s.theme;
    ui_.convention = s.convention;
    ui_.scale = s.scale > 0 ? static_cast<float>(s.scale) : desktop_.interface_scale();
    panels::set_reduced_motion(ui_, s.reduced_motion);
    ui_.controls_open = s.controls_open;
    ui_.numbers_open = s.numbers_open;
    ui_.files.recent = s.recent_files;
    if (!read_.sentence.empty()) notices_.add({Notice::Level::warning, read_.sentence}, Clock::now());
    for (const auto& note : document.notes) notices_.add({Notice::Level::warning, note}, Clock::now());
    session_.set_weights(document.weights);
    if (document.viewpoint) panels::look_from(ui_, *document.viewpoint);
    if (options.lecture) session_.begin_at(opened(*options.lecture, options.file));
    else session_.set_file(options.file);
    if (!options.file.empty()) panels::remember_file(ui_.files, options.file);
    kept_ = s;
    if (!options_.settings.empty()) writer_ = std::make_unique<SettingsWriter>(options_.settings, [this](std::string sentence) { unkept_.push(std::move(sentence)); });
    wished_scale_ = scale_ = ui_.scale;
    fit_scale();
    if (!options_.script) signals_ = std::make_unique<EndSignals>(DesktopWindow::wake);
    panels::apply_theme(ui_);
    theme_ = ui_.theme;
    scale_ = ui_.scale;
}

// Null where there is no folder for it.
std::unique_ptr<Autosave> Window::kept_against_crashes() {
    if (options_.autosave.empty()) return nullptr;
    const auto tell = [this] { news_ = true, DesktopWindow::wake(); };
    return std::make_unique<Autosave>(options_.autosave, Autosave::Ears{[this, tell](std::vector<Leftover> all) {
                                                                             for (Leftover& one : all) found_.push(std::move(one));
                                                                             tell();
                                                                         },
                                                                         [this, tell](std::string sentence) { unkept_.push(std::move(sentence)), tell(); }});
}

std::unique_ptr<LeftScenes> Window::kept_when_left() {
    if (options_.autosave.empty()) return nullptr;
    const auto tell = [this] { news_ = true, DesktopWindow::wake(); };
    return std::make_unique<LeftScenes>(options_.autosave + "/left", LeftScenes::Ears{[this, tell](std::vector<Leftover> all) { left_behind_.push(std::move(all)), tell(); },
                                                                                       [this, tell](std::string sentence) { unkept_.push(std::move(sentence)), tell(); }});
}

int Window::run() {
    first_frame_ = Clock::now();
    const auto signalled = [this] { return signals_ ? signals_->received() : 0; };
    while ((!quit_ || picture_due_) && signalled() == 0) {
        if (script_over_) measure_idleness();
        const bool waited = wait_for_a_reason();
        take_news();
        take_leave();
        if (!desktop_.drawable() || (waited && !pacing_.asked())) continue;
        const double elapsed = pacing_.begin(waited);
        if (!ui_.blanked && !waited) panels::advance(ui_.playback, elapsed);
        frame(elapsed);
        follow_presenting();
        keep_settings(false);
    }
    keep_settings(true);
    if (const int signal = signalled()) {
        lectures_.keep_last(session_);
        if (!keeper_.keep_last(session_)) fmt::print(stderr, "what is unsaved could not be kept\n");
        return 128 + signal;
    }
    if (!options_.screenshot.empty()) save_picture(desktop_, document(told_scene(session_), session_.results(), panels::viewpoint(ui_)), options_.screenshot);
    return 0;
}

// Nothing is drawn twice for nothing: only what moves by itself runs freely. True if it slept.
bool Window::wait_for_a_reason() {
    constexpr double forever = 3600, clock_ticks = 1, cursor_blinks = 0.25, film_progress = 0.25, file_comes = 0.05, minimised = 0.25;
    const bool moves = (ui_.playback.playing && !ui_.blanked) || pacing_.asked() || script_runs() || ImGui::IsAnyMouseDown() || panels::in_transition(ui_);
    const bool waits = !moves || !desktop_.drawable();
    if (waits) {
        double seconds = forever;
        if (const auto end = notices_.next_end()) seconds = std::min(seconds, seconds_between(Clock::now(), *end) + 1e-3);
        if (ImGui::GetIO().WantTextInput) seconds = std::min(seconds, cursor_blinks);
        if (film_) seconds = std::min(seconds, film_progress);
        const double tooltip = panels::tooltip_due();
        seconds = std::min(seconds, tooltip + 1e-3);
        if (ui_.lecture && (ui_.numbers_open || ui_.numbers_open_narrow) && !ui_.presenting) seconds = std::min(seconds, clock_ticks);
        if (script_over_) seconds = std::min(seconds, std::max(0.1, options_.idle_seconds));
        if ((ui_.files.open && ui_.files.reader->waiting()) || data_.reading() || saves_.writing()) seconds = std::min(seconds, file_comes);
        if (writer_ && !(settings() == kept_)) seconds = std::min(seconds, settings_rest);
        for (const auto& due : {keeper_.due(session_, Clock::now()), lectures_.due(session_, Clock::now())}) seconds = std::min(seconds, due.value_or(seconds));
        if (moves) seconds = std::min(seconds, minimised);
        const auto before = Clock::now();
        desktop_.wait(seconds);
        constexpr double early = 2e-3;  // by as much a wait may end before its time
        if (seconds < forever && seconds_between(before, Clock::now()) >= seconds - early) pacing_.ask(tooltip < seconds ? 2 : 1);  // a tooltip is measured before it is shown
    } else {
        desktop_.poll();
    }
    const DesktopWindow::Events events = desktop_.take_events();
    events_.keys.insert(events_.keys.end(), events.keys.begin(), events.keys.end());
    events_.dropped.insert(events_.dropped.end(), events.dropped.begin(), events.dropped.end());
    if (events.any) pacing_.ask(events.uncovered ? Damage::frames_of_another_size : 3);
    if (events.uncovered) damage_.everything(Damage::frames_of_another_size);
    if (news_.exchange(false)) pacing_.ask(2);
    return waits;
}

void Window::take_news() {
    const auto now = Clock::now();
    for (auto& notice : session_.take_notices()) notices_.add(std::move(notice), now);
    lectures_.look(session_, now);
    const auto left = keeper_.look(session_, now);
    if (left && !std::exchange(told_of_left_, true)) notices_.add({Notice::Level::info, fmt::format("“{}” is kept as you left it: undo and redo lead back now, Ctrl+O later", *left)}, now);
    for (auto& all : left_behind_.drain()) ui_.files.left = std::move(all);
    for (auto& leftover : found_.drain()) ui_.leftovers.push_back(std::move(leftover));
    for (auto& sentence : unkept_.drain()) notices_.add({Notice::Level::warning, std::move(sentence)}, now);
    for (auto& notice : saves_.poll()) notices_.add(std::move(notice), now);
    if (auto outcome = data_.poll()) {
        // One undo entry for each file that was read.
        if (outcome->points) {
            Scene next = panels::with_points(session_.scene(), outcome->points->x);
            panels::say_faded(session_, next);
            session_.commit("data from a file", std::move(next));
            panels::reset_camera(ui_);
        }
        notices_.add({!outcome->points ? Notice::Level::error : outcome->warning ? Notice::Level::warning : Notice::Level::info, outcome->sentence}, now);
    }
    notices_.expire(now);
    if (audience_ && audience_->closing()) audience_.reset();
    ui_.audience = audience_ ? std::optional(audience_->reach(ui_, session_.scene())) : std::nullopt;
    if (!film_) return;
    if (const auto outcome = film_->poll()) {
        notices_.add({outcome->ok ? Notice::Level::info : Notice::Level::error, outcome->sentence}, now);
        if (outcome->ok) ui_.film.open = false;
        else ui_.film.sentence = outcome->sentence, ui_.farewell.state = panels::Farewell::State::none;  // whoever was about to quit is to read it
        film_.reset();
    }
}

// The window's own button is Ctrl+Q; a window that nobody sees comes back to ask.
void Window::take_leave() {
    Program program = this->program();
    const bool asked = ui_.farewell.asks();
    if (desktop_.closing()) {
        if (options_.script) quit_ = true;
        else quit(program, {});
        desktop_.stay_open();
    }
    go_on_quitting(program);
    if (ui_.farewell.asks() == asked) return;
    if (!asked) desktop_.bring_to_sight();
    pacing_.ask(3);
}

void Window::fit_scale() {
    const auto size = desktop_.size();
    const float largest = panels::largest_scale(static_cast<float>(size.width), static_cast<float>(size.height));
    // In front of an audience letters are larger than at a desk, unless the hands on the keys say otherwise.
    const float hall = std::max(wished_scale_, 1.25f * std::min(static_cast<float>(size.width) / 1280, static_cast<float>(size.height) / 720));
    if (ui_.scale != scale_) {
        (ui_.presenting ? hall_scale_ : wished_scale_) = ui_.scale;
        if (ui_.scale > largest) notices_.add({Notice::Level::info, panels::scale_refused(ui_.scale, static_cast<float>(size.width), static_cast<float>(size.height))}, Clock::now());
    }
    ui_.scale = std::min(!ui_.presenting ? wished_scale_ : hall_scale_ > 0 ? hall_scale_ : hall, largest);
}

// Before the frame begins: it has one theme and one scale from end to end.
void Window::take_keys(panels::Context& context) {
    for (const auto& key : std::exchange(events_.keys, {})) panels::handle_key(context, key.key, key.mods);
    fit_scale();
    if (theme_ == ui_.theme && scale_ == ui_.scale) return;
    panels::apply_theme(ui_);
    desktop_.new_fonts();
    damage_.everything();
    theme_ = ui_.theme;
    scale_ = ui_.scale;
}

// Begins when the workers have nothing left to do.
void Window::measure_idleness() {
    const double cpu = static_cast<double>(std::clock()) / CLOCKS_PER_SEC;  // of all threads
    if (session_.busy() || pacing_.asked() || idle_cpu_ < 0) {
        idle_since_ = Clock::now();
        idle_cpu_ = session_.busy() || pacing_.asked() ? -1 : cpu;
        return;
    }
    const double passed = seconds_between(idle_since_, Clock::now());
    if (passed < options_.idle_seconds) return;
    if (options_.on_idle) options_.on_idle((cpu - idle_cpu_) / passed);
    quit_ = true;
}

Settings Window::settings() const {
    Settings out{.theme = ui_.theme, .convention = ui_.convention, .scale = 0, .reduced_motion = ui_.reduced_motion, .controls_open = ui_.controls_open, .numbers_open = ui_.numbers_open,
                 .width = read_.settings.width, .height = read_.settings.height, .recent_files = ui_.files.recent};
    // The monitor's own scale is no wish: the next monitor may have another.
    if (std::abs(wished_scale_ - desktop_.interface_scale()) > 0.01f) out.scale = static_cast<double>(wished_scale_);
    const auto size = desktop_.fullscreen() ? DesktopWindow::Size{kept_.width, kept_.height} : desktop_.size();
    if (size.width > 0 && size.height > 0) out.width = size.width, out.height = size.height;
    return out;
}

// What changed is written, at most once a second while it goes on changing.
void Window::keep_settings(bool now) {
    if (!writer_ || (!now && seconds_between(kept_at_, Clock::now()) < settings_rest)) return;
    const Settings current = settings();
    if (current == kept_) return;
    writer_->write(current);
    kept_ = current;
    kept_at_ = Clock::now();
}

// A presentation fills the screen; leaving it gives the window back, unless it filled the screen before.
void Window::follow_presenting() {
    if (ui_.presenting == presented_ || options_.script) return;
    presented_ = ui_.presenting;
    if (presented_) made_fullscreen_ = !desktop_.fullscreen();
    if (made_fullscreen_ && desktop_.fullscreen() != presented_) desktop_.toggle_fullscreen();
}

void Window::frame(double elapsed) {
    const Results results = session_.results();
    panels::Context context{session_, ui_, results, {pacing_.smoothed_ms(), 1000 / std::max(0.1, pacing_.smoothed_ms())}, notices_.notices(),
                            [this](std::string_view request) { requests_.emplace_back(request); }, {}};
    ui_.film.running = film_ ? std::optional(film_->progress()) : std::nullopt;
    if (film_ && !ui_.film.open) context.notices.push_back({Notice::Level::info, progress_text(film_->progress()) + (ui_.farewell.state == panels::Farewell::State::when_filmed ? "; then it quits" : "")});
    const bool picture = std::exchange(picture_due_, false);
    if (picture) context.notices.clear();  // what is said of files is no part of a picture, nor is what is offered
    context.thumbnail = [this](std::string_view id) { return thumbnails_.texture(id); };
    thumbnails_.begin_frame();
    context.now = seconds_between(first_frame_, Clock::now());
    context.clock = time_of_day();

    take_keys(context);
    panels::follow_lecture(context);
    desktop_.begin_frame(elapsed);
    if (script_runs() && !options_.script(context, seconds_between(first_frame_, Clock::now()))) {
        script_over_ = true;
        ui_.playback.playing = false;
        quit_ = options_.idle_seconds == 0;
    }
    // The scene may change while the interface is drawn; this frame shows one state of it.
    const Scene scene = session_.scene();
    context.layers = session_.layers();
    composer_.prepare(scene, ui_, results, context.layers);
    context.heat_map = legend_of(scene, ui_.theme, composer_.legend());
    const auto size = desktop_.size();
    const panels::Layout layout = panels::layout(ui_, scene.view, static_cast<float>(size.width), static_cast<float>(size.height));
    const Probes before = ui_.probes;
    const std::vector<Leftover> offered = picture ? std::exchange(ui_.leftovers, {}) : std::vector<Leftover>();
    panels::draw_interface(context, layout);
    if (picture) ui_.leftovers = offered;
    if (ui_.probes.pinned != before.pinned || ui_.probes.hovered != before.hovered) pacing_.ask(3);  // what shows them may have to grow
    ImGui::Render();
    draw(scene, results, context.layers, layout);

    if (audience_) audience_->draw(ui_, truly_told(scene, written_for(session_)), results, context.layers);

    Program program = this->program();
    if (picture) save_screenshot(program);
    for (const auto& request : std::exchange(requests_, {})) perform(program, request);
    for (const auto& path : std::exchange(events_.dropped, {})) open_dropped(program, path);
    if (picture_due_) pacing_.ask(1);
    pacing_.wait_until_due();
    desktop_.swap();
    if (thumbnails_.waiting()) pacing_.ask(1);
    const double frame_ms = pacing_.swapped();
    if (options_.on_frame) options_.on_frame(frame_ms);
}

void Window::draw(const Scene& scene, const Results& results, const LayerResults& layers, const panels::Layout& layout) {
    const auto size = desktop_.framebuffer();
    const float pixels = static_cast<float>(size.width) / static_cast<float>(std::max(1, desktop_.size().width));
    const std::vector<PixelRect> parts = outdated(layout, size, pixels);
    render::bind_window();
    render::set_size(size.width, size.height);
    for (const PixelRect& part : parts) clear_ground(layout, part, pixels, size.height);
    if (!ui_.blanked || ui_.audience) composer_.draw(renderer_, scene, ui_, results, layers, layout, pixels, size.height);
    for (const PixelRect& part : parts) with_clip(*ImGui::GetDrawData(), part, [&] { desktop_.draw_interface(); });
}

// The canvas, and what of the interface differs from the last frame if that is still there.
std::vector<PixelRect> Window::outdated(const panels::Layout& layout, const DesktopWindow::Size& size, float pixels) {
    if (!desktop_.keeps_picture()) return {{0, 0, size.width, size.height}};
    const Ground ground{ui_.theme, {pixel_rect(layout.top, pixels), pixel_rect(layout.controls, pixels), pixel_rect(layout.numbers, pixels), pixel_rect(layout.time_bar, pixels)}};
    if (!(ground == ground_)) damage_.everything();
    ground_ = ground;
    return damage_.of(*ImGui::GetDrawData(), std::array{pixel_rect(layout.canvas, pixels)});
}

// The ground of the canvas, and of the fixed panels, which draw none of their own.
void Window::clear_ground(const panels::Layout& layout, const PixelRect& part, float pixels, int height) const {
    const panels::Rgb panel = panels::palette(ui_.theme).panel;
    const auto byte = [](float v) { return static_cast<std::uint8_t>(std::lround(255 * v)); };
    const auto fill = [&](const PixelRect& rect, render::Colour colour) {
        const PixelRect r = common(rect, part);
        if (!r.empty()) render::fill({r.x0, height - r.y1, r.x1 - r.x0, r.y1 - r.y0}, colour);
    };
    fill(part, canvas_style(ui_.theme).background);
    for (const panels::Rect& rect : {layout.top, layout.controls, layout.numbers, layout.time_bar}) fill(pixel_rect(rect, pixels), {byte(panel.r), byte(panel.g), byte(panel.b), 255});
}

}  // namespace

int run_window(const Document& document, const WindowOptions& options) {
    Window window(document, options);
    return window.run();
}

}  // namespace pf
