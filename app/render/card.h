#pragma once
#include <Eigen/Core>

#include "app/render/gl.h"
#include "app/render/renderer.h"

namespace pf::render {

class Trails;

// The program becomes the one in use, its u_camera, u_size and u_fade those of the frame.
void set_camera(const gl::Program& program, const PaneFrame& frame);

// What SplatCanvas draws, drawn by the card: the same discs, and trails as the lines that its dots come close to. The processor only hands over where particles
// are. One OpenGL context, one thread.
class CardCanvas {
public:
    CardCanvas();  // compiles shaders; throws std::runtime_error with the log
    // No more particles than SplatCanvas draws as discs, no more places than the card can look up.
    bool takes(const PaneFrame& frame) const;
    // Over what is in the frame's viewport of the bound framebuffer, which is OpenGL's viewport and scissor, too. Leaves blending enabled.
    void draw(const PaneFrame& frame);

private:
    void upload(const PaneFrame& frame, const Trails& trails, Eigen::Index rows);
    gl::Program trail_, disc_, layer_;
    gl::VertexArray nothing_ = gl::make_vertex_array();
    gl::Buffer places_ = gl::make_buffer(), colours_ = gl::make_buffer();
    gl::Texture places_view_, colours_view_, pixels_;
    gl::FramebufferObject framebuffer_ = gl::make_framebuffer();
    int width_ = 0, height_ = 0;  // of the pixels: those of the largest panes
    GLint most_places_ = 0;
};

}  // namespace pf::render
