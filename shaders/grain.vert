#version 330 core
// The whole viewport. u_box and u_grain_box map its [0, 1]² to that of the density's box and of the grey texture's: scale, offset.
uniform vec4 u_box;
uniform vec4 u_grain_box;
out vec2 v_box;
out vec2 v_grain;

void main() {
    vec2 corner = vec2((0x16 >> gl_VertexID) & 1, (0x34 >> gl_VertexID) & 1);
    v_box = corner * u_box.xy + u_box.zw;
    v_grain = corner * u_grain_box.xy + u_grain_box.zw;
    gl_Position = vec4(2.0 * corner - 1.0, 0.0, 1.0);
}
