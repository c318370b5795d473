// Files of older versions, with versions of the test's own: what is read as version 3 was called otherwise in 1 and 2.
#include "app/runtime/scene_versions.h"

#include "app/runtime/scene_file.h"
#include "tests/catch.h"
#include "tests/runtime/helpers.h"

using namespace pf;
using namespace pf::testing;

namespace {

constexpr Migration own[] = {
    {1, [](nlohmann::json& document) {  // "name" became "title"
         if (!document.contains("name")) return;
         document["title"] = document["name"];
         document.erase("name");
     }},
    {2, [](nlohmann::json& document) {  // seeds were counted from 100
         if (document.contains("seed") && document["seed"].is_number_integer()) document["seed"] = document["seed"].get<int>() - 100;
     }},
};

}  // namespace

TEST_CASE("a file of an older version is brought up one version after another, and then read as strictly as any") {
    const auto read = [](const std::string& text) { return document_from_json(text, "old.json", 3, own).scene; };
    const Scene first = read(R"({"probflow": 1, "name": "Old", "seed": 105})");
    CHECK(first.title == "Old");
    CHECK(first.seed == 5);
    CHECK(read(R"({"probflow": 2, "title": "Newer", "seed": 106})").seed == 6);
    CHECK(read(R"({"probflow": 3, "title": "Now", "seed": 7})").seed == 7);
    // Keys are those of the version that the file names.
    CHECK(refusal([&] { read(R"({"probflow": 2, "name": "Old"})"); }).find("'name'") != std::string::npos);
    CHECK(refusal([&] { read(R"({"probflow": 1, "seed": "many"})"); }).find("old.json: seed: ") == 0);
    CHECK(refusal([&] { read(R"({"probflow": 2, "seed": 5})"); }).find("old.json: seed: ") == 0);
    CHECK(refusal([&] { read(R"({"probflow": 4})"); }).find("a newer probflow is needed") != std::string::npos);
    CHECK(refusal([&] { read(R"({"probflow": 0})"); }).find("old.json: probflow: ") == 0);
}

TEST_CASE("there is a migration from every older version of scene files") {
    CHECK(migrations().size() == static_cast<std::size_t>(scene_version - 1));
    for (std::size_t i = 0; i < migrations().size(); ++i) CHECK(migrations()[i].from == static_cast<int>(i) + 1);
    nlohmann::json document = nlohmann::json::object();
    CHECK_THROWS_AS(migrate(document, scene_version, scene_version + 1, migrations()), std::logic_error);
}
