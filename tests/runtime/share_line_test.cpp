// A scene as one line of text, and as a picture.
#include <zlib.h>

#include "app/runtime/files/base64.h"
#include "app/runtime/json/strict.h"
#include "app/runtime/media/png.h"
#include "app/runtime/scene_picture.h"
#include "app/runtime/share_line.h"
#include "app/runtime/user_data.h"
#include "tests/catch.h"
#include "tests/runtime/helpers.h"

using namespace pf;
using namespace pf::testing;

namespace {

Scene with_own_points(int n) {
    Scene scene = builtin("moons");
    Random random(5, "own points");
    scene.data = {{"points", {}}, {}, make_point_set(random.normals(n)), {}};
    scene.title = "σ, \"painted\"";
    return scene;
}

}  // namespace

TEST_CASE("every built-in scene and painted points come back from their line as they were") {
    std::vector<Scene> scenes{with_own_points(1), with_own_points(2000)};
    for (const auto& one : builtin_scenes()) scenes.push_back(one.scene);
    for (const Scene& scene : scenes) {
        const std::string line = share_line(scene);
        CHECK(is_share_line(line));
        CHECK(line.find_first_of(" \t\r\n") == std::string::npos);
        CHECK(line.size() <= most_share_bytes);
        CHECK(scene_from_line(line, "line") == completed(scene));
        CHECK(load_scene(line) == completed(scene));
    }
}

TEST_CASE("a line that a mail has broken is read; one that lost or changed a letter is refused") {
    const Scene scene = completed(with_own_points(40));
    const std::string line = share_line(scene);
    std::string broken = " \n";
    for (std::size_t i = 0; i < line.size(); i += 70) broken += line.substr(i, 70) + "\r\n";
    CHECK(is_share_line(broken));
    CHECK(scene_from_line(broken, "line") == scene);
    for (const std::size_t at : {line.size() / 3, line.size() / 2, line.size() - 3}) {
        std::string other = line;
        other[at] = other[at] == 'A' ? 'B' : 'A';
        CHECK(refusal([&] { scene_from_line(other, "line"); }).starts_with("line: "));
        CHECK(refusal([&] { scene_from_line(line.substr(0, at), "line"); }).find("missing or was changed") != std::string::npos);
    }
    CHECK(refusal([&] { scene_from_line(line + "AAAA", "line"); }).find("missing or was changed") != std::string::npos);
    CHECK(refusal([&] { scene_from_line("1,2\n3,4", "the clipboard"); }).find("begins with 'probflow:'") != std::string::npos);
    CHECK_FALSE(is_share_line("1,2"));
    CHECK_FALSE(is_share_line(""));
}

TEST_CASE("a scene too large for a line is refused with what to do instead, and a bomb before it grows") {
    CHECK(refusal([&] { share_line(with_own_points(20'000)); }).find("save a file instead") != std::string::npos);
    CHECK(refusal([&] { scene_from_line(std::string(share_prefix) + std::string(most_share_bytes, 'A'), "line"); }).find("expected at most 65536") != std::string::npos);
    // 16 MB of spaces in a line of 22 kB.
    const std::string spaces(16 << 20, ' ');
    std::vector<unsigned char> bytes(compressBound(spaces.size()));
    uLongf size = bytes.size();
    REQUIRE(compress2(bytes.data(), &size, reinterpret_cast<const Bytef*>(spaces.data()), spaces.size(), 9) == Z_OK);
    const std::string bomb = std::string(share_prefix) + to_base64({bytes.data(), size});
    REQUIRE(bomb.size() < most_share_bytes);
    CHECK(refusal([&] { scene_from_line(bomb, "line"); }) == fmt::format("line: {} bytes, expected at most {}", max_json_bytes + 1, max_json_bytes));
}

TEST_CASE("scene, picture, scene") {
    const Folder folder;
    for (const Scene& scene : {with_own_points(300), builtin("few_steps")}) {
        write_png(folder.file("a.png"), Image{2, 1, {1, 2, 3, 255, 4, 5, 6, 255}}, {{scene_keyword, scene_to_json(scene, true)}});
        CHECK(holds_scene(folder.file("a.png")));
        CHECK(load_scene(folder.file("a.png")) == completed(scene));
    }
}
