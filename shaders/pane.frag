#version 330 core
// Heat map (its table holds ground, opacity and fading too) under the splats of one pane, in one pass. Kept short for software OpenGL.
uniform sampler2D u_density;
uniform sampler1D u_table;
uniform sampler2D u_splats;  // premultiplied, one texel per pixel
uniform float u_inverse_max;
in vec2 v_pane;
in vec2 v_box;
out vec4 o_colour;

void main() {
    float share = texture(u_density, v_box).r * u_inverse_max;
    share = share > 0.0 ? min(share, 1.0) : 0.0;  // also for NaN
    vec3 heat = texture(u_table, share * (255.0 / 256.0) + 0.5 / 256.0).rgb;
    vec4 splat = texture(u_splats, v_pane);
    o_colour = vec4(splat.rgb + (1.0 - splat.a) * heat, 1.0);
}
