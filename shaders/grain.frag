#version 330 core
// A heat map (its colours hold ground, opacity and fading too), its lightness modulated by a grey texture.
uniform sampler2D u_heat;
uniform sampler2D u_texture; // grey, mean one half
uniform vec3 u_grain;        // times the colour, added to it, and added whatever the texture
in vec2 v_box;
in vec2 v_grain;
out vec4 o_colour;

void main() {
    vec3 ground = texture(u_heat, v_box).rgb;
    float grain = texture(u_texture, v_grain).r - 0.5;
    o_colour = vec4(clamp(ground * (1.0 + u_grain.x * grain) + u_grain.y * grain + u_grain.z, 0.0, 1.0), 1.0);
}
