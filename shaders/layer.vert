#version 330 core
// The whole viewport.
void main() { gl_Position = vec4(vec2((0x16 >> gl_VertexID) & 1, (0x34 >> gl_VertexID) & 1) * 2.0 - 1.0, 0.0, 1.0); }
