#pragma once
#include <array>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace pf {

// Values outside the domain are refused, never clamped. Closed interval.
struct Domain {
    double min, max;
};
// What a slider offers; inside the domain.
struct Slider {
    double min, max;
    bool logarithmic = false;
};

// Control points (t, value) of a curve, t increasing from 0 to 1.
using CurvePoints = std::vector<std::array<double, 2>>;
inline constexpr int most_curve_points = 32;
// What a curve may be: its values lie in `domain`, follow the trend (standing still is allowed), and end in `last` where that is given.
struct CurveRule {
    enum class Trend { any, rising, falling };
    Domain domain;
    Trend trend = Trend::any;
    std::optional<double> last = {};
};
// What is wrong with the points, as a sentence; empty if nothing.
std::string why_not(const CurvePoints& points, const CurveRule& rule);

// Receives every option of a table entry. `id` is the key in scene files, `symbol` what a formula calls it, `meaning` one line.
// Integers and booleans travel as numbers in ParameterValues; the visitor knows which they are. Curves travel in ParameterCurves.
class Parameters {
public:
    virtual ~Parameters() = default;
    virtual void real(std::string_view id, std::string_view symbol, double& value, Domain domain, Slider slider, std::string_view meaning) = 0;
    virtual void integer(std::string_view id, std::string_view symbol, int& value, Domain domain, Slider slider, std::string_view meaning) = 0;
    virtual void boolean(std::string_view id, std::string_view symbol, bool& value, std::string_view meaning) = 0;
    virtual void curve(std::string_view id, std::string_view symbol, CurvePoints& points, const CurveRule& rule, std::string_view meaning) = 0;
};

// Base of everything that lives in a table: options are declared once, in visit().
class Configurable {
public:
    virtual ~Configurable() = default;
    virtual void visit(Parameters&) {}
    // Called by assign() when all options are set: what does not go together, as a sentence that names the option; empty if all does.
    virtual std::string settle() { return {}; }
};

using ParameterValues = std::map<std::string, double, std::less<>>;
using ParameterCurves = std::map<std::string, CurvePoints, std::less<>>;

// The user's pick of one table entry, as plain data. Missing values and curves take the entry's defaults.
struct Choice {
    std::string id;
    ParameterValues values;
    ParameterCurves curves = {};
    bool operator==(const Choice&) const = default;
};

// Sets the options of `object`. Throws BadInput for a key it does not have, a value outside its domain, a curve against its rule, or options
// that do not go together; `where` names the place in the message ("lanes[0].sigma").
void assign(Configurable& object, const ParameterValues& values, std::string_view where, const ParameterCurves& curves = {});

// The current value of every option of `object`, curves apart.
ParameterValues read(Configurable& object);
ParameterCurves read_curves(Configurable& object);

}  // namespace pf
