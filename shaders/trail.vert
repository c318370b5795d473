#version 330 core
// Trails, particle by particle, each from slice to slice and on to the particle: of every way what lies on the pane, as two triangles a pixel larger than the line.
uniform samplerBuffer u_points;  // slices, oldest first, then the particles: all x of one, then all y, in the world; then of each slice the opacity of a dot and the width of its line in pixels
uniform samplerBuffer u_colours; // of each particle, or one for all
uniform ivec4 u_count;           // particles, slices, colours; every how many-th particle has a trail
uniform float u_spacing;         // pixels between dots
uniform vec3 u_camera;           // centre, pixels per unit
uniform vec2 u_size;             // pixels of the viewport
uniform float u_fade;            // 0: the colour itself, 1: grey
out vec2 v_at;                   // pixels along the line from its start, and across
flat out float v_length;
flat out float v_half_width;
flat out float v_dots;           // per pixel of the line
flat out vec4 v_colour;          // of a dot

vec2 place(int slice, int particle) {
    int x = 2 * slice * u_count.x + particle;
    return (vec2(texelFetch(u_points, x).r, texelFetch(u_points, x + u_count.x).r) - u_camera.xy) * u_camera.z;
}

void main() {
    int way = gl_VertexID / 6, corner = gl_VertexID % 6;
    int slice = way % u_count.y, particle = way / u_count.y * u_count.w;
    int pen = 2 * (u_count.y + 1) * u_count.x + 2 * slice;
    float dot_opacity = texelFetch(u_points, pen).r, half_width = 0.5 * texelFetch(u_points, pen + 1).r, margin = half_width + 1.0;
    vec2 start = place(slice, particle), along = place(slice + 1, particle) - start;
    // What lies in the pane and its margin (Liang and Barsky 1984).
    vec2 limit = 0.5 * u_size + margin, slope = mix(along, vec2(1e-9), lessThan(abs(along), vec2(1e-9)));
    vec2 low = min((-limit - start) / slope, (limit - start) / slope), high = max((-limit - start) / slope, (limit - start) / slope);
    float from = max(0.0, max(low.x, low.y)), to = min(1.0, min(high.x, high.y));
    bool drawn = length(start) < 1e30 && length(along) < 1e30 && to >= from;  // false for NaN
    start += from * along;
    along *= to - from;
    float line = length(along);
    vec2 direction = line > 1e-6 ? along / line : vec2(1.0, 0.0);
    // As many dots as the processor lays; one where it does not move.
    float shown = max(line, 0.01);
    v_dots = (1.0 + floor(line / u_spacing)) / shown;
    v_length = shown;
    v_half_width = half_width;
    vec4 colour = texelFetch(u_colours, min(particle, u_count.z - 1));
    v_colour = vec4(mix(colour.rgb, vec3(dot(colour.rgb, vec3(0.2126, 0.7152, 0.0722))), u_fade), colour.a * dot_opacity);
    v_at = vec2(((0x16 >> corner) & 1) == 1 ? shown + margin : -margin, ((0x34 >> corner) & 1) == 1 ? margin : -margin);
    vec2 pixel = start + v_at.x * direction + v_at.y * vec2(-direction.y, direction.x);
    gl_Position = drawn ? vec4(2.0 * pixel / u_size, 0.0, 1.0) : vec4(2.0, 2.0, 2.0, 1.0);  // beyond the clip volume
}
