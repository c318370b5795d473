#version 330 core
// A triangle mesh in the world, coloured at its corners.
layout(location = 0) in vec2 a_at;      // the world
layout(location = 1) in vec4 a_colour;
uniform vec3 u_camera;  // centre, pixels per unit
uniform vec2 u_size;    // pixels of the viewport
uniform float u_fade;   // 0: the colour itself, 1: grey
out vec4 v_colour;

void main() {
    v_colour = vec4(mix(a_colour.rgb, vec3(dot(a_colour.rgb, vec3(0.2126, 0.7152, 0.0722))), u_fade), a_colour.a);
    gl_Position = vec4(2.0 * (a_at - u_camera.xy) * u_camera.z / u_size, 0.0, 1.0);
}
