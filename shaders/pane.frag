#version 330 core
// Heat map (its colours hold ground, opacity and fading too) under the splats of one pane, in one pass. Kept short for software OpenGL.
uniform sampler2D u_heat;
uniform sampler2D u_splats;  // premultiplied, one texel per pixel
in vec2 v_pane;
in vec2 v_box;
out vec4 o_colour;

void main() {
    vec4 splat = texture(u_splats, v_pane);
    o_colour = vec4(splat.rgb + (1.0 - splat.a) * texture(u_heat, v_box).rgb, 1.0);
}
