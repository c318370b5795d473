#include "app/render/renderer.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstddef>
#include <map>
#include <optional>
#include <thread>
#include <utility>
#include <vector>

#include "app/render/card.h"
#include "app/render/screen.h"
#include "app/render/splat.h"
#include "core/math/errors.h"

namespace pf::render {
namespace {

bool has_heat(const PaneFrame& frame) {
    return frame.density != nullptr && frame.density->size() > 0 && frame.density_max > 0 && frame.density_box.x_max > frame.density_box.x_min &&
           frame.density_box.y_max > frame.density_box.y_min;
}

struct Pane {
    SplatCanvas canvas;
    gl::Texture splats = gl::make_texture(GL_TEXTURE_2D, GL_NEAREST);
    gl::Texture density = gl::make_texture(GL_TEXTURE_2D, GL_LINEAR);
    int width = 0, height = 0;  // of the splats
    gl::Texture grain = gl::make_texture(GL_TEXTURE_2D, GL_LINEAR);
    int grain_width = 0, grain_height = 0;
    std::uint64_t grain_revision = 0;
    GLsizei density_columns = 0, density_rows = 0;  // 0: none yet
    std::uint64_t density_revision = 0;
    float density_max = 0;
    bool heat = false;
    Colour outside;
    std::array<Colour, 256> table{};  // the colours that the texture holds

    Pane() {
        glTexParameteri(GL_TEXTURE_2D, GL_TEXTURE_WRAP_S, GL_CLAMP_TO_BORDER);  // of the grain, which was made last
        glTexParameteri(GL_TEXTURE_2D, GL_TEXTURE_WRAP_T, GL_CLAMP_TO_BORDER);
        const std::array<float, 4> middle{0.5f, 0.5f, 0.5f, 1};
        glTexParameterfv(GL_TEXTURE_2D, GL_TEXTURE_BORDER_COLOR, middle.data());
    }
};

}  // namespace

struct Renderer::Impl {
    gl::Program picture_program = gl::make_program("picture", {"u_place", "u_box", "u_picture"});
    gl::Program grain_program = gl::make_program("grain", {"u_box", "u_grain_box", "u_heat", "u_texture", "u_grain"});
    gl::Program segment_program = gl::make_program("segment", {"u_camera", "u_size", "u_fade"});
    gl::Program surface_program = gl::make_program("surface", {"u_camera", "u_size", "u_fade"});
    gl::VertexArray nothing = gl::make_vertex_array(), segment_layout = gl::make_vertex_array(), surface_layout = gl::make_vertex_array();
    gl::Buffer segment_buffer = gl::make_buffer(), vertex_buffer = gl::make_buffer(), index_buffer = gl::make_buffer();
    std::vector<std::uint32_t> texels;
    std::map<int, Pane> panes;
    Statistics statistics;
    bool begun = false;
    std::optional<CardCanvas> card;

    explicit Impl(bool by_card) {
        if (by_card) card.emplace();
        glBindVertexArray(segment_layout.name());
        glBindBuffer(GL_ARRAY_BUFFER, segment_buffer.name());
        const auto attribute = [](GLuint index, GLint size, GLenum type, GLboolean normalised, std::size_t offset) {
            glEnableVertexAttribArray(index);
            glVertexAttribPointer(index, size, type, normalised, sizeof(Segment), reinterpret_cast<const void*>(offset));
            glVertexAttribDivisor(index, 1);
        };
        attribute(0, 4, GL_FLOAT, GL_FALSE, offsetof(Segment, x0));
        attribute(1, 1, GL_FLOAT, GL_FALSE, offsetof(Segment, half_width));
        attribute(2, 4, GL_UNSIGNED_BYTE, GL_TRUE, offsetof(Segment, colour));
        glBindVertexArray(surface_layout.name());
        glBindBuffer(GL_ARRAY_BUFFER, vertex_buffer.name());
        glBindBuffer(GL_ELEMENT_ARRAY_BUFFER, index_buffer.name());
        glEnableVertexAttribArray(0);
        glVertexAttribPointer(0, 2, GL_FLOAT, GL_FALSE, sizeof(Vertex), reinterpret_cast<const void*>(offsetof(Vertex, x)));
        glEnableVertexAttribArray(1);
        glVertexAttribPointer(1, 4, GL_UNSIGNED_BYTE, GL_TRUE, sizeof(Vertex), reinterpret_cast<const void*>(offsetof(Vertex, colour)));
        glBindVertexArray(0);
        glBindBuffer(GL_ARRAY_BUFFER, 0);
    }

    // What the heat map shows for 0 … max on this frame's ground; nothing but ground without a density.
    static std::array<Colour, 256> table_of(const PaneFrame& frame, const CanvasStyle& style) {
        std::array<Colour, 256> table = frame.difference ? difference_table(style) : heat_table(style);
        const float opacity = has_heat(frame) ? frame.density_opacity : 0;
        const auto mix = [&](std::uint8_t ground, std::uint8_t heat) { return static_cast<std::uint8_t>(std::lround(float(ground) + opacity * float(heat - ground))); };
        for (Colour& entry : table) {
            const Colour ground = style.background;
            entry = {mix(ground.r, entry.r), mix(ground.g, entry.g), mix(ground.b, entry.b), 255};
            if (frame.stale) entry = faded(entry);
        }
        return table;
    }

    // The density as colours, one texel a cell: software OpenGL filters bytes several times faster than floats and a table. A ring of ground about it.
    void upload_density(Pane& pane, const PaneFrame& frame, const CanvasStyle& style) {
        const bool heat = has_heat(frame);
        const auto table = table_of(frame, style);
        const bool same_values = pane.heat == heat && (!heat || (pane.density_revision == frame.density_revision && pane.density_max == frame.density_max));
        if (same_values && pane.table == table) return;
        const auto columns = heat ? static_cast<GLsizei>(frame.density->cols()) : 1, rows = heat ? static_cast<GLsizei>(frame.density->rows()) : 1;
        std::array<std::uint32_t, 256> colours;
        for (std::size_t i = 0; i < colours.size(); ++i) colours[i] = blue_first(table[i]);
        // Outside its box the density is none, which is the ground; of differences the middle stands for none.
        const auto pitch = static_cast<std::size_t>(columns) + 2;
        pane.outside = table[frame.difference ? 128 : 0];
        texels.assign(pitch * (static_cast<std::size_t>(rows) + 2), blue_first(pane.outside));
        if (heat) {
            // No call in the loop, so that it is vectorised but for the table.
            const float scale = (frame.difference ? 127.5f : 255.f) / frame.density_max, zero = frame.difference ? 128.f : 0.5f;
            for (std::size_t row = 0; row < static_cast<std::size_t>(rows); ++row) {
                const float* value = frame.density->data() + row * static_cast<std::size_t>(columns);
                std::uint32_t* texel = texels.data() + (row + 1) * pitch + 1;
                for (std::size_t i = 0; i < static_cast<std::size_t>(columns); ++i) {
                    const float place = value[i] == value[i] ? zero + scale * value[i] : zero;  // NaN as 0
                    texel[i] = colours[static_cast<std::size_t>(static_cast<int>(std::min(std::max(place, 0.f), 255.f)))];
                }
            }
        }
        gl::bind(0, GL_TEXTURE_2D, pane.density.name());
        if (columns == pane.density_columns && rows == pane.density_rows)
            glTexSubImage2D(GL_TEXTURE_2D, 0, 0, 0, columns + 2, rows + 2, GL_BGRA, GL_UNSIGNED_BYTE, texels.data());
        else
            gl::allocate(columns + 2, rows + 2, texels.data());
        pane.density_columns = columns, pane.density_rows = rows;
        pane.density_revision = frame.density_revision;
        pane.density_max = frame.density_max;
        pane.heat = heat;
        pane.table = table;
        if (heat) ++statistics.uploads;
    }

    bool by_card(const PaneFrame& frame) const { return card && card->takes(frame); }

    void upload_splats(Pane& pane, const PaneFrame& frame) {
        const auto start = std::chrono::steady_clock::now();
        pane.canvas.draw(frame);
        statistics.particles_ms = std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start).count();
        statistics.culled = pane.canvas.culled();
        PixelBox box = pane.canvas.take_changes();
        gl::bind(1, GL_TEXTURE_2D, pane.splats.name());
        if (pane.width != frame.viewport.width || pane.height != frame.viewport.height) {
            pane.width = frame.viewport.width, pane.height = frame.viewport.height;
            gl::allocate(pane.width, pane.height, nullptr);
            box = {0, 0, pane.width, pane.height};
        }
        if (box.empty()) return;
        glPixelStorei(GL_UNPACK_ROW_LENGTH, pane.canvas.pitch());
        glTexSubImage2D(GL_TEXTURE_2D, 0, box.x0, box.y0, box.x1 - box.x0, box.y1 - box.y0, GL_BGRA, GL_UNSIGNED_BYTE,
                        pane.canvas.pixels() + static_cast<std::ptrdiff_t>(box.y0) * pane.canvas.pitch() + box.x0);
        glPixelStorei(GL_UNPACK_ROW_LENGTH, 0);
    }

    void upload_texture(Pane& pane, const PaneFrame& frame) {
        if (frame.texture == nullptr || (pane.grain_width == frame.texture_width && pane.grain_height == frame.texture_height && pane.grain_revision == frame.texture_revision)) return;
        const int width = frame.texture_width, height = frame.texture_height;
        check(frame.texture->size() == static_cast<std::size_t>(width) * static_cast<std::size_t>(height), "{} texels are not {} × {}", frame.texture->size(), width, height);
        gl::bind(2, GL_TEXTURE_2D, pane.grain.name());
        glPixelStorei(GL_UNPACK_ALIGNMENT, 1);
        if (width == pane.grain_width && height == pane.grain_height) glTexSubImage2D(GL_TEXTURE_2D, 0, 0, 0, width, height, GL_RED, GL_UNSIGNED_BYTE, frame.texture->data());
        else glTexImage2D(GL_TEXTURE_2D, 0, GL_R8, width, height, 0, GL_RED, GL_UNSIGNED_BYTE, frame.texture->data());
        glPixelStorei(GL_UNPACK_ALIGNMENT, 4);
        pane.grain_width = width, pane.grain_height = height;
        pane.grain_revision = frame.texture_revision;
    }

    // From [0, 1]² of the pane to that of a box: scale, offset.
    static std::array<float, 4> to_box(const PaneFrame& frame, const Box& box) {
        const double per_pixel = frame.camera.units_per_pixel, width = per_pixel * frame.viewport.width, height = per_pixel * frame.viewport.height;
        const double box_width = box.x_max - box.x_min, box_height = box.y_max - box.y_min;
        return {static_cast<float>(width / box_width), static_cast<float>(height / box_height), static_cast<float>((frame.camera.x - width / 2 - box.x_min) / box_width),
                static_cast<float>((frame.camera.y - height / 2 - box.y_min) / box_height)};
    }

    // The density, or all with a grey texture over it; what is outside is there already.
    void draw_ground(const Pane& pane, const PaneFrame& frame, const CanvasStyle& style) {
        Box box = has_heat(frame) ? frame.density_box : Box{0, 1, 0, 1};
        // With its ring.
        const double cell_x = (box.x_max - box.x_min) / pane.density_columns, cell_y = (box.y_max - box.y_min) / pane.density_rows;
        box = {box.x_min - cell_x, box.x_max + cell_x, box.y_min - cell_y, box.y_max + cell_y};
        glDisable(GL_BLEND);
        gl::bind(0, GL_TEXTURE_2D, pane.density.name());
        if (frame.texture == nullptr || frame.texture_opacity <= 0) {
            if (!has_heat(frame)) return;
            // From the middle of the ring's first texels to that of its last, and in the pane: software OpenGL is slow where it has to clamp.
            const auto map = to_box(frame, box);
            const auto end = [](float v, float scale, float offset) { return std::clamp((v - offset) / scale, 0.f, 1.f); };
            const float half_x = 0.5f / float(pane.density_columns + 2), half_y = 0.5f / float(pane.density_rows + 2);
            const float x0 = end(half_x, map[0], map[2]), x1 = end(1 - half_x, map[0], map[2]), y0 = end(half_y, map[1], map[3]), y1 = end(1 - half_y, map[1], map[3]);
            if (x1 > x0 && y1 > y0) draw_picture({x1 - x0, y1 - y0, x0, y0}, map);
            return;
        }
        const float o = frame.texture_opacity;
        grain_program.use();
        grain_program.set("u_box", to_box(frame, box));
        grain_program.set("u_grain_box", to_box(frame, frame.texture_box));
        grain_program.set("u_heat", 0);
        grain_program.set("u_texture", 2);
        // A dark ground has no lightness to take away, a light one none to add.
        if (style.dark) grain_program.set("u_grain", 0.45f * o, 0.30f * o, 0.05f * o);
        else grain_program.set("u_grain", 0.40f * o, 0.f, -0.07f * o);
        gl::bind(2, GL_TEXTURE_2D, pane.grain.name());
        glBindVertexArray(nothing.name());
        glDrawArrays(GL_TRIANGLES, 0, 6);
    }

    void draw_particles(const Pane& pane, const PaneFrame& frame) {
        if (!by_card(frame)) return draw_splats(pane, frame);
        const auto start = std::chrono::steady_clock::now();
        card->draw(frame);
        statistics.particles_ms = std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start).count();
        statistics.culled = frame.particles != nullptr ? count_non_finite(*frame.particles) : 0;
    }

    // Only where there are any.
    void draw_splats(const Pane& pane, const PaneFrame& frame) {
        const PixelBox box = pane.canvas.painted();
        if (box.empty()) return;
        const float width = float(frame.viewport.width), height = float(frame.viewport.height);
        glEnable(GL_BLEND);
        glBlendEquation(GL_FUNC_ADD);
        glBlendFunc(GL_ONE, GL_ONE_MINUS_SRC_ALPHA);
        gl::bind(0, GL_TEXTURE_2D, pane.splats.name());
        draw_picture({float(box.x1 - box.x0) / width, float(box.y1 - box.y0) / height, float(box.x0) / width, float(box.y0) / height}, {1, 1, 0, 0});
    }

    // The texture of unit 0 on a part of the pane, both by scale and offset of [0, 1]².
    void draw_picture(const std::array<float, 4>& place, const std::array<float, 4>& box) {
        picture_program.use();
        picture_program.set("u_place", place);
        picture_program.set("u_box", box);
        picture_program.set("u_picture", 0);
        glBindVertexArray(nothing.name());
        glDrawArrays(GL_TRIANGLES, 0, 6);
    }

    void draw_surface(const PaneFrame& frame) {
        if (frame.triangles.empty()) return;
        glBindVertexArray(surface_layout.name());
        glBindBuffer(GL_ARRAY_BUFFER, vertex_buffer.name());
        glBufferData(GL_ARRAY_BUFFER, static_cast<GLsizeiptr>(frame.vertices.size_bytes()), frame.vertices.data(), GL_STREAM_DRAW);
        glBufferData(GL_ELEMENT_ARRAY_BUFFER, static_cast<GLsizeiptr>(frame.triangles.size_bytes()), frame.triangles.data(), GL_STREAM_DRAW);
        set_camera(surface_program, frame);
        glDisable(GL_BLEND);
        glDrawElements(GL_TRIANGLES, static_cast<GLsizei>(frame.triangles.size()), GL_UNSIGNED_INT, nullptr);
    }

    void draw_segments(const PaneFrame& frame) {
        if (frame.segments.empty()) return;
        glBindBuffer(GL_ARRAY_BUFFER, segment_buffer.name());
        glBufferData(GL_ARRAY_BUFFER, static_cast<GLsizeiptr>(frame.segments.size_bytes()), frame.segments.data(), GL_STREAM_DRAW);
        set_camera(segment_program, frame);
        glEnable(GL_BLEND);
        glBlendEquation(GL_FUNC_ADD);
        glBlendFuncSeparate(GL_SRC_ALPHA, GL_ONE_MINUS_SRC_ALPHA, GL_ONE, GL_ONE_MINUS_SRC_ALPHA);
        glBindVertexArray(segment_layout.name());
        glDrawArraysInstanced(GL_TRIANGLE_STRIP, 0, 4, static_cast<GLsizei>(frame.segments.size()));
    }
};

Renderer::Renderer() : Renderer(!software()) {}
Renderer::Renderer(bool by_card) : impl_(std::make_unique<Impl>(by_card)) {}
Renderer::~Renderer() = default;

void Renderer::draw(int pane_index, const PaneFrame& frame, const CanvasStyle& style) {
    const Viewport& view = frame.viewport;
    if (view.width <= 0 || view.height <= 0) return;
    check(frame.camera.units_per_pixel > 0, "the camera shows {} units per pixel", frame.camera.units_per_pixel);
    if (!std::exchange(impl_->begun, true)) {
        // Software OpenGL finds with its first drawing that it may take its fast path, and takes it from the next on, whose last bits differ: so the first one
        // draws nothing.
        impl_->draw_picture({}, {});
        glFinish();
    }
    Pane& pane = impl_->panes[pane_index];
    std::array<GLint, 4> before{};
    glGetIntegerv(GL_VIEWPORT, before.data());
    glPixelStorei(GL_UNPACK_ALIGNMENT, 4);
    impl_->upload_density(pane, frame, style);
    if (!impl_->by_card(frame)) impl_->upload_splats(pane, frame);
    impl_->upload_texture(pane, frame);
    fill(view, pane.outside);
    glViewport(view.x, view.y, view.width, view.height);
    glScissor(view.x, view.y, view.width, view.height);
    glEnable(GL_SCISSOR_TEST);
    glDisable(GL_DEPTH_TEST);
    glDisable(GL_CULL_FACE);
    impl_->draw_ground(pane, frame, style);
    impl_->draw_particles(pane, frame);
    impl_->draw_surface(frame);
    impl_->draw_segments(frame);
    glDisable(GL_BLEND);
    glDisable(GL_SCISSOR_TEST);
    glBindVertexArray(0);
    glBindBuffer(GL_ARRAY_BUFFER, 0);
    glUseProgram(0);
    gl::bind(2, GL_TEXTURE_2D, 0);
    gl::bind(1, GL_TEXTURE_2D, 0);
    gl::bind(0, GL_TEXTURE_2D, 0);
    glViewport(before[0], before[1], before[2], before[3]);
}

void Renderer::prepare(std::span<const std::pair<int, PaneFrame>> frames, unsigned threads) {
    if (threads < 2 || frames.size() < 2) return;
    std::vector<std::jthread> others;
    for (const auto& [pane, frame] : frames) {
        if (frame.viewport.width <= 0 || frame.viewport.height <= 0 || impl_->by_card(frame)) continue;
        SplatCanvas& canvas = impl_->panes[pane].canvas;
        others.emplace_back([&canvas, &shown = frame, threads] { canvas.draw(shown, threads); });
    }
}

Renderer::Statistics Renderer::statistics() const { return impl_->statistics; }

}  // namespace pf::render
