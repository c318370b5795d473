#pragma once
#include <vector>

#include "core/math/parameters.h"

namespace pf {

// A curve through its control points that is as monotone as they are (PCHIP): cubic Hermite pieces with
//   inner slopes: the weighted harmonic mean of the two neighbouring secants, 0 where they differ in sign or one is 0 (Fritsch & Butland 1984,
//     SIAM J. Sci. Stat. Comput. 5),
//   end slopes: the three-point formula, kept between a quarter and three times the end's secant, so that no end stands still where its piece moves.
// All slopes lie in the region of Fritsch & Carlson 1980 (SIAM J. Numer. Anal. 17), |slope| ≤ 3 |secant|, and inside a piece that moves the derivative
// is not 0. Continuously differentiable; thread-safe.
class MonotoneCurve {
public:
    // Points as why_not(points, rule) accepts them.
    explicit MonotoneCurve(CurvePoints points);

    struct Value {
        double value, slope;
    };
    // t in [0, 1].
    Value at(double t) const;

private:
    CurvePoints points_;
    std::vector<double> slopes_;
};

}  // namespace pf
