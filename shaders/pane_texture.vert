#version 330 core
// As pane.vert, and u_grain_box likewise to [0, 1]² of the box of a grey texture.
uniform vec4 u_box;
uniform vec4 u_grain_box;
out vec2 v_pane;
out vec2 v_box;
out vec2 v_grain;

void main() {
    v_pane = vec2((gl_VertexID << 1) & 2, gl_VertexID & 2);
    v_box = v_pane * u_box.xy + u_box.zw;
    v_grain = v_pane * u_grain_box.xy + u_grain_box.zw;
    gl_Position = vec4(2.0 * v_pane - 1.0, 0.0, 1.0);
}
