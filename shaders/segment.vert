#version 330 core
// One segment per instance, as a quad a pixel larger than the line.
layout(location = 0) in vec4 a_ends;        // x0, y0, x1, y1 in the world
layout(location = 1) in float a_half_width; // pixels
layout(location = 2) in vec4 a_colour;
uniform vec3 u_camera;  // centre, pixels per unit
uniform vec2 u_size;    // pixels of the viewport
uniform float u_fade;   // 0: the colour itself, 1: grey
out vec2 v_at;          // pixels along the line from its start, and across
flat out float v_length;
flat out float v_half_width;
flat out vec4 v_colour;

void main() {
    vec2 start = (a_ends.xy - u_camera.xy) * u_camera.z;
    vec2 along = (a_ends.zw - u_camera.xy) * u_camera.z - start;
    float line = length(along);
    vec2 direction = line > 1e-6 ? along / line : vec2(1.0, 0.0);
    float margin = a_half_width + 1.0;
    float end = float(gl_VertexID & 1), side = float(gl_VertexID >> 1) * 2.0 - 1.0;
    v_at = vec2(mix(-margin, line + margin, end), side * margin);
    v_length = line;
    v_half_width = a_half_width;
    v_colour = vec4(mix(a_colour.rgb, vec3(dot(a_colour.rgb, vec3(0.2126, 0.7152, 0.0722))), u_fade), a_colour.a);
    vec2 pixel = start + v_at.x * direction + v_at.y * vec2(-direction.y, direction.x);
    gl_Position = line < 1e7 ? vec4(2.0 * pixel / u_size, 0.0, 1.0) : vec4(2.0, 2.0, 2.0, 1.0);  // beyond the clip volume, also for NaN
}
