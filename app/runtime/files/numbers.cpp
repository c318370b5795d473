#include "app/runtime/files/numbers.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "core/math/errors.h"

namespace pf {
namespace {

constexpr std::size_t buffered = 1 << 20;

std::string number(double value, bool is_double) { return is_double ? fmt::to_string(value) : fmt::to_string(static_cast<float>(value)); }

}  // namespace

NumbersFile::NumbersFile(const std::string& path) : path_(path) {
    if (path.ends_with(".npz")) npz_.emplace(path);
    else if (!path.ends_with(".csv")) throw BadInput(fmt::format("{}: expected a name that ends in .npz or .csv", path));
}

template <class Value>
void NumbersFile::take(const std::string& name, std::vector<std::string> axes, std::vector<std::size_t> shape, const Value* values, const std::string& unit) {
    check(axes.size() == shape.size(), "{}: {} axes for {} dimensions", name, axes.size(), shape.size());
    Array array{name, unit, std::move(axes), shape, sizeof(Value) == sizeof(double), {}};
    if (npz_) {
        npz_->add(name, std::move(shape), values);
    } else {
        std::size_t count = 1;
        for (const std::size_t n : shape) count *= n;
        array.values.assign(values, values + count);
    }
    arrays_.push_back(std::move(array));
}

void NumbersFile::add(const std::string& name, std::vector<std::string> axes, std::vector<std::size_t> shape, const float* values, const std::string& unit) {
    take(name, std::move(axes), std::move(shape), values, unit);
}
void NumbersFile::add(const std::string& name, std::vector<std::string> axes, std::vector<std::size_t> shape, const double* values, const std::string& unit) {
    take(name, std::move(axes), std::move(shape), values, unit);
}

const NumbersFile::Array* NumbersFile::named(const std::string& name) const {
    for (const Array& array : arrays_)
        if (array.name == name && array.axes.size() == 1) return &array;
    return nullptr;
}

void NumbersFile::finish() {
    if (npz_) {
        nlohmann::ordered_json about = nlohmann::ordered_json::object();
        for (const Array& array : arrays_) about[array.name] = {{"axes", array.axes}, {"unit", array.unit}};
        npz_->add_text("about", about.dump(-1, ' ', true));
        return npz_->finish();
    }
    // Tables in the order of their first array. What stands along an axis is no table of its own.
    const auto on = [](const Array& array) {
        std::vector<std::string> axes = array.axes;
        std::erase(axes, "xy");
        return axes;
    };
    std::vector<std::vector<const Array*>> tables;
    for (const Array& array : arrays_) {
        if (array.axes.empty() || array.axes == std::vector{array.name}) continue;
        const auto same = std::find_if(tables.begin(), tables.end(), [&](const auto& table) { return on(*table.front()) == on(array); });
        if (same == tables.end()) tables.push_back({&array});
        else same->push_back(&array);
    }
    if (tables.empty()) throw BadInput(path_ + ": nothing here is a table; write an NPZ");
    for (std::size_t i = 0; i < tables.size(); ++i) write_table(i == 0 ? path_ : path_.substr(0, path_.size() - 4) + "-" + tables[i].front()->name + ".csv", tables[i]);
}

void NumbersFile::write_table(const std::string& path, const std::vector<const Array*>& arrays) const {
    std::vector<std::string> columns;
    std::vector<const Array*> along;  // null: counted
    std::vector<std::size_t> extent;
    const Array& first = *arrays.front();
    for (std::size_t k = 0; k < first.axes.size(); ++k) {
        if (first.axes[k] == "xy") continue;
        along.push_back(named(first.axes[k]));
        extent.push_back(first.shape[k]);
        columns.push_back(along.back() ? fmt::format("{} [{}]", first.axes[k], along.back()->unit) : first.axes[k]);
    }
    for (const Array* array : arrays) {
        const bool vectors = !array->axes.empty() && array->axes.back() == "xy";
        for (const char* coordinate : {"_x", "_y"}) {
            if (vectors) columns.push_back(fmt::format("{}{} [{}]", array->name, coordinate, array->unit));
            else if (std::string_view(coordinate) == "_x") columns.push_back(fmt::format("{} [{}]", array->name, array->unit));
        }
    }
    AtomicFile file(path);
    std::string text = fmt::format("{}\n", fmt::join(columns, ","));
    std::vector<std::size_t> at(extent.size(), 0);
    std::size_t rows = 1;
    for (const std::size_t n : extent) rows *= n;
    for (std::size_t row = 0; row < rows; ++row) {
        for (std::size_t k = 0; k < at.size(); ++k) text += fmt::format("{}{}", k ? "," : "", along[k] ? number(along[k]->values[at[k]], along[k]->is_double) : fmt::to_string(at[k]));
        for (const Array* array : arrays) {
            const std::size_t wide = array->values.size() / rows;
            for (std::size_t c = 0; c < wide; ++c) text += fmt::format(",{}", number(array->values[row * wide + c], array->is_double));
        }
        text += '\n';
        for (std::size_t k = at.size(); k-- > 0 && ++at[k] == extent[k];) at[k] = 0;
        if (text.size() > buffered) file.write(text), text.clear();
    }
    file.write(text);
    file.commit();
}

}  // namespace pf
