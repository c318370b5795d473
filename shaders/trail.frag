#version 330 core
// What remains of a pixel under all the dots laid on it, so that ways that meet are as strong as one: its share of each is averaged over the pixel.
in vec2 v_at;
flat in float v_length;
flat in float v_half_width;
flat in float v_dots;
flat in vec4 v_colour;
out vec4 o_colour; // premultiplied

// Integral of √(r² − y²) from 0 to y.
float half_disc(float y) {
    float r = v_half_width, at = clamp(y, -r, r);
    return 0.5 * (at * sqrt(max(r * r - at * at, 0.0)) + r * r * asin(clamp(at / r, -1.0, 1.0)));
}

// max(x, 0) averaged over a pixel about x.
float beyond(float x) {
    float inside = clamp(x + 0.5, 0.0, 1.0);
    return max(x - 0.5, 0.0) + 0.5 * inside * inside;
}

void main() {
    float reach = half_disc(v_at.y + 0.5) - half_disc(v_at.y - 0.5);  // of dots that cover the pixel, before and after it
    float end = v_at.x - v_length;
    float covered = beyond(v_at.x + reach) - beyond(v_at.x - reach) - beyond(end + reach) + beyond(end - reach);
    float alpha = 1.0 - pow(1.0 - v_colour.a, max(v_dots * covered, 0.0));
    o_colour = vec4(v_colour.rgb * alpha, alpha);
}
