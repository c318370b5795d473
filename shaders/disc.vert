#version 330 core
// Particles, each as two triangles a pixel larger than its disc and rim.
uniform samplerBuffer u_points;  // after slices of trails all x, then all y, in the world
uniform samplerBuffer u_colours; // of each particle, or one for all
uniform ivec4 u_count;           // particles, slices, colours
uniform vec3 u_camera;           // centre, pixels per unit
uniform vec2 u_size;             // pixels of the viewport
uniform float u_fade;            // 0: the colour itself, 1: grey
uniform vec2 u_radius;           // pixels, where half a pixel's area is covered: of the disc, with its rim
out vec2 v_at;                   // pixels from the centre
flat out vec4 v_colour;

void main() {
    int particle = gl_VertexID / 6, corner = gl_VertexID % 6;
    int x = 2 * u_count.y * u_count.x + particle;
    vec2 centre = (vec2(texelFetch(u_points, x).r, texelFetch(u_points, x + u_count.x).r) - u_camera.xy) * u_camera.z;
    float margin = u_radius.y + 1.0;
    v_at = vec2(((0x16 >> corner) & 1) == 1 ? margin : -margin, ((0x34 >> corner) & 1) == 1 ? margin : -margin);
    vec4 colour = texelFetch(u_colours, min(particle, u_count.z - 1));
    v_colour = vec4(mix(colour.rgb, vec3(dot(colour.rgb, vec3(0.2126, 0.7152, 0.0722))), u_fade), colour.a);
    bool drawn = length(centre) < 1e7;  // false for NaN
    gl_Position = drawn ? vec4(2.0 * (centre + v_at) / u_size, 0.0, 1.0) : vec4(2.0, 2.0, 2.0, 1.0);  // beyond the clip volume
}
