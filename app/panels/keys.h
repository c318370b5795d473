#pragma once

// GLFW's key codes and modifier bits, as numbers: the panels know no window. Letters and digits are their ASCII capitals.
namespace pf::panels::key {

inline constexpr int space = 32, escape = 256, enter = 257, backspace = 259, remove = 261, right = 262, left = 263, down = 264, up = 265, page_up = 266, page_down = 267, home = 268, end = 269;
inline constexpr int keypad_enter = 335;
inline constexpr int f1 = 290, f2 = 291, f3 = 292, f4 = 293, f5 = 294, f6 = 295, f7 = 296, f8 = 297, f9 = 298, f11 = 300, f12 = 301;
inline constexpr int keypad_subtract = 333, keypad_add = 334;
inline constexpr int shift = 1, control = 2, alt = 4;

}  // namespace pf::panels::key
