#pragma once
#include <map>
#include <string>
#include <string_view>

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

// Receives every option of a table entry. `id` is the key in scene files, `symbol` what a formula calls it, `meaning` one line.
// Integers and booleans travel as numbers in ParameterValues; the visitor knows which they are.
class Parameters {
public:
    virtual ~Parameters() = default;
    virtual void real(std::string_view id, std::string_view symbol, double& value, Domain domain, Slider slider, std::string_view meaning) = 0;
    virtual void integer(std::string_view id, std::string_view symbol, int& value, Domain domain, Slider slider, std::string_view meaning) = 0;
    virtual void boolean(std::string_view id, std::string_view symbol, bool& value, std::string_view meaning) = 0;
};

// Base of everything that lives in a table: options are declared once, in visit().
class Configurable {
public:
    virtual ~Configurable() = default;
    virtual void visit(Parameters&) {}
};

using ParameterValues = std::map<std::string, double, std::less<>>;

// The user's pick of one table entry, as plain data. Missing values take the entry's defaults.
struct Choice {
    std::string id;
    ParameterValues values;
    bool operator==(const Choice&) const = default;
};

// Sets the options of `object` from `values`. Throws BadInput for a key it does not have or a value outside its domain;
// `where` names the place in the message ("lanes[0].sigma").
void assign(Configurable& object, const ParameterValues& values, std::string_view where);

// The current value of every option of `object`.
ParameterValues read(Configurable& object);

}  // namespace pf
