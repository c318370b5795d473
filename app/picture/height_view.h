#pragma once
#include <array>
#include <vector>

#include "app/panels/perspective.h"
#include "app/render/renderer.h"

namespace pf {

// A density as a lit surface. Its triangles are in the order of the painter, far ones first, which for a surface over a square needs no depth buffer.
struct HeightMesh {
    std::vector<render::Vertex> vertices;
    std::vector<std::uint32_t> triangles;  // three indices each
};

// `cells` × `cells` cell centres of `square`, with p (on `box`, 0 outside) interpolated between; height 1 and the last colour at `maximum`. Values that
// are not finite count as 0. Empty without a density.
void height_mesh(const DensityGrid& p, const Box& box, const Box& square, int cells, double maximum, const panels::Perspective& view, const std::array<render::Colour, 256>& colours,
                 HeightMesh& out);

}  // namespace pf
