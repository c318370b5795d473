#include "app/window/desktop_window.h"

#define GLFW_INCLUDE_NONE
#include <GLFW/glfw3.h>
#include <imgui.h>
#include <imgui_impl_glfw.h>
#include <imgui_impl_opengl3.h>

#include <algorithm>
#include <clocale>
#include <cstdlib>

#include "app/panels/compat.h"
#include "app/render/offscreen.h"
#include "app/render/screen.h"
#include "app/runtime/worker/priority.h"
#include "core/math/errors.h"
#include "core/math/format.h"

namespace pf {
namespace {

DesktopWindow::Events& events_of(GLFWwindow* window) {
    auto& events = *static_cast<DesktopWindow::Events*>(glfwGetWindowUserPointer(window));
    events.any = true;
    return events;
}

// What OpenGL there is, asked for any.
std::string version_at_hand() {
    glfwDefaultWindowHints();
    glfwWindowHint(GLFW_VISIBLE, GLFW_FALSE);
    GLFWwindow* any = glfwCreateWindow(64, 64, "probflow", nullptr, nullptr);
    if (!any) return "none";
    glfwMakeContextCurrent(any);
    const auto get_string = reinterpret_cast<const unsigned char* (*)(unsigned)>(glfwGetProcAddress("glGetString"));
    constexpr unsigned version = 0x1F02;
    const unsigned char* words = get_string ? get_string(version) : nullptr;
    const std::string found = words ? reinterpret_cast<const char*>(words) : "none";
    glfwDestroyWindow(any);
    return found;
}

// GLX has no way to tell whether a swap copies or exchanges, so two pictures are shown and looked for: nearly the same dark ground.
bool swap_copies(GLFWwindow* window) {
    int width = 0, height = 0;
    glfwGetFramebufferSize(window, &width, &height);
    const auto show = [&](std::uint8_t blue) {
        render::clear(width, height, {14, 16, blue, 255});
        glfwSwapBuffers(window);
    };
    show(22), show(23);
    const render::Colour kept = render::pixel(width / 2, height / 2);
    return kept.r == 14 && kept.g == 16 && kept.b == 23;
}

}  // namespace

DesktopWindow::DesktopWindow(int width, int height) {
    come_at_once();  // the thread of software OpenGL, which begins below, too
    // One rasteriser thread leaves the other core to training (performance.md, Drawing).
    setenv("LP_NUM_THREADS", "1", 0);
    static std::string last_error;
    last_error.clear();
    glfwSetErrorCallback([](int, const char* text) { last_error = text; });
#ifdef GLFW_PLATFORM
    glfwInitHint(GLFW_PLATFORM, glfwPlatformSupported(GLFW_PLATFORM_X11) ? GLFW_PLATFORM_X11 : GLFW_ANY_PLATFORM);
#endif
    if (!glfwInit()) throw MissingCapability(fmt::format("no display: {}; 'probflow render SCENE --out film.mp4' needs none", last_error));
    std::setlocale(LC_NUMERIC, "C");  // for letters it asks for the user's locale; Dear ImGui reads what is typed by it
    glfwWindowHint(GLFW_CONTEXT_VERSION_MAJOR, 3);
    glfwWindowHint(GLFW_CONTEXT_VERSION_MINOR, 3);
    glfwWindowHint(GLFW_OPENGL_PROFILE, GLFW_OPENGL_CORE_PROFILE);
    glfwWindowHint(GLFW_SCALE_TO_MONITOR, GLFW_TRUE);
    glfwWindowHint(GLFW_AUTO_ICONIFY, GLFW_FALSE);  // in full screen it stays when the audience's window, or another, gets the keys
    // Nothing here has depth, and without its buffers software OpenGL may take its path for flat pictures.
    glfwWindowHint(GLFW_DEPTH_BITS, 0);
    glfwWindowHint(GLFW_STENCIL_BITS, 0);
    int x = 0, y = 0, room_width = 0, room_height = 0;
    if (GLFWmonitor* monitor = glfwGetPrimaryMonitor()) glfwGetMonitorWorkarea(monitor, &x, &y, &room_width, &room_height);
    if (room_width > 0 && room_height > 0) width = std::min(width, room_width), height = std::min(height, room_height);
    window_ = glfwCreateWindow(width, height, "probflow", nullptr, nullptr);
    if (!window_) {
        const std::string reason = last_error, found = version_at_hand();
        glfwTerminate();
        throw MissingCapability(fmt::format("OpenGL 3.3 core is needed for the window, found {} ({}); on Debian: apt install libgl1-mesa-dri", found, reason));
    }
    glfwSetWindowSizeLimits(window_, 640, 400, GLFW_DONT_CARE, GLFW_DONT_CARE);
    glfwMakeContextCurrent(window_);
    render::load_gl(glfwGetProcAddress);
    software_ = render::software();
    keeps_picture_ = software_ && swap_copies(window_);
    glfwSwapInterval(software_ ? 0 : 1);
    install_callbacks();  // before ImGui's backend, which chains to callbacks that are already there

    IMGUI_CHECKVERSION();
    ImGui::CreateContext();
    ImGuiIO& io = ImGui::GetIO();
    io.IniFilename = nullptr;
    io.ConfigFlags |= ImGuiConfigFlags_NavEnableKeyboard;
    ImGui_ImplGlfw_InitForOpenGL(window_, true);
    ImGui_ImplOpenGL3_Init("#version 330 core");
}

void DesktopWindow::install_callbacks() {
    glfwSetWindowUserPointer(window_, &events_);
    glfwSetKeyCallback(window_, [](GLFWwindow* w, int key, int, int action, int mods) {
        auto& events = events_of(w);
        if (action == GLFW_RELEASE) return;
        events.keys.push_back({key, mods});
        events.pressed.push_back(key);
    });
    glfwSetDropCallback(window_, [](GLFWwindow* w, int count, const char** paths) {
        auto& events = events_of(w);
        for (int i = 0; i < count; ++i) events.dropped.emplace_back(paths[i]);
    });
    glfwSetCharCallback(window_, [](GLFWwindow* w, unsigned) { events_of(w); });
    glfwSetWindowRefreshCallback(window_, [](GLFWwindow* w) { events_of(w).uncovered = true; });
    glfwSetWindowFocusCallback(window_, [](GLFWwindow* w, int) { events_of(w); });
    glfwSetCursorEnterCallback(window_, [](GLFWwindow* w, int) { events_of(w); });
    glfwSetCursorPosCallback(window_, [](GLFWwindow* w, double, double) { events_of(w); });
    glfwSetMouseButtonCallback(window_, [](GLFWwindow* w, int, int, int) { events_of(w); });
    glfwSetScrollCallback(window_, [](GLFWwindow* w, double, double) { events_of(w); });
    glfwSetFramebufferSizeCallback(window_, [](GLFWwindow* w, int, int) { events_of(w).uncovered = true; });
}

DesktopWindow::~DesktopWindow() {
    if (ImGui::GetCurrentContext()) {
        ImGui_ImplOpenGL3_Shutdown();
        ImGui_ImplGlfw_Shutdown();
        ImGui::DestroyContext();
    }
    glfwDestroyWindow(window_);
    glfwTerminate();
}

DesktopWindow::Events DesktopWindow::take_events() {
    Events out = std::exchange(events_, {});
    pressed_.insert(pressed_.end(), out.pressed.begin(), out.pressed.end());
    return out;
}
void DesktopWindow::poll() { glfwPollEvents(); }
void DesktopWindow::wait(double seconds) { glfwWaitEventsTimeout(std::max(1e-3, seconds)); }
void DesktopWindow::wake() { glfwPostEmptyEvent(); }
void DesktopWindow::make_current() { glfwMakeContextCurrent(window_); }

void DesktopWindow::receive(Key key) {
    events_.keys.push_back(key);
    events_.any = true;
}

DesktopWindow::Size DesktopWindow::size() const {
    Size out{};
    glfwGetWindowSize(window_, &out.width, &out.height);
    return out;
}

DesktopWindow::Size DesktopWindow::framebuffer() const {
    Size out{};
    glfwGetFramebufferSize(window_, &out.width, &out.height);
    return out;
}

bool DesktopWindow::drawable() const {
    const Size pixels = framebuffer();
    return pixels.width > 0 && pixels.height > 0 && !glfwGetWindowAttrib(window_, GLFW_ICONIFIED);
}

bool DesktopWindow::closing() const { return glfwWindowShouldClose(window_); }

void DesktopWindow::stay_open() { glfwSetWindowShouldClose(window_, GLFW_FALSE); }

void DesktopWindow::bring_to_sight() {
    if (glfwGetWindowAttrib(window_, GLFW_ICONIFIED)) glfwRestoreWindow(window_);
    glfwRequestWindowAttention(window_);
}

float DesktopWindow::interface_scale() const {
    float x_scale = 1, y_scale = 1;
    glfwGetWindowContentScale(window_, &x_scale, &y_scale);
    return std::clamp(x_scale * static_cast<float>(std::max(1, size().width)) / static_cast<float>(std::max(1, framebuffer().width)), 0.75f, 3.f);
}

void DesktopWindow::begin_frame(double elapsed) {
    ImGui_ImplOpenGL3_NewFrame();
    ImGui_ImplGlfw_NewFrame();
    for (const int key : pressed_) panels::compat::hold_key(key, true);
    panels::compat::enter_presses();
    ImGui::GetIO().DeltaTime = std::max(1e-4f, static_cast<float>(std::min(elapsed, 1.0)));
    ImGui::NewFrame();
    for (const int key : std::exchange(pressed_, {})) panels::compat::hold_key(key, glfwGetKey(window_, key) == GLFW_PRESS);
}

void DesktopWindow::draw_interface() { ImGui_ImplOpenGL3_RenderDrawData(ImGui::GetDrawData()); }

void DesktopWindow::new_fonts() {
    ImGui_ImplOpenGL3_DestroyFontsTexture();
    ImGui_ImplOpenGL3_CreateFontsTexture();  // NewFrame makes one only together with the shaders
}

void DesktopWindow::swap() { glfwSwapBuffers(window_); }

bool DesktopWindow::fullscreen() const { return glfwGetWindowMonitor(window_) != nullptr; }

void DesktopWindow::toggle_fullscreen() {
    if (fullscreen()) {
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

}  // namespace pf
