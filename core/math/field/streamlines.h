#pragma once
#include <array>
#include <vector>

#include "core/math/field/vector_grid.h"

namespace pf {

struct Streamline {
    int seed = 0;   // the same line in another field of the same placer has the same number
    int start = 0;  // index of the seed among the points
    std::vector<std::array<float, 2>> points;  // in the direction of the field, one step apart
    std::vector<float> speed;                  // magnitude of the field at each
};

// Evenly spaced streamlines (Jobard & Lefer 1997): a line starts where every other is at least `separation` away, runs both ways and ends half
// of that before it would meet another or itself, where the field vanishes, or at the edge of the box. place() is called for one field after the
// other, such as those of increasing t: seeds of the last one that still have room come first, so that lines move instead of jumping. What is
// placed is a function of the fields placed so far, and of the lines given, alone.
class StreamlinePlacer {
public:
    // Numbers of its own seeds begin with the one given.
    StreamlinePlacer(const Box& box, double separation, int first_seed = 0);

    // Lines `within`, of a placer with a smaller box, come first: they begin where they do, keep their numbers, and go on outside.
    std::vector<Streamline> place(const VectorGrid& field, const std::vector<Streamline>& within = {});
    double step() const { return separation_ / 8; }
    double test_distance() const { return separation_ / 2; }  // no point of a line is nearer to another line's

private:
    using Place = std::array<float, 2>;
    struct Seed {
        int number;
        Place at;
    };
    bool inside(Place p) const;
    bool has_room(Place p, double distance) const;
    void occupy(const Streamline& line);
    std::vector<Place>& bucket(int column, int row) { return buckets_[static_cast<std::size_t>(row * columns_ + column)]; }
    bool trace(const VectorGrid& field, Seed seed, double distance, Streamline& out) const;
    void run(const VectorGrid& field, Place from, float sign, Streamline& out) const;

    Box box_;
    double separation_;
    int columns_, rows_, next_;
    std::vector<std::vector<Place>> buckets_;  // points of the lines placed, by squares with sides of the separation
    std::vector<Seed> seeds_;                  // of the last field's lines
};

}  // namespace pf
