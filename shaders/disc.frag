#version 330 core
// A disc with a dark rim, both antialiased.
uniform vec2 u_radius;   // pixels, where half a pixel's area is covered: of the disc, with its rim
uniform float u_rim;     // its opacity
uniform float u_opacity; // of all
in vec2 v_at;
flat in vec4 v_colour;
out vec4 o_colour; // premultiplied

// Share of a pixel within a radius.
float covered(float radius) { return clamp(radius + 0.5 - length(v_at), 0.0, 1.0); }

void main() {
    float disc = covered(u_radius.x), rim = u_rim * (covered(u_radius.y) - disc);
    o_colour = u_opacity * v_colour.a * vec4(v_colour.rgb * disc, disc + rim);
}
