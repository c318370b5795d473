#include <fmt/format.h>
#include <sys/resource.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <thread>

#include "app/runtime/media/film.h"
#include "app/runtime/media/png.h"
#include "app/runtime/media/process.h"
#include "core/math/errors.h"
#include "tests/render/contains.h"

namespace pf {
namespace {

namespace fs = std::filesystem;

struct Folder {
    fs::path path;
    Folder() {
        std::string name = (fs::temp_directory_path() / "probflow_film_XXXXXX").string();
        path = ::mkdtemp(name.data());
    }
    ~Folder() { fs::remove_all(path); }
    std::string file(const std::string& name) const { return (path / name).string(); }
    long entries() const { return std::distance(fs::directory_iterator(path), {}); }
};

struct Environment {  // sets a variable for a while
    std::string name, before;
    Environment(const char* variable, const std::string& value) : name(variable), before(std::getenv(variable)) { ::setenv(variable, value.c_str(), 1); }
    ~Environment() { ::setenv(name.c_str(), before.c_str(), 1); }
};

constexpr int width = 64, height = 48;

// A bright bar that moves; `noise` makes it hard to compress.
std::vector<std::uint8_t> picture(int index, bool noise = false) {
    std::vector<std::uint8_t> pixels;
    std::uint64_t state = static_cast<std::uint64_t>(index) + 1;
    for (int y = 0; y < height; ++y)
        for (int x = 0; x < width; ++x)
            for (int c = 0; c < 4; ++c) {
                state = state * 6364136223846793005u + 1442695040888963407u;
                pixels.push_back(c == 3 ? 255 : noise ? static_cast<std::uint8_t>(state >> 56) : (x - 2 * index) / 6 == 1 ? 230 : static_cast<std::uint8_t>(20 + y));
            }
    return pixels;
}

struct Probe {
    int width = 0, height = 0, frames = 0;
    double rate = 0;
};
Probe probe(const std::string& path) {
    Process process({find_program("ffprobe"), "-v", "error", "-count_frames", "-show_entries", "stream=width,height,r_frame_rate,nb_read_frames", "-of",
                     "default=nokey=1:noprint_wrappers=1", path});
    std::istringstream text(process.wait(std::chrono::seconds(20)).output);
    Probe found;
    std::string rate;
    text >> found.width >> found.height >> rate >> found.frames;
    found.rate = std::stod(rate) / std::stod(rate.substr(rate.find('/') + 1));
    return found;
}

TEST_CASE("twenty frames become a film of twenty frames, in every format") {
    const Folder folder;
    for (const char* ending : {"mp4", "webm", "gif", "apng"}) {
        INFO(ending);
        const std::string path = folder.file(std::string("film.") + ending);
        FilmWriter film(path, width, height, 20, {20});
        for (int i = 0; i < 20; ++i) film.add(picture(i));
        CHECK_FALSE(fs::exists(path));
        film.finish();
        const Probe found = probe(path);
        CHECK(found.width == width);
        CHECK(found.height == height);
        CHECK(found.frames == 20);
        CHECK(found.rate == Approx(20).epsilon(0.01));
    }
    CHECK(folder.entries() == 4);
}

TEST_CASE("pictures: one under the name itself, several numbered") {
    const Folder folder;
    FilmWriter one(folder.file("one.png"), width, height, 25);
    one.add(picture(3));
    one.finish();
    CHECK(read_png(folder.file("one.png")).image.pixels == picture(3));
    FilmWriter many(folder.file("many.png"), width, height, 25, {3});
    for (int i = 0; i < 3; ++i) many.add(picture(i));
    many.finish();
    for (int i = 0; i < 3; ++i) CHECK(read_png(folder.file("many_000" + std::to_string(i + 1) + ".png")).image.pixels == picture(i));
    CHECK(folder.entries() == 4);
}

TEST_CASE("a film that is cancelled or abandoned leaves nothing, and spares an older one") {
    const Folder folder;
    for (const char* ending : {"mp4", "gif", "png"}) {
        const std::string path = folder.file(std::string("film.") + ending);
        {
            FilmWriter film(path, width, height, 25);
            for (int i = 0; i < 5; ++i) film.add(picture(i));
            film.cancel();
        }
        {
            FilmWriter film(path, width, height, 25);
            film.add(picture(0));
        }
        CHECK(folder.entries() == 0);
    }
    std::ofstream(folder.file("old.mp4")) << "old";
    FilmWriter(folder.file("old.mp4"), width, height, 25).add(picture(0));
    CHECK(fs::file_size(folder.file("old.mp4")) == 3);
    CHECK(folder.entries() == 1);
}

TEST_CASE("what cannot become a film is refused with a sentence before anything starts") {
    const Folder folder;
    CHECK_THROWS_WITH(FilmWriter(folder.file("a.mp4"), 63, 48, 25), contains("even width and height, not 63x48: try 64x48"));
    CHECK_THROWS_WITH(FilmWriter(folder.file("a.gif"), 64, 48, 30), contains("10, 20, 25 or 50 frames per second, not 30"));
    CHECK_THROWS_WITH(FilmWriter(folder.file("a.avi"), 64, 48, 25), contains("known endings: .mp4, .webm, .gif, .apng, .png"));
    CHECK_THROWS_AS(FilmWriter(folder.file("a"), 64, 48, 25), BadInput);
    CHECK_THROWS_AS(FilmWriter(folder.file("a.mp4"), 0, 48, 25), BadInput);
    CHECK_THROWS_AS(FilmWriter(folder.file("a.mp4"), 64, 48, 0), BadInput);
    CHECK(folder.entries() == 0);
}

TEST_CASE("without ffmpeg the error says what to install, and pictures still work") {
    const Folder folder;
    const Environment path("PATH", folder.path.string());
    CHECK_THROWS_WITH(FilmWriter(folder.file("a.mp4"), width, height, 25), "ffmpeg was not found: apt install ffmpeg; PNG always works");
    CHECK_THROWS_AS(FilmWriter(folder.file("a.mp4"), width, height, 25), MissingCapability);
    FilmWriter film(folder.file("a.png"), width, height, 25);
    film.add(picture(0));
    film.finish();
    CHECK(folder.entries() == 1);
}

// A program named ffmpeg that does what a shell script says, beside a real ffprobe.
struct Pretender {
    Folder folder;
    Environment path;
    explicit Pretender(const std::string& script) : path("PATH", folder.path.string() + ":" + std::getenv("PATH")) {
        std::ofstream(folder.file("ffmpeg")) << "#!/bin/sh\n" << script << "\n";
        fs::permissions(folder.file("ffmpeg"), fs::perms::owner_all);
    }
};

TEST_CASE("an ffmpeg that dies, stands still, complains or forgets frames is noticed") {
    const Folder folder;
    const std::string target = folder.file("film.mp4");
    const auto make = [&](int frames) {
        FilmWriter film(target, width, height, 25, {0, std::chrono::seconds(1)});
        for (int i = 0; i < frames; ++i) film.add(picture(i));
        film.finish();
    };
    {
        const Pretender dies("echo 'Unknown encoder' >&2; exit 1");
        CHECK_THROWS_WITH(make(200), contains("Unknown encoder"));
    }
    {
        const Pretender stands_still("exec sleep 60");
        CHECK_THROWS_WITH(make(200), contains("took no picture for 1 s"));
    }
    {
        const Pretender killed("head -c 30000 > /dev/null; kill -9 $$");
        CHECK_THROWS_WITH(make(200), contains("exit code 137"));
    }
    {
        const Pretender stopped("kill -STOP $$");
        CHECK_THROWS_WITH(make(200), contains("took no picture for 1 s"));
    }
    {
        const Pretender does_nothing("cat > /dev/null");
        CHECK_THROWS_WITH(make(3), contains("cannot be read back"));
    }
    {
        const Pretender complains("exec 3>&2; " + find_program("ffmpeg") + " \"$@\"; echo 'something odd' >&3");
        CHECK_THROWS_WITH(make(3), contains("something odd"));
    }
    {
        const Pretender forgets("head -c 24576 | " + find_program("ffmpeg") + " \"$@\"; cat > /dev/null");  // two frames' worth
        CHECK_THROWS_WITH(make(3), contains("2 of 3 frames"));
    }
    CHECK(folder.entries() == 0);
}

TEST_CASE("a request to stop ends all waiting for ffmpeg, long before its patience does") {
    const Folder folder;
    const auto stopped = [&](const char* script, bool finishing) {
        const Pretender ffmpeg(script);
        std::stop_source source;
        FilmWriter film(folder.file("film.mp4"), width, height, 25, {.patience = std::chrono::seconds(3600), .stop = source.get_token()});
        std::jthread other([&] {
            std::this_thread::sleep_for(std::chrono::milliseconds(300));
            source.request_stop();
        });
        for (int i = 0; i < (finishing ? 1 : 100'000); ++i) film.add(picture(i));
        film.finish();
    };
    CHECK_THROWS_WITH(stopped("kill -STOP $$", false), contains("cancelled"));
    CHECK_THROWS_WITH(stopped("cat > /dev/null; exec sleep 3600", true), contains("cancelled"));
    CHECK(folder.entries() == 0);
}

// One frame of a film as ffmpeg reads it.
std::vector<std::uint8_t> frame_of(const std::string& path, int frame) {
    Process process({find_program("ffmpeg"), "-v", "error", "-i", path, "-vf", "select=eq(n\\," + std::to_string(frame) + ")", "-frames:v", "1", "-f", "rawvideo", "-pix_fmt", "rgba", "pipe:1"});
    const std::string bytes = process.wait(std::chrono::seconds(20)).output;
    return {bytes.begin(), bytes.end()};
}

TEST_CASE("an APNG keeps every byte, opacity too where it is asked for; an MP4 may have any size and every colour in 4:4:4") {
    const Folder folder;
    const auto clear = [](int i) {
        auto pixels = picture(i, true);
        for (std::size_t k = 3; k < pixels.size(); k += 4) pixels[k] = static_cast<std::uint8_t>(k / 4 % 256);
        return pixels;
    };
    for (const bool alpha : {false, true}) {
        FilmWriter film(folder.file("film.apng"), width, height, 20, {.alpha = alpha});
        for (int i = 0; i < 5; ++i) film.add(alpha ? clear(i) : picture(i));
        film.finish();
        for (const int i : {0, 3}) CHECK(frame_of(folder.file("film.apng"), i) == (alpha ? clear(i) : picture(i)));
        CHECK(film.bytes() == fs::file_size(folder.file("film.apng")));
    }
    FilmWriter film(folder.file("film.mp4"), 63, 47, 25, {.full_chroma = true});
    for (int i = 0; i < 5; ++i) film.add(std::vector<std::uint8_t>(63 * 47 * 4, static_cast<std::uint8_t>(40 * i)));
    film.finish();
    CHECK(probe(folder.file("film.mp4")).width == 63);
    CHECK(probe(folder.file("film.mp4")).frames == 5);
    CHECK_THROWS_WITH(FilmWriter(folder.file("a.webm"), width, height, 25, {.full_chroma = true}), contains("only an MP4"));
    CHECK_THROWS_WITH(FilmWriter(folder.file("a.gif"), width, height, 25, {.alpha = true}), contains("only PNG and APNG"));
}

TEST_CASE("a full disk leaves nothing behind and the older film intact") {
    const Folder folder;
    const std::string target = folder.file("film.mp4");
    std::ofstream(target) << "old";
    // No file of ours or of ffmpeg may grow beyond this.
    ::rlimit before{};
    ::getrlimit(RLIMIT_FSIZE, &before);
    const ::rlimit tiny{20'000, before.rlim_max};
    const auto old_handler = std::signal(SIGXFSZ, SIG_IGN);
    ::setrlimit(RLIMIT_FSIZE, &tiny);
    const auto film = [&] {
        FilmWriter writer(target, width, height, 25);
        for (int i = 0; i < 60; ++i) writer.add(picture(i, true));
        writer.finish();
    };
    CHECK_THROWS_AS(film(), std::runtime_error);
    ::setrlimit(RLIMIT_FSIZE, &before);
    std::signal(SIGXFSZ, old_handler);
    CHECK(fs::file_size(target) == 3);
    CHECK(folder.entries() == 1);
}

TEST_CASE("a folder that cannot be written to is named") {
    CHECK_THROWS_WITH(([] {
                          FilmWriter film("/nonexistent/film.mp4", width, height, 25);
                          for (int i = 0; i < 50; ++i) film.add(picture(i));
                          film.finish();
                      }()),
                      contains("/nonexistent/film.mp4: ffmpeg failed"));
}

}  // namespace
}  // namespace pf
