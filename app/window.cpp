#include "app/window.h"

#define GLFW_INCLUDE_NONE
#include <GLFW/glfw3.h>
#include <imgui.h>
#include <imgui_impl_glfw.h>
#include <imgui_impl_opengl3.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdlib>
#include <cstring>
#include <thread>

#include "app/compose.h"
#include "app/export_process.h"
#include "app/panels/edits.h"
#include "app/panels/palette.h"
#include "app/render/offscreen.h"
#include "app/render/screen.h"
#include "app/runtime/media/png.h"
#include "app/runtime/scene_file.h"
#include "app/thumbnails.h"

namespace pf {
namespace {

using Clock = std::chrono::steady_clock;
double seconds_between(Clock::time_point a, Clock::time_point b) { return std::chrono::duration<double>(b - a).count(); }

struct Key {
    int key, mods;
};

class Window {
public:
    Window(const Scene& scene, const WindowOptions& options) : options_(options) {
        open();
        session_ = std::make_unique<Session>(scene);  // after the GL context: torch is loaded by its worker
    }
    ~Window();
    int run();

private:
    void open();
    void frame();
    void perform(std::string_view request);
    void clear_panels(const panels::Layout& layout, float pixels, int height) const;
    void wait_for_next_frame();
    void save_picture(const std::string& path);
    Image picture() const;
    void say(Notice::Level level, std::string text) { notices_.push_back({{level, std::move(text)}, Clock::now()}); }
    void toggle_fullscreen();

    WindowOptions options_;
    GLFWwindow* window_ = nullptr;
    bool software_ = false;
    std::unique_ptr<render::Renderer> renderer_;
    std::unique_ptr<Session> session_;
    Thumbnails thumbnails_;
    Composer composer_;
    panels::UiState ui_;
    panels::Theme theme_ = panels::Theme::dark;
    float scale_ = 0;
    std::vector<Key> keys_;
    std::vector<std::string> dropped_, requests_;
    std::vector<std::pair<Notice, Clock::time_point>> notices_;
    std::unique_ptr<ExportProcess> export_;
    Clock::time_point last_frame_ = Clock::now(), last_swap_ = last_frame_, first_frame_ = last_frame_, next_frame_ = last_frame_;
    double frame_ms_ = 0, smoothed_ms_ = 1000.0 / 60;
    int input_frames_ = 3;  // frames still to be drawn after an event
    bool quit_ = false, was_awake_ = false, pace_counts_ = false;  // waiting for events is no slow frame
    int restore_[4] = {0, 0, 1280, 720};
};

void Window::open() {
    // One rasteriser thread leaves the other core to training (performance.md, Drawing).
    setenv("LP_NUM_THREADS", "1", 0);
    static std::string last_error;
    last_error.clear();
    glfwSetErrorCallback([](int, const char* text) { last_error = text; });
#ifdef GLFW_PLATFORM
    glfwInitHint(GLFW_PLATFORM, glfwPlatformSupported(GLFW_PLATFORM_X11) ? GLFW_PLATFORM_X11 : GLFW_ANY_PLATFORM);
#endif
    if (!glfwInit()) throw MissingCapability(fmt::format("no display: {}; 'probflow render SCENE --out film.mp4' needs none", last_error));
    glfwWindowHint(GLFW_CONTEXT_VERSION_MAJOR, 3);
    glfwWindowHint(GLFW_CONTEXT_VERSION_MINOR, 3);
    glfwWindowHint(GLFW_OPENGL_PROFILE, GLFW_OPENGL_CORE_PROFILE);
    glfwWindowHint(GLFW_SCALE_TO_MONITOR, GLFW_TRUE);
    // Never larger than the screen has room for.
    int width = options_.width, height = options_.height, x = 0, y = 0, room_width = 0, room_height = 0;
    if (GLFWmonitor* monitor = glfwGetPrimaryMonitor()) glfwGetMonitorWorkarea(monitor, &x, &y, &room_width, &room_height);
    if (room_width > 0 && room_height > 0) width = std::min(width, room_width), height = std::min(height, room_height);
    window_ = glfwCreateWindow(width, height, "probflow", nullptr, nullptr);
    if (!window_) throw MissingCapability(fmt::format("OpenGL 3.3 core is needed for the window: {}; on Debian: apt install libgl1-mesa-dri", last_error));
    glfwSetWindowSizeLimits(window_, 640, 400, GLFW_DONT_CARE, GLFW_DONT_CARE);
    glfwMakeContextCurrent(window_);
    render::load_gl(glfwGetProcAddress);
    software_ = render::software();
    glfwSwapInterval(software_ ? 0 : 1);

    // Before ImGui's backend, which chains to callbacks that are already there.
    glfwSetWindowUserPointer(window_, this);
    glfwSetKeyCallback(window_, [](GLFWwindow* w, int key, int, int action, int mods) {
        auto& self = *static_cast<Window*>(glfwGetWindowUserPointer(w));
        self.input_frames_ = 3;
        if (action != GLFW_RELEASE) self.keys_.push_back({key, mods});
    });
    glfwSetDropCallback(window_, [](GLFWwindow* w, int count, const char** paths) {
        auto& self = *static_cast<Window*>(glfwGetWindowUserPointer(w));
        for (int i = 0; i < count; ++i) self.dropped_.emplace_back(paths[i]);
        self.input_frames_ = 3;
    });
    const auto wake = [](GLFWwindow* w) { static_cast<Window*>(glfwGetWindowUserPointer(w))->input_frames_ = 3; };
    glfwSetWindowRefreshCallback(window_, wake);
    glfwSetCursorPosCallback(window_, [](GLFWwindow* w, double, double) { static_cast<Window*>(glfwGetWindowUserPointer(w))->input_frames_ = 3; });
    glfwSetMouseButtonCallback(window_, [](GLFWwindow* w, int, int, int) { static_cast<Window*>(glfwGetWindowUserPointer(w))->input_frames_ = 3; });
    glfwSetScrollCallback(window_, [](GLFWwindow* w, double, double) { static_cast<Window*>(glfwGetWindowUserPointer(w))->input_frames_ = 3; });
    glfwSetFramebufferSizeCallback(window_, [](GLFWwindow* w, int, int) { static_cast<Window*>(glfwGetWindowUserPointer(w))->input_frames_ = 3; });

    IMGUI_CHECKVERSION();
    ImGui::CreateContext();
    ImGuiIO& io = ImGui::GetIO();
    io.IniFilename = nullptr;
    io.ConfigFlags |= ImGuiConfigFlags_NavEnableKeyboard;
    float x_scale = 1, y_scale = 1;
    glfwGetWindowContentScale(window_, &x_scale, &y_scale);
    // Where window coordinates are pixels (X11), the monitor's scale becomes the interface's.
    int window_width = 1, framebuffer_width = 1, unused = 0;
    glfwGetWindowSize(window_, &window_width, &unused);
    glfwGetFramebufferSize(window_, &framebuffer_width, &unused);
    ui_.scale = std::clamp(x_scale * static_cast<float>(std::max(1, window_width)) / static_cast<float>(std::max(1, framebuffer_width)), 0.75f, 3.f);
    panels::apply_theme(ui_);
    theme_ = ui_.theme;
    scale_ = ui_.scale;
    ImGui_ImplGlfw_InitForOpenGL(window_, true);
    ImGui_ImplOpenGL3_Init("#version 330 core");
    renderer_ = std::make_unique<render::Renderer>();
}

Window::~Window() {
    session_.reset();
    export_.reset();
    if (window_) {
        renderer_.reset();
        thumbnails_.clear();
        if (ImGui::GetCurrentContext()) {
            ImGui_ImplOpenGL3_Shutdown();
            ImGui_ImplGlfw_Shutdown();
            ImGui::DestroyContext();
        }
        glfwDestroyWindow(window_);
    }
    glfwTerminate();
}

int Window::run() {
    first_frame_ = last_frame_ = last_swap_ = Clock::now();
    while (!glfwWindowShouldClose(window_) && !quit_) {
        const bool awake = ui_.playback.playing || session_->busy() || input_frames_ > 0 || export_ || !notices_.empty() || options_.script;
        pace_counts_ = awake && was_awake_;
        was_awake_ = awake;
        if (awake)
            glfwPollEvents();
        else
            glfwWaitEventsTimeout(1);
        frame();
        input_frames_ = std::max(0, input_frames_ - 1);
    }
    if (!options_.screenshot.empty()) save_picture(options_.screenshot);
    return 0;
}

void Window::frame() {
    int width = 0, height = 0, framebuffer_width = 0, framebuffer_height = 0;
    glfwGetWindowSize(window_, &width, &height);
    glfwGetFramebufferSize(window_, &framebuffer_width, &framebuffer_height);
    if (framebuffer_width == 0 || framebuffer_height == 0 || glfwGetWindowAttrib(window_, GLFW_ICONIFIED)) {
        std::this_thread::sleep_for(std::chrono::milliseconds(50));
        return;
    }
    const auto now = Clock::now();
    const double elapsed = seconds_between(last_frame_, now);
    last_frame_ = now;
    panels::advance(ui_.playback, elapsed);

    for (auto& notice : session_->take_notices()) notices_.push_back({std::move(notice), now});
    std::erase_if(notices_, [&](const auto& n) { return seconds_between(n.second, now) > (n.first.level == Notice::Level::info ? 5 : 12); });
    if (export_) {
        if (const auto outcome = export_->poll()) {
            say(outcome->ok ? Notice::Level::info : Notice::Level::error, outcome->sentence);
            export_.reset();
        }
    }

    const Results results = session_->results();
    panels::Context context{*session_, ui_, results, {smoothed_ms_, 1000 / std::max(0.1, smoothed_ms_)}, {}, [this](std::string_view request) { requests_.emplace_back(request); }, {},
                            [this](std::string_view scene) { return thumbnails_.texture(scene); }};
    thumbnails_.begin_frame();
    for (const auto& [notice, since] : notices_) context.notices.push_back(notice);
    if (export_) context.notices.push_back({Notice::Level::info, export_->progress()});

    // Before the frame begins: it has one theme and one scale from end to end.
    for (const Key& key : std::exchange(keys_, {}))
        if (!ImGui::GetIO().WantTextInput) panels::handle_key(context, key.key, key.mods);
    if (theme_ != ui_.theme || scale_ != ui_.scale) {
        ImGui_ImplOpenGL3_DestroyFontsTexture();
        panels::apply_theme(ui_);
        ImGui_ImplOpenGL3_CreateFontsTexture();  // NewFrame makes one only together with the shaders
        theme_ = ui_.theme;
        scale_ = ui_.scale;
    }
    ImGui_ImplOpenGL3_NewFrame();
    ImGui_ImplGlfw_NewFrame();
    ImGui::GetIO().DeltaTime = std::max(1e-4f, static_cast<float>(std::min(elapsed, 0.1)));
    ImGui::NewFrame();
    if (options_.script && !options_.script(context, seconds_between(first_frame_, now))) quit_ = true;
    // The scene may change while the interface is drawn; this frame shows one state of it.
    const Scene scene = session_->scene();
    composer_.prepare(scene, ui_, results);
    context.heat_map = {&legend_colours(ui_.theme, panels::has_layer(scene, "difference") && scene.view.shape == "flat"), composer_.legend()};
    const panels::Layout layout = panels::layout(ui_, scene.view, static_cast<float>(width), static_cast<float>(height));
    panels::draw_interface(context, layout);
    ImGui::Render();

    const float pixels = static_cast<float>(framebuffer_width) / static_cast<float>(std::max(1, width));
    render::bind_window();
    render::clear(framebuffer_width, framebuffer_height, canvas_style(ui_.theme).background);
    clear_panels(layout, pixels, framebuffer_height);
    composer_.draw(*renderer_, scene, ui_, results, layout, pixels, framebuffer_height);
    ImGui_ImplOpenGL3_RenderDrawData(ImGui::GetDrawData());

    for (const auto& request : std::exchange(requests_, {})) perform(request);
    for (const auto& path : std::exchange(dropped_, {})) {
        try {
            session_->load(load_scene(path), "open " + path);
            ui_.file_path = path;
            panels::apply_theme(ui_);
        } catch (const std::exception& error) {
            say(Notice::Level::error, error.what());
        }
    }
    wait_for_next_frame();
    glfwSwapBuffers(window_);
    const auto swapped = Clock::now();
    frame_ms_ = 1000 * seconds_between(last_swap_, swapped);
    if (pace_counts_) smoothed_ms_ += 0.05 * (frame_ms_ - smoothed_ms_);
    last_swap_ = swapped;
    if (options_.on_frame) options_.on_frame(frame_ms_);
}

// The ground of the fixed panels, which draw none of their own.
void Window::clear_panels(const panels::Layout& layout, float pixels, int height) const {
    const panels::Rgb panel = panels::palette(ui_.theme).panel;
    const auto byte = [](float v) { return static_cast<std::uint8_t>(std::lround(255 * v)); };
    const render::Colour ground{byte(panel.r), byte(panel.g), byte(panel.b), 255};
    for (const panels::Rect& rect : {layout.top, layout.controls, layout.numbers, layout.time_bar}) {
        const auto round = [&](float v) { return static_cast<int>(std::lround(v * pixels)); };
        const int left = round(rect.x), bottom = round(rect.y + rect.height), right = round(rect.x + rect.width), top = round(rect.y);
        render::fill({left, height - bottom, right - left, bottom - top}, ground);
    }
}

void Window::wait_for_next_frame() {
    // Uncapped frames with software GL would take the core that training needs.
    const auto period = std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(software_ ? 1.0 / 60 : 1.0 / 250));
    // From due time to due time, so that what follows the wait does not add to it; a late frame starts a new count.
    next_frame_ = std::max(next_frame_ + period, Clock::now() - period);
    if (next_frame_ > Clock::now()) std::this_thread::sleep_until(next_frame_);
}

void Window::toggle_fullscreen() {
    if (glfwGetWindowMonitor(window_)) {
        glfwSetWindowMonitor(window_, nullptr, restore_[0], restore_[1], restore_[2], restore_[3], GLFW_DONT_CARE);
        return;
    }
    GLFWmonitor* monitor = glfwGetPrimaryMonitor();
    const GLFWvidmode* mode = monitor ? glfwGetVideoMode(monitor) : nullptr;
    if (!mode) return;
    glfwGetWindowPos(window_, &restore_[0], &restore_[1]);
    glfwGetWindowSize(window_, &restore_[2], &restore_[3]);
    glfwSetWindowMonitor(window_, monitor, 0, 0, mode->width, mode->height, mode->refreshRate);
}

Image Window::picture() const {
    int width = 0, height = 0;
    glfwGetFramebufferSize(window_, &width, &height);
    Image image{width, height, {}};
    render::read_opaque(width, height, image.pixels);
    return image;
}

void Window::save_picture(const std::string& path) { write_png(path, picture(), {{"probflow scene", scene_to_json(session_->scene(), true)}}); }

void Window::perform(std::string_view request) {
    try {
        if (request == "quit") quit_ = true;
        else if (request == "fullscreen") toggle_fullscreen();
        else if (request == "screenshot") {
            const std::string path = unused_name(session_->scene().title, ".png");
            save_picture(path);
            say(Notice::Level::info, "picture saved: " + path);
        } else if (request == "save") {
            const std::string path = ui_.file_path.empty() ? unused_name(session_->scene().title, ".json") : ui_.file_path;
            save_scene(path, session_->scene());
            ui_.file_path = path;
            say(Notice::Level::info, "scene saved: " + path);
        } else if (request == "export") {
            if (export_) {
                export_.reset();
                say(Notice::Level::info, "export cancelled");
                return;
            }
            export_ = std::make_unique<ExportProcess>(session_->scene(), session_->results(), unused_name(session_->scene().title, ".mp4"));
        } else if (request == "open") {
            say(Notice::Level::info, "drop a scene file on the window to open it");
        }
    } catch (const std::exception& error) {
        say(Notice::Level::error, error.what());
    }
}

}  // namespace

int run_window(const Scene& scene, const WindowOptions& options) {
    Window window(scene, options);
    return window.run();
}

}  // namespace pf
