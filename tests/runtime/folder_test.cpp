#include "app/runtime/files/folder.h"

#include <filesystem>
#include <fstream>

#include "app/runtime/media/png.h"
#include "app/runtime/scene_file.h"
#include "app/runtime/scene_picture.h"
#include "core/math/errors.h"
#include "tests/catch.h"
#include "tests/runtime/helpers.h"

using namespace pf;
using namespace pf::testing;
namespace fs = std::filesystem;

namespace {

void put(const std::string& path, const std::string& text = "x") { std::ofstream(path, std::ios::binary) << text; }
std::string path_of(const Folder& folder) { return fs::path(folder.file("x")).parent_path().string(); }

std::vector<std::string> names(const FolderListing& listing) {
    std::vector<std::string> out;
    for (const auto& entry : listing.entries) out.push_back(entry.name);
    return out;
}

}  // namespace

TEST_CASE("A folder is listed: folders first, wanted files by name, nothing hidden") {
    const Folder folder;
    for (const char* name : {"b.json", "A.JSON", "c.txt", ".hidden.json", "d.png"}) put(folder.file(name), "12345");
    fs::create_directory(folder.file("zoo"));
    fs::create_directory(folder.file(".git"));
    fs::create_symlink("nowhere.json", folder.file("dangling.json"));
    const FolderListing listing = list_folder(path_of(folder), {".json", ".png"});
    CHECK(names(listing) == std::vector<std::string>{"zoo", "A.JSON", "b.json", "d.png"});
    CHECK(listing.entries[0].folder);
    CHECK(listing.entries[1].bytes == 5);
    CHECK(listing.sentence.empty());
    CHECK_FALSE(listing.cut);
}

TEST_CASE("A folder of many files is cut, one that cannot be read says why") {
    const Folder folder;
    for (std::size_t i = 0; i <= most_folder_entries; ++i) put(folder.file(fmt::format("{}.json", i)), "");
    const FolderListing many = list_folder(path_of(folder), {".json"});
    CHECK(many.entries.size() == most_folder_entries);
    CHECK(many.cut);
    const FolderListing none = list_folder(folder.file("missing"), {".json"});
    CHECK(none.entries.empty());
    CHECK(none.sentence.find("missing") != std::string::npos);
}

TEST_CASE("A reader ends with the folder wanted last") {
    const Folder folder;
    put(folder.file("scene.json"));
    FolderReader reader;
    CHECK_FALSE(reader.waiting());
    for (int i = 0; i < 20; ++i) reader.want("/", {".json"});
    reader.want(path_of(folder), {".json"});
    REQUIRE(eventually([&] { return !reader.waiting(); }));
    CHECK(reader.newest()->path == path_of(folder));
    CHECK(names(*reader.newest()) == std::vector<std::string>{"scene.json"});
}

TEST_CASE("File names are made from titles") {
    CHECK(file_stem("Moons, ODE and SDE") == "moons_ode_and_sde");
    CHECK(file_stem("  σ = 2 / x") == "2_x");
    CHECK(file_stem("∇") == "scene");
}

TEST_CASE("A picture with its scene inside opens as that scene, others as data") {
    const Folder folder;
    const Scene scene = builtin("moons");
    const Image image{2, 2, {0, 0, 0, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255}};
    const std::string path = folder.file("moons.png"), bare = folder.file("bare.png"), cut = folder.file("cut.png");
    write_png(path, image, {{scene_keyword, scene_to_json(scene, true)}});
    write_png(bare, image);
    CHECK(load_scene(path) == scene);
    CHECK(load_scene(bare).data.points);
    CHECK(refusal([&] { scene_in_picture(bare); }).find("holds no scene") != std::string::npos);
    std::ifstream whole(path, std::ios::binary);
    std::string bytes((std::istreambuf_iterator<char>(whole)), {});
    put(cut, bytes.substr(0, bytes.size() / 2));
    CHECK_THROWS_AS(load_scene(cut), BadInput);
}

TEST_CASE("Only a scene file is saved where it was opened: pictures and data stay what they are") {
    const Folder folder;
    write_png(folder.file("named.json"), {1, 1, {0, 0, 0, 255}});
    for (const char* name : {"points.csv", "POINTS.TSV", "a.npy", "a.jpg", "a.jpeg", "a.png", "a.txt", "a.dat", "named.json"}) CHECK(saved_from_then_on(folder.file(name)).empty());
    for (const char* name : {"scene.json", "scene"}) CHECK(saved_from_then_on(folder.file(name)) == folder.file(name));
}
