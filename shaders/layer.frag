#version 330 core
// One layer over what is there, pixel by pixel.
uniform sampler2D u_layer; // premultiplied
uniform ivec2 u_corner;    // the viewport's lower left
uniform float u_cover;     // times the layer
out vec4 o_colour;

void main() { o_colour = u_cover * texelFetch(u_layer, ivec2(gl_FragCoord.xy) - u_corner, 0); }
