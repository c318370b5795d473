#pragma once
#include <string>
#include <utility>
#include <vector>

struct GLFWwindow;

namespace pf {

// The window on the desktop, its OpenGL context and Dear ImGui's backends; and what was done to it since the last look. Main thread only, one per process.
class DesktopWindow {
public:
    // Never larger than the screen has room for. Throws MissingCapability without a display or OpenGL 3.3.
    DesktopWindow(int width, int height);
    ~DesktopWindow();
    DesktopWindow(const DesktopWindow&) = delete;
    DesktopWindow& operator=(const DesktopWindow&) = delete;

    struct Key {
        int key, mods;  // GLFW's numbers
    };
    struct Events {
        std::vector<Key> keys;
        std::vector<int> pressed;          // the same without modifiers
        std::vector<std::string> dropped;  // paths of files
        bool any = false;                  // these, the mouse, the size, or a wish to be drawn again
        bool uncovered = false;            // another size, or the desktop asks for the picture: nothing drawn before may be relied on
    };
    Events take_events();
    void poll();
    void wait(double seconds);  // until there is an event, wake(), or the time is over
    static void wake();         // from any thread, while the window is open
    void receive(Key key);      // pressed in another window of this program
    void draw_again() { events_.any = true; }

    struct Size {
        int width, height;
    };
    Size size() const;         // in the coordinates of mouse and interface
    Size framebuffer() const;  // in pixels; zero while there is nothing to draw on
    bool drawable() const;     // neither minimised nor of size zero
    bool closing() const;  // somebody asked for it
    void stay_open();      // not now
    void bring_to_sight();  // out of the taskbar; where another window has the keyboard, the desktop is told
    bool software() const { return software_; }  // OpenGL on the processor
    // What was drawn stays in the framebuffer through a swap, so that the next frame may draw only what differs. Looked for in software OpenGL only.
    bool keeps_picture() const { return keeps_picture_; }
    float interface_scale() const;               // the monitor's, where window coordinates are pixels (X11)

    void begin_frame(double elapsed);  // of Dear ImGui; seconds since the last
    void draw_interface();             // what ImGui::Render() left
    void new_fonts();                  // after the atlas was made anew
    void swap();
    bool fullscreen() const;
    void toggle_fullscreen();
    void make_current();
    GLFWwindow* handle() const { return window_; }  // for a second window beside it

private:
    void install_callbacks();

    GLFWwindow* window_ = nullptr;
    Events events_;
    std::vector<int> pressed_;  // since the last frame of Dear ImGui
    bool software_ = false, keeps_picture_ = false;
    int restore_[4] = {0, 0, 1280, 720};
};

}  // namespace pf
