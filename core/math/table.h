#pragma once
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "core/math/errors.h"
#include "core/math/parameters.h"

namespace pf {

// One line of a table. The id is the file name, the key in scene files and the word on the command line.
template <class T>
struct Entry {
    std::string_view id, label, meaning;
    std::unique_ptr<T> (*make)();
};

template <class T> using Table = std::span<const Entry<T>>;

template <class T>
const Entry<T>& find(Table<T> table, std::string_view id, std::string_view where) {
    std::string known;
    for (const auto& entry : table) {
        if (entry.id == id) return entry;
        known += (known.empty() ? "" : ", ") + std::string(entry.id);
    }
    throw BadInput(fmt::format("{}: unknown id '{}' (known: {})", where, id, known));
}

// Makes the chosen entry with its options set. Throws BadInput; `where` names the place in the message.
template <class T>
std::unique_ptr<T> build(Table<T> table, const Choice& choice, std::string_view where) {
    auto object = find(table, choice.id, where).make();
    assign(*object, choice.values, where, choice.curves);
    return object;
}

}  // namespace pf
