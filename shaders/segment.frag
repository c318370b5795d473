#version 330 core
// Opaque lines have round ends, so that arrows and joints close; translucent ones end square, so that joints do not show as beads.
in vec2 v_at;
flat in float v_length;
flat in float v_half_width;
flat in vec4 v_colour;
out vec4 o_colour;

void main() {
    float beyond = max(max(-v_at.x, v_at.x - v_length), 0.0);
    float across = v_colour.a > 0.999 ? length(vec2(beyond, v_at.y)) : abs(v_at.y);
    float coverage = clamp(v_half_width + 0.5 - across, 0.0, min(2.0 * v_half_width, 1.0));
    if (v_colour.a <= 0.999) coverage *= clamp(0.5 + min(v_at.x, v_length - v_at.x), 0.0, 1.0);
    o_colour = vec4(v_colour.rgb, v_colour.a * coverage);
}
