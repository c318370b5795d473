#version 330 core
// A texture and nothing else: software OpenGL has a fast path for exactly that.
uniform sampler2D u_picture;
in vec2 v_at;
out vec4 o_colour;

void main() { o_colour = texture(u_picture, v_at); }
