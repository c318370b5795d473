#version 330 core
// A part of the viewport as two triangles: u_place maps [0, 1]² to it, u_box the viewport's [0, 1]² to the texture's; scale, offset.
uniform vec4 u_place;
uniform vec4 u_box;
out vec2 v_at;

void main() {
    vec2 corner = vec2((0x16 >> gl_VertexID) & 1, (0x34 >> gl_VertexID) & 1);
    vec2 at = corner * u_place.xy + u_place.zw;
    v_at = at * u_box.xy + u_box.zw;
    gl_Position = vec4(2.0 * at - 1.0, 0.0, 1.0);
}
