#pragma once
#include <string>

#include "app/runtime/media/png.h"

namespace pf {

// A JPEG as grey RGBA, opaque, upright as its Exif orientation says, decoded at 1, 1/2, 1/4 or 1/8 of its size: the first at which no side is longer than `side`, or the last. Refuses (BadInput "<path>: …") damaged files,
// those cut short, and more than 16,384 pixels a side or 64 million altogether, before anything of that size is allocated.
Image read_grey_jpeg(const std::string& path, int side);

}  // namespace pf
