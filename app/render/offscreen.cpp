#include "app/render/offscreen.h"

#include <glad/gl.h>

#define EGL_EGLEXT_PROTOTYPES 0
#include <EGL/egl.h>
#include <EGL/eglext.h>
#define GLFW_INCLUDE_NONE
#include <GLFW/glfw3.h>

#include <array>
#include <string_view>

#include "core/math/errors.h"

namespace pf::render {
namespace {

const char* text(GLenum name) {
    const GLubyte* found = glGetString(name);
    return found != nullptr ? reinterpret_cast<const char*>(found) : "?";
}

bool has(const char* extensions, std::string_view name) {
    return extensions != nullptr && std::string_view(extensions).find(name) != std::string_view::npos;
}

// An EGL context without surface. Displays are shared by the whole process, so they are never terminated.
struct EglContext {
    EGLDisplay display = EGL_NO_DISPLAY;
    EGLContext context = EGL_NO_CONTEXT;

    bool open(EGLDisplay candidate) {
        if (candidate == EGL_NO_DISPLAY || eglInitialize(candidate, nullptr, nullptr) == EGL_FALSE) return false;
        if (!has(eglQueryString(candidate, EGL_EXTENSIONS), "EGL_KHR_surfaceless_context") || eglBindAPI(EGL_OPENGL_API) == EGL_FALSE) return false;
        const std::array<EGLint, 5> wanted_config{EGL_SURFACE_TYPE, 0, EGL_RENDERABLE_TYPE, EGL_OPENGL_BIT, EGL_NONE};
        EGLConfig config = nullptr;
        EGLint count = 0;
        if (eglChooseConfig(candidate, wanted_config.data(), &config, 1, &count) == EGL_FALSE || count < 1) return false;
        const std::array<EGLint, 7> core{EGL_CONTEXT_MAJOR_VERSION, 3, EGL_CONTEXT_MINOR_VERSION, 3, EGL_CONTEXT_OPENGL_PROFILE_MASK,
                                         EGL_CONTEXT_OPENGL_CORE_PROFILE_BIT, EGL_NONE};
        const std::array<EGLint, 1> any{EGL_NONE};  // too old, but tells its version
        display = candidate;
        context = eglCreateContext(candidate, config, EGL_NO_CONTEXT, core.data());
        if (context == EGL_NO_CONTEXT) context = eglCreateContext(candidate, config, EGL_NO_CONTEXT, any.data());
        return context != EGL_NO_CONTEXT && eglMakeCurrent(display, EGL_NO_SURFACE, EGL_NO_SURFACE, context) == EGL_TRUE;
    }

    void close() {
        if (context == EGL_NO_CONTEXT) return;
        eglMakeCurrent(display, EGL_NO_SURFACE, EGL_NO_SURFACE, EGL_NO_CONTEXT);
        eglDestroyContext(display, context);
        context = EGL_NO_CONTEXT;
    }
};

template <class Function>
Function egl_function(const char* name) {
    return reinterpret_cast<Function>(eglGetProcAddress(name));
}

std::vector<EGLDisplay> device_displays() {
    const auto query = egl_function<PFNEGLQUERYDEVICESEXTPROC>("eglQueryDevicesEXT");
    const auto display = egl_function<PFNEGLGETPLATFORMDISPLAYEXTPROC>("eglGetPlatformDisplayEXT");
    const char* extensions = eglQueryString(EGL_NO_DISPLAY, EGL_EXTENSIONS);
    if (query == nullptr || display == nullptr || !has(extensions, "EGL_EXT_platform_device")) return {};
    std::array<EGLDeviceEXT, 16> devices{};
    EGLint count = 0;
    if (query(static_cast<EGLint>(devices.size()), devices.data(), &count) == EGL_FALSE) return {};
    std::vector<EGLDisplay> displays;
    for (EGLint i = 0; i < count; ++i) displays.push_back(display(EGL_PLATFORM_DEVICE_EXT, devices[static_cast<std::size_t>(i)], nullptr));
    return displays;
}

EGLDisplay surfaceless_display() {
    const auto display = egl_function<PFNEGLGETPLATFORMDISPLAYEXTPROC>("eglGetPlatformDisplayEXT");
    if (display == nullptr || !has(eglQueryString(EGL_NO_DISPLAY, EGL_EXTENSIONS), "EGL_MESA_platform_surfaceless")) return EGL_NO_DISPLAY;
    return display(EGL_PLATFORM_SURFACELESS_MESA, nullptr, nullptr);
}

// GLFW stays initialised: the host may be using it too.
GLFWwindow* hidden_window() {
    if (glfwInit() == GLFW_FALSE) return nullptr;
    glfwDefaultWindowHints();
    glfwWindowHint(GLFW_VISIBLE, GLFW_FALSE);
    glfwWindowHint(GLFW_CONTEXT_VERSION_MAJOR, 3);
    glfwWindowHint(GLFW_CONTEXT_VERSION_MINOR, 3);
    glfwWindowHint(GLFW_OPENGL_PROFILE, GLFW_OPENGL_CORE_PROFILE);
    GLFWwindow* window = glfwCreateWindow(64, 64, "probflow", nullptr, nullptr);
    if (window != nullptr) glfwMakeContextCurrent(window);
    return window;
}

}  // namespace

void load_gl(GetProc get) {
    const int version = gladLoadGL(get);
    const int found = version == 0 ? 0 : 10 * GLAD_VERSION_MAJOR(version) + GLAD_VERSION_MINOR(version);
    if (found < 33)
        throw MissingCapability(fmt::format("OpenGL 3.3 is needed, found {}: update the graphics driver, or install Mesa (apt install libgl1-mesa-dri)",
                                            version == 0 ? "no OpenGL at all" : fmt::format("OpenGL {} ({})", text(GL_VERSION), text(GL_RENDERER))));
}

struct OffscreenContext::Impl {
    EglContext egl;
    GLFWwindow* window = nullptr;
    std::string description;

    ~Impl() {
        egl.close();
        if (window != nullptr) glfwDestroyWindow(window);
    }

    // Keeps the context if it is recent enough; otherwise remembers why not.
    bool accept(const char* way, GetProc get, std::string& refusal) {
        try {
            load_gl(get);
        } catch (const MissingCapability& error) {
            if (refusal.empty()) refusal = error.what();
            return false;
        }
        description = fmt::format("{}, {}, OpenGL {}", way, text(GL_RENDERER), text(GL_VERSION));
        return true;
    }

    bool try_egl(const char* way, EGLDisplay display, std::string& refusal) {
        if (egl.open(display) && accept(way, eglGetProcAddress, refusal)) return true;
        egl.close();
        return false;
    }
};

OffscreenContext::OffscreenContext() : impl_(std::make_unique<Impl>()) {
    std::string refusal;
    for (const EGLDisplay display : device_displays())
        if (impl_->try_egl("EGL device", display, refusal)) return;
    if (impl_->try_egl("EGL surfaceless", surfaceless_display(), refusal)) return;
    impl_->window = hidden_window();
    if (impl_->window != nullptr && impl_->accept("hidden window", glfwGetProcAddress, refusal)) return;
    throw MissingCapability(!refusal.empty() ? refusal
                                             : "OpenGL 3.3 is needed, found neither an EGL device nor a display: apt install libegl1 libgl1-mesa-dri");
}

OffscreenContext::~OffscreenContext() = default;

const std::string& OffscreenContext::description() const { return impl_->description; }

}  // namespace pf::render
