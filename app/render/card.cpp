#include "app/render/card.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "app/render/splat.h"
#include "app/render/trails.h"
#include "core/math/errors.h"

namespace pf::render {
namespace {

// What shaders fetch from the first buffer.
std::size_t places(Eigen::Index slices, Eigen::Index particles) { return static_cast<std::size_t>(2 * (slices + 1) * particles + 2 * slices); }

Eigen::Index most_rows(const PaneFrame& frame) {
    Eigen::Index most = frame.particles != nullptr ? frame.particles->rows() : 0;
    for (const Points* slice : frame.trail) most = std::max(most, slice != nullptr ? slice->rows() : 0);
    return most;
}

}  // namespace

void set_camera(const gl::Program& program, const PaneFrame& frame) {
    program.use();
    program.set("u_camera", static_cast<float>(frame.camera.x), static_cast<float>(frame.camera.y), static_cast<float>(1 / frame.camera.units_per_pixel));
    program.set("u_size", float(frame.viewport.width), float(frame.viewport.height));
    program.set("u_fade", frame.stale ? static_cast<float>(stale_fade) : 0.f);
}

CardCanvas::CardCanvas()
    : trail_(gl::make_program("trail", {"u_points", "u_colours", "u_count", "u_spacing", "u_camera", "u_size", "u_fade"})),
      disc_(gl::make_program("disc", {"u_points", "u_colours", "u_count", "u_camera", "u_size", "u_fade", "u_radius", "u_rim", "u_opacity"})),
      layer_(gl::make_program("layer", {"u_layer", "u_corner", "u_cover"})), places_view_(gl::make_buffer_texture(places_, GL_R32F)), colours_view_(gl::make_buffer_texture(colours_, GL_RGBA8)),
      pixels_(gl::make_texture(GL_TEXTURE_2D, GL_NEAREST)) {
    glGetIntegerv(GL_MAX_TEXTURE_BUFFER_SIZE, &most_places_);
}

bool CardCanvas::takes(const PaneFrame& frame) const {
    const Eigen::Index rows = most_rows(frame);
    return rows <= SplatCanvas::most_discs && places(static_cast<Eigen::Index>(frame.trail.size()), rows) <= static_cast<std::size_t>(most_places_);
}

// Block by block all x, then all y: the slices, the particles; then the pens.
void CardCanvas::upload(const PaneFrame& frame, const Trails& trails, Eigen::Index rows) {
    const auto slices = static_cast<Eigen::Index>(trails.slices().size());
    const auto bytes = static_cast<GLsizeiptr>(places(slices, rows) * sizeof(float));
    glBindBuffer(GL_TEXTURE_BUFFER, places_.name());
    glBufferData(GL_TEXTURE_BUFFER, bytes, nullptr, GL_STREAM_DRAW);
    auto* to = static_cast<float*>(glMapBufferRange(GL_TEXTURE_BUFFER, 0, bytes, GL_MAP_WRITE_BIT | GL_MAP_INVALIDATE_BUFFER_BIT));
    check(to != nullptr, "the graphics card has no {} bytes for particles", bytes);
    const auto put = [&](const Points* points) {
        const Eigen::Index there = points != nullptr ? points->rows() : 0;
        for (Eigen::Index axis = 0; axis < 2; ++axis, to += rows) {
            if (there > 0) std::copy_n(points->col(axis).data(), there, to);
            std::fill_n(to + there, rows - there, std::numeric_limits<float>::quiet_NaN());
        }
    };
    for (const Trails::Slice& slice : trails.slices()) put(slice.points);
    put(frame.particles != nullptr || slices == 0 ? frame.particles : trails.slices().back().points);  // without particles trails end where they are
    for (const Trails::Slice& slice : trails.slices()) *to++ = trails.dot_opacity(slice), *to++ = slice.width;
    glUnmapBuffer(GL_TEXTURE_BUFFER);

    constexpr Colour white{255, 255, 255, 255};
    const std::span<const Colour> colours = frame.particle_colours.empty() ? std::span(&white, 1) : frame.particle_colours;
    glBindBuffer(GL_TEXTURE_BUFFER, colours_.name());
    glBufferData(GL_TEXTURE_BUFFER, static_cast<GLsizeiptr>(colours.size_bytes()), colours.data(), GL_STREAM_DRAW);
    glBindBuffer(GL_TEXTURE_BUFFER, 0);
}

void CardCanvas::draw(const PaneFrame& frame) {
    const Eigen::Index rows = most_rows(frame);
    if (rows == 0) return;
    const Viewport& view = frame.viewport;
    const Trails trails(frame);
    upload(frame, trails, rows);
    GLint shown = 0;
    glGetIntegerv(GL_DRAW_FRAMEBUFFER_BINDING, &shown);
    glBindFramebuffer(GL_DRAW_FRAMEBUFFER, framebuffer_.name());
    gl::bind(0, GL_TEXTURE_2D, pixels_.name());
    if (view.width > width_ || view.height > height_) {
        width_ = std::max(width_, view.width), height_ = std::max(height_, view.height);
        // 16 bits: in 8 what is paler than 1/512 would be nothing, however often it is laid.
        glTexImage2D(GL_TEXTURE_2D, 0, GL_RGBA16F, width_, height_, 0, GL_RGBA, GL_HALF_FLOAT, nullptr);
        glFramebufferTexture2D(GL_DRAW_FRAMEBUFFER, GL_COLOR_ATTACHMENT0, GL_TEXTURE_2D, pixels_.name(), 0);
    }
    glViewport(0, 0, view.width, view.height);
    glScissor(0, 0, view.width, view.height);
    glClearColor(0, 0, 0, 0);
    glClear(GL_COLOR_BUFFER_BIT);

    glEnable(GL_BLEND);
    glBlendEquation(GL_FUNC_ADD);
    glBlendFunc(GL_ONE, GL_ONE_MINUS_SRC_ALPHA);
    glBindVertexArray(nothing_.name());
    gl::bind(1, GL_TEXTURE_BUFFER, colours_view_.name());
    gl::bind(0, GL_TEXTURE_BUFFER, places_view_.name());
    const auto slices = static_cast<int>(trails.slices().size()), stride = static_cast<int>(trails.stride());
    const auto draw = [&](const gl::Program& program, Eigen::Index quads) {
        set_camera(program, frame);
        program.set("u_points", 0);
        program.set("u_colours", 1);
        program.set("u_count", std::array{static_cast<int>(rows), slices, std::max(1, static_cast<int>(frame.particle_colours.size())), stride});
        glDrawArrays(GL_TRIANGLES, 0, static_cast<GLsizei>(6 * quads));
    };
    if (slices > 0) {
        trail_.use();
        trail_.set("u_spacing", trails.spacing());
        draw(trail_, slices * ((trails.count() + stride - 1) / stride));
    }
    if (frame.particles != nullptr) {
        disc_.use();
        // An edge a pixel wide adds π/12 to the area of a disc.
        const auto edge = [](float r) { return std::sqrt(std::max(0.f, r * r - 1.f / 12)); };
        // Where it is smaller than its edge it would come and go between the middles of pixels: paler instead.
        const float radius = disc_radius(frame), drawn = std::max(0.5f, radius), share = radius / drawn;
        disc_.set("u_radius", edge(drawn), edge(drawn + rim(drawn)));
        disc_.set("u_rim", rim_opacity);
        disc_.set("u_opacity", share * share);
        draw(disc_, frame.particles->rows());
    }

    glBindFramebuffer(GL_DRAW_FRAMEBUFFER, static_cast<GLuint>(shown));
    glViewport(view.x, view.y, view.width, view.height);
    glScissor(view.x, view.y, view.width, view.height);
    layer_.use();
    layer_.set("u_layer", 0);
    layer_.set("u_corner", view.x, view.y);
    layer_.set("u_cover", frame.particle_cover);
    glDrawArrays(GL_TRIANGLES, 0, 6);
    gl::bind(1, GL_TEXTURE_BUFFER, 0);
    gl::bind(0, GL_TEXTURE_BUFFER, 0);
    gl::bind(0, GL_TEXTURE_2D, 0);
}

}  // namespace pf::render
