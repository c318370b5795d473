#include "app/window/audience_window.h"

#define GLFW_INCLUDE_NONE
#include <GLFW/glfw3.h>

#include <optional>

#include "app/panels/keys.h"
#include "app/picture/compose.h"
#include "app/render/offscreen.h"
#include "app/render/screen.h"
#include "core/math/errors.h"
#include "core/math/format.h"

namespace pf {
namespace {

struct Area {
    int x = 0, y = 0, width = 0, height = 0;
};

Area area_of(GLFWwindow* window) {
    Area out;
    glfwGetWindowPos(window, &out.x, &out.y);
    glfwGetWindowSize(window, &out.width, &out.height);
    return out;
}

// A monitor on which the middle of the first window does not lie; null if there is none.
GLFWmonitor* other_monitor(GLFWwindow* main) {
    const Area a = area_of(main);
    const int x = a.x + a.width / 2, y = a.y + a.height / 2;
    int count = 0;
    GLFWmonitor** monitors = glfwGetMonitors(&count);
    for (int i = 0; i < count; ++i) {
        const GLFWvidmode* mode = glfwGetVideoMode(monitors[i]);
        int left = 0, top = 0;
        glfwGetMonitorPos(monitors[i], &left, &top);
        const bool inside = mode && x >= left && y >= top && x < left + mode->width && y < top + mode->height;
        if (mode && !inside) return monitors[i];
    }
    return nullptr;
}

}  // namespace

struct AudienceWindow::Impl {
    explicit Impl(DesktopWindow& first) : main(first) {
        GLFWmonitor* monitor = other_monitor(main.handle());
        const GLFWvidmode* mode = monitor ? glfwGetVideoMode(monitor) : nullptr;
        glfwWindowHint(GLFW_CONTEXT_VERSION_MAJOR, 3);
        glfwWindowHint(GLFW_CONTEXT_VERSION_MINOR, 3);
        glfwWindowHint(GLFW_OPENGL_PROFILE, GLFW_OPENGL_CORE_PROFILE);
        glfwWindowHint(GLFW_AUTO_ICONIFY, GLFW_FALSE);  // it stays when the lecturer turns to the first one
        glfwWindowHint(GLFW_FOCUS_ON_SHOW, GLFW_FALSE);
        window = glfwCreateWindow(mode ? mode->width : 960, mode ? mode->height : 540, "probflow: audience", monitor, main.handle());
        glfwDefaultWindowHints();
        if (!window) throw MissingCapability("this display gives no second window; F5 fills the first one with the picture");
        glfwSetWindowSizeLimits(window, 320, 180, GLFW_DONT_CARE, GLFW_DONT_CARE);
        glfwSetWindowUserPointer(window, this);
        glfwSetKeyCallback(window, [](GLFWwindow* w, int key, int, int action, int mods) {
            auto& self = *static_cast<Impl*>(glfwGetWindowUserPointer(w));
            if (action == GLFW_RELEASE) return;
            if (key == panels::key::f11 && mods == 0) self.toggle_fullscreen();
            else self.main.receive(DesktopWindow::Key{key, mods});
        });
        glfwSetWindowRefreshCallback(window, again);
        glfwSetWindowCloseCallback(window, again);
        glfwSetFramebufferSizeCallback(window, [](GLFWwindow* w, int, int) { again(w); });
        glfwMakeContextCurrent(window);
        glfwSwapInterval(0);  // the first window keeps the pace
        main.make_current();
    }
    ~Impl() { glfwDestroyWindow(window); }

    static void again(GLFWwindow* w) { static_cast<Impl*>(glfwGetWindowUserPointer(w))->main.draw_again(); }
    void toggle_fullscreen() {
        if (glfwGetWindowMonitor(window)) return glfwSetWindowMonitor(window, nullptr, before.x, before.y, before.width, before.height, GLFW_DONT_CARE);
        before = area_of(window);
        GLFWmonitor* other = other_monitor(main.handle());
        GLFWmonitor* monitor = other ? other : glfwGetPrimaryMonitor();
        if (const GLFWvidmode* mode = monitor ? glfwGetVideoMode(monitor) : nullptr) glfwSetWindowMonitor(window, monitor, 0, 0, mode->width, mode->height, mode->refreshRate);
    }

    DesktopWindow& main;
    GLFWwindow* window = nullptr;
    Area before{64, 64, 960, 540};
    std::optional<render::Framebuffer> picture;
    Presentation presentation;
};

AudienceWindow::AudienceWindow(DesktopWindow& main) : impl_(std::make_unique<Impl>(main)) {}
AudienceWindow::~AudienceWindow() = default;

bool AudienceWindow::closing() const { return glfwWindowShouldClose(impl_->window); }

Reach AudienceWindow::reach(const panels::UiState& ui, const Scene& scene) const {
    int width = 0, height = 0;
    glfwGetFramebufferSize(impl_->window, &width, &height);
    return width < 1 || height < 1 ? Reach{} : presentation_reach(ui, scene, width, height);
}

void AudienceWindow::draw(const panels::UiState& ui, const Scene& scene, const Results& results, const LayerResults& layers) {
    int width = 0, height = 0;
    glfwGetFramebufferSize(impl_->window, &width, &height);
    if (width < 1 || height < 1 || glfwGetWindowAttrib(impl_->window, GLFW_ICONIFIED)) return;
    auto& picture = impl_->picture;
    if (!picture || picture->width() != width || picture->height() != height) {
        picture.reset();
        picture.emplace(width, height);
    }
    picture->bind();
    if (ui.blanked) render::clear(width, height, {0, 0, 0, 255});
    else impl_->presentation.draw(ui, scene, results, layers, words_of(ui), width, height);
    render::bind_window();
    glfwMakeContextCurrent(impl_->window);  // which finishes what the first context was given
    render::show_texture(picture->texture(), width, height);
    glfwSwapBuffers(impl_->window);
    impl_->main.make_current();
}

}  // namespace pf
