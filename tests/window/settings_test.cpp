#include "app/window/settings.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "app/window/notice_board.h"
#include "tests/catch.h"
#include "tests/runtime/helpers.h"

using namespace pf;
using namespace pf::testing;
namespace fs = std::filesystem;

namespace {

Settings unusual() {
    return {.theme = panels::Theme::projector, .convention = panels::Convention::diffusion, .scale = 1.75, .reduced_motion = true, .controls_open = false, .numbers_open = false,
            .width = 1280, .height = 720, .recent_files = {"/a/σ.json", "/b/moons.png"}};
}

// Sets a variable for one scope; null takes it away.
class Variable {
public:
    Variable(const char* name, const char* value) : name_(name) {
        if (const char* old = std::getenv(name)) old_ = old;
        value ? setenv(name, value, 1) : unsetenv(name);
    }
    ~Variable() { old_ ? setenv(name_, old_->c_str(), 1) : unsetenv(name_); }

private:
    const char* name_;
    std::optional<std::string> old_;
};

std::string text_of(const std::string& path) {
    std::ifstream file(path);
    return {std::istreambuf_iterator<char>(file), {}};
}

}  // namespace

TEST_CASE("settings read back as they were written") {
    for (const Settings& settings : {Settings{}, unusual()}) CHECK(settings_from_json(settings_to_json(settings), "s.json") == settings);
    CHECK(settings_from_json("{}", "s.json") == Settings{});
}

TEST_CASE("damaged settings are refused with file and key, and the usual ones are used") {
    const Folder folder;
    const std::string path = folder.file("settings.json");
    const std::pair<const char*, const char*> bad[] = {{"", "settings.json"}, {"{\"theme\": \"pink\"}", "theme: expected one of dark, light, projector"}, {"{\"scale\": 9}", "scale"},
                                                       {"{\"colour\": 1}", "colour"}, {"{\"width\": -1}", "width"}, {"{\"reduced_motion\": 1}", "reduced_motion"},
                                                       {"{\"probflow_settings\": 2}", "probflow_settings"}, {"{\"scale\": 1, \"scale\": 2}", "scale"},
                                                       {"{\"recent_files\": [1]}", "recent_files"}, {"\x01\x02", "settings.json"}};
    for (const auto& [text, says] : bad) {
        CAPTURE(text);
        std::ofstream(path, std::ios::binary | std::ios::trunc) << text;
        const ReadSettings read = read_settings(path);
        CHECK(read.settings == Settings{});
        CHECK(read.sentence.find(path) != std::string::npos);
        CHECK(read.sentence.find(says) != std::string::npos);
    }
    CHECK(read_settings(folder.file("none.json")).sentence.empty());
    CHECK(read_settings("").sentence.empty());
}

TEST_CASE("settings lie where XDG says, else below HOME, else nowhere") {
    {
        const Variable config("XDG_CONFIG_HOME", "/etc/xdg"), home("HOME", "/home/x");
        CHECK(settings_path() == "/etc/xdg/probflow/settings.json");
    }
    {
        const Variable config("XDG_CONFIG_HOME", "relative"), home("HOME", "/home/x");
        CHECK(settings_path() == "/home/x/.config/probflow/settings.json");
    }
    const Variable config("XDG_CONFIG_HOME", nullptr), home("HOME", nullptr);
    CHECK(settings_path().empty());
}

TEST_CASE("the writer keeps the newest settings, complete, and of two programs the last one wins") {
    const Folder folder;
    const std::string path = folder.file("deep/er/settings.json");
    std::string failure;
    Settings other = unusual();
    {
        SettingsWriter first(path, [&](std::string s) { failure = std::move(s); });
        for (int i = 0; i < 50; ++i) {
            other.width = 1000 + i;
            first.write(other);
        }
    }
    CHECK(read_settings(path).settings == other);
    {
        SettingsWriter second(path, [&](std::string s) { failure = std::move(s); });
        second.write({});
    }
    CHECK(read_settings(path).settings == Settings{});
    CHECK(failure.empty());
    CHECK(std::distance(fs::directory_iterator(fs::path(path).parent_path()), fs::directory_iterator{}) == 1);  // no temporary left
}

TEST_CASE("settings that cannot be written are told, and the old file stays") {
    const Folder folder;
    const std::string blocked = folder.file("file");
    std::ofstream(blocked) << "no folder";
    std::string failure;
    {
        SettingsWriter writer(blocked + "/settings.json", [&](std::string s) { failure = std::move(s); });
        writer.write(unusual());
    }
    CHECK(failure.find("were not kept") != std::string::npos);
    CHECK(text_of(blocked) == "no folder");
}

TEST_CASE("notices stay five seconds, warnings and errors twelve, and say when they go") {
    NoticeBoard board;
    const auto start = NoticeBoard::Clock::now();
    CHECK_FALSE(board.next_end());
    board.add({Notice::Level::error, "bad"}, start);
    board.add({Notice::Level::info, "good"}, start);
    CHECK(*board.next_end() == start + std::chrono::seconds(5));
    board.expire(*board.next_end());
    REQUIRE(board.notices().size() == 1);
    CHECK(board.notices()[0].text == "bad");
    board.expire(*board.next_end());
    CHECK(board.notices().empty());
}

TEST_CASE("a notice that is given again is shown once, for the whole of its time") {
    NoticeBoard board;
    const auto start = NoticeBoard::Clock::now();
    const std::chrono::seconds later(3);
    board.add({Notice::Level::info, "again"}, start);
    board.add({Notice::Level::info, "once"}, start);
    board.add({Notice::Level::warning, "again"}, start);
    board.add({Notice::Level::info, "again"}, start + later);
    REQUIRE(board.notices().size() == 3);
    board.expire(start + std::chrono::seconds(5));
    REQUIRE(board.notices().size() == 2);
    CHECK(board.notices()[1].text == "again");
    board.expire(start + later + std::chrono::seconds(5));
    CHECK(board.notices().size() == 1);
}
