#pragma once
#include <glad/gl.h>

#include <array>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

// Owners of OpenGL objects: move-only, deleted here and nowhere else. Included in app/render only.
namespace pf::render::gl {

// One object name; Delete is one of the functions below.
template <auto Delete>
class Object {
public:
    Object() = default;
    explicit Object(GLuint name) : name_(name) {}
    Object(Object&& other) noexcept : name_(std::exchange(other.name_, 0u)) {}
    Object& operator=(Object&& other) noexcept {
        std::swap(name_, other.name_);
        return *this;
    }
    ~Object() {
        if (name_ != 0) Delete(name_);
    }
    GLuint name() const { return name_; }

private:
    GLuint name_ = 0;
};

inline void delete_texture(GLuint name) { glDeleteTextures(1, &name); }
inline void delete_buffer(GLuint name) { glDeleteBuffers(1, &name); }
inline void delete_vertex_array(GLuint name) { glDeleteVertexArrays(1, &name); }
inline void delete_framebuffer(GLuint name) { glDeleteFramebuffers(1, &name); }
inline void delete_shader(GLuint name) { glDeleteShader(name); }
inline void delete_program(GLuint name) { glDeleteProgram(name); }

using Texture = Object<delete_texture>;
using Buffer = Object<delete_buffer>;
using VertexArray = Object<delete_vertex_array>;
using FramebufferObject = Object<delete_framebuffer>;
using Shader = Object<delete_shader>;

inline void bind(int unit, GLenum target, GLuint texture) {
    glActiveTexture(GL_TEXTURE0 + static_cast<GLenum>(unit));
    glBindTexture(target, texture);
}
// Clamped at the edges, no mipmaps; left bound.
Texture make_texture(GLenum target, GLenum filter);
// The bound texture's texels, four bytes each as windows have them: blue, green, red, alpha. Of such textures on such framebuffers, without depth, software
// OpenGL draws rectangles several times faster than any others (llvmpipe's linear path). Only the unsized format is kept as the bytes are.
inline void allocate(GLsizei columns, GLsizei rows, const void* texels) { glTexImage2D(GL_TEXTURE_2D, 0, GL_RGBA, columns, rows, 0, GL_BGRA, GL_UNSIGNED_BYTE, texels); }
Buffer make_buffer();
// What a shader fetches from a buffer, which may be filled later; left bound.
Texture make_buffer_texture(const Buffer& buffer, GLenum format);
VertexArray make_vertex_array();
FramebufferObject make_framebuffer();

// A linked program with the uniforms it is declared to have, set by name while it is in use.
// Compile and link errors throw std::runtime_error with the log; a uniform that is declared but absent, or set but not declared,
// throws std::logic_error.
class Program {
public:
    Program(std::string name, std::string_view vertex, std::string_view fragment, std::initializer_list<const char*> uniforms);
    void use() const { glUseProgram(program_.name()); }
    void set(std::string_view uniform, int value) const { glUniform1i(location(uniform), value); }
    void set(std::string_view uniform, float value) const { glUniform1f(location(uniform), value); }
    void set(std::string_view uniform, float x, float y) const { glUniform2f(location(uniform), x, y); }
    void set(std::string_view uniform, float x, float y, float z) const { glUniform3f(location(uniform), x, y, z); }
    void set(std::string_view uniform, const std::array<float, 4>& v) const { glUniform4fv(location(uniform), 1, v.data()); }
    void set(std::string_view uniform, int x, int y) const { glUniform2i(location(uniform), x, y); }
    void set(std::string_view uniform, const std::array<int, 4>& v) const { glUniform4iv(location(uniform), 1, v.data()); }

private:
    GLint location(std::string_view uniform) const;
    std::string name_;
    Object<delete_program> program_;
    std::vector<std::pair<std::string, GLint>> uniforms_;
};
// NAME.vert and NAME.frag of `shaders`.
Program make_program(const std::string& name, std::initializer_list<const char*> uniforms);

}  // namespace pf::render::gl
