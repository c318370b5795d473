#pragma once
#include <nlohmann/json.hpp>
#include <span>
#include <string>

#include "app/runtime/scene_document.h"

namespace pf {

// What turns a scene file of one version into one of the next: it renames or rewrites keys in place. The document is an object, and otherwise unchecked: a
// migration leaves alone what it does not expect, and the reader refuses it by name.
struct Migration {
    int from;  // to from + 1
    void (*apply)(nlohmann::json& document);
};

// Those of scene files, increasing, from 1 to scene_version − 1. Raising scene_version takes one more line here.
std::span<const Migration> migrations();

// Brings a document of version `from` to version `to`.
void migrate(nlohmann::json& document, int from, int to, std::span<const Migration> known);

// document_from_json() with another newest version and other migrations.
Document document_from_json(const std::string& text, const std::string& name, int newest, std::span<const Migration> known);

}  // namespace pf
