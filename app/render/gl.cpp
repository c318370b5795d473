#include "app/render/gl.h"

#include <array>
#include <stdexcept>

#include "embedded/shaders.h"

namespace pf::render::gl {
namespace {

Shader compile(const std::string& name, GLenum stage, std::string_view source) {
    Shader shader(glCreateShader(stage));
    const char* text = source.data();
    const auto length = static_cast<GLint>(source.size());
    glShaderSource(shader.name(), 1, &text, &length);
    glCompileShader(shader.name());
    GLint ok = GL_FALSE;
    glGetShaderiv(shader.name(), GL_COMPILE_STATUS, &ok);
    if (ok != GL_TRUE) {
        std::array<char, 4096> log{};
        glGetShaderInfoLog(shader.name(), static_cast<GLsizei>(log.size()), nullptr, log.data());
        throw std::runtime_error("shader " + name + " does not compile: " + log.data());
    }
    return shader;
}

}  // namespace

Texture make_texture(GLenum target, GLenum filter) {
    GLuint name = 0;
    glGenTextures(1, &name);
    Texture texture(name);
    glBindTexture(target, name);
    glTexParameteri(target, GL_TEXTURE_MIN_FILTER, static_cast<GLint>(filter));
    glTexParameteri(target, GL_TEXTURE_MAG_FILTER, static_cast<GLint>(filter));
    glTexParameteri(target, GL_TEXTURE_WRAP_S, GL_CLAMP_TO_EDGE);
    glTexParameteri(target, GL_TEXTURE_WRAP_T, GL_CLAMP_TO_EDGE);
    return texture;
}

Buffer make_buffer() {
    GLuint name = 0;
    glGenBuffers(1, &name);
    return Buffer(name);
}

Texture make_buffer_texture(const Buffer& buffer, GLenum format) {
    GLuint name = 0;
    glGenTextures(1, &name);
    Texture texture(name);
    glBindBuffer(GL_TEXTURE_BUFFER, buffer.name());  // which makes it
    glBindTexture(GL_TEXTURE_BUFFER, name);
    glTexBuffer(GL_TEXTURE_BUFFER, format, buffer.name());
    return texture;
}

VertexArray make_vertex_array() {
    GLuint name = 0;
    glGenVertexArrays(1, &name);
    return VertexArray(name);
}

FramebufferObject make_framebuffer() {
    GLuint name = 0;
    glGenFramebuffers(1, &name);
    return FramebufferObject(name);
}

Program::Program(std::string name, std::string_view vertex, std::string_view fragment, std::initializer_list<const char*> uniforms)
    : name_(std::move(name)), program_(glCreateProgram()) {
    const Shader first = compile(name_ + ".vert", GL_VERTEX_SHADER, vertex);
    const Shader second = compile(name_ + ".frag", GL_FRAGMENT_SHADER, fragment);
    glAttachShader(program_.name(), first.name());
    glAttachShader(program_.name(), second.name());
    glLinkProgram(program_.name());
    GLint ok = GL_FALSE;
    glGetProgramiv(program_.name(), GL_LINK_STATUS, &ok);
    if (ok != GL_TRUE) {
        std::array<char, 4096> log{};
        glGetProgramInfoLog(program_.name(), static_cast<GLsizei>(log.size()), nullptr, log.data());
        throw std::runtime_error("program " + name_ + " does not link: " + log.data());
    }
    for (const char* uniform : uniforms) {
        const GLint found = glGetUniformLocation(program_.name(), uniform);
        if (found < 0) throw std::logic_error("program " + name_ + " has no uniform " + uniform);
        uniforms_.emplace_back(uniform, found);
    }
}

GLint Program::location(std::string_view uniform) const {
    for (const auto& [name, location] : uniforms_)
        if (name == uniform) return location;
    throw std::logic_error("program " + name_ + " declares no uniform " + std::string(uniform));
}

Program make_program(const std::string& name, std::initializer_list<const char*> uniforms) { return {name, embedded::shaders(name + ".vert"), embedded::shaders(name + ".frag"), uniforms}; }

}  // namespace pf::render::gl
