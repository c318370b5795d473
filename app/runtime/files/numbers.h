#pragma once
#include <optional>
#include <string>
#include <vector>

#include "app/runtime/files/npz.h"

namespace pf {

// Named arrays with their axes and units, as NPZ or as CSV: by the ending of the path. Nothing appears under `path` before finish().
// NPZ: the arrays, and "about", a text (JSON) with axes and unit of each. CSV: a line per place on the axes, with a column "name [unit]" for each axis and each
// array; arrays on the same axes share a table. The first table has the name given, further ones stand beside it, S-<array>.csv; single numbers are in
// the NPZ alone. Decimal points in every locale, numbers that read back to the same bits. Errors as NpzWriter.
class NumbersFile {
public:
    explicit NumbersFile(const std::string& path);  // BadInput for another ending

    // `axes`, one per dimension: the name of a one-dimensional array added before whose values stand along it; "xy" for two coordinates; or any other word: then it
    // is counted from 0.
    void add(const std::string& name, std::vector<std::string> axes, std::vector<std::size_t> shape, const float* values, const std::string& unit);
    void add(const std::string& name, std::vector<std::string> axes, std::vector<std::size_t> shape, const double* values, const std::string& unit);
    void finish();

private:
    struct Array {
        std::string name, unit;
        std::vector<std::string> axes;
        std::vector<std::size_t> shape;
        bool is_double = false;
        std::vector<double> values;
    };
    template <class Value>
    void take(const std::string& name, std::vector<std::string> axes, std::vector<std::size_t> shape, const Value* values, const std::string& unit);
    const Array* named(const std::string& name) const;
    void write_table(const std::string& path, const std::vector<const Array*>& arrays) const;

    std::string path_;
    std::optional<NpzWriter> npz_;  // CSV: none
    std::vector<Array> arrays_;     // NPZ: without their values
};

}  // namespace pf
