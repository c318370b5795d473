#version 330 core
// One triangle over the whole viewport. u_box maps [0, 1]² of the pane to [0, 1]² of the density's box: scale, offset.
uniform vec4 u_box;
out vec2 v_pane;
out vec2 v_box;

void main() {
    v_pane = vec2((gl_VertexID << 1) & 2, gl_VertexID & 2);
    v_box = v_pane * u_box.xy + u_box.zw;
    gl_Position = vec4(2.0 * v_pane - 1.0, 0.0, 1.0);
}
