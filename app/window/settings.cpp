#include "app/window/settings.h"

#include <array>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "app/runtime/files/atomic_file.h"
#include "app/runtime/json/reader.h"
#include "app/runtime/json/strict.h"
#include "core/math/errors.h"

namespace pf {
namespace {

namespace fs = std::filesystem;

constexpr WholeRange window_side{1, 100'000}, recent_count{0, panels::most_recent_files};
constexpr double least_scale = 0.75, greatest_scale = 3;
constexpr std::array themes{"dark", "light", "projector"};
constexpr std::array conventions{"flow", "diffusion"};

template <class Enum, std::size_t N>
void word(JsonObject& object, std::string_view key, const std::array<const char*, N>& words, Enum& target) {
    const auto value = object.find(key);
    if (!value) return;
    const std::string said = value->text();
    std::string known;
    for (std::size_t i = 0; i < N; ++i) {
        if (said == words[i]) return void(target = static_cast<Enum>(i));
        known += (i ? ", " : "") + std::string(words[i]);
    }
    value->fail(fmt::format("expected one of {}, got '{}'", known, said));
}

}  // namespace

std::string settings_path() {
    const char *config = std::getenv("XDG_CONFIG_HOME"), *home = std::getenv("HOME");
    if (config && fs::path(config).is_absolute()) return std::string(config) + "/probflow/settings.json";
    if (home && fs::path(home).is_absolute()) return std::string(home) + "/.config/probflow/settings.json";
    return "";
}

Settings settings_from_json(const std::string& text, const std::string& name) {
    const nlohmann::json document = parse_strict(text, name);
    JsonObject object = JsonValue(document, name, "").object();
    Settings out;
    int version = 1;
    object.integer("probflow_settings", version, {1, 1});
    word(object, "theme", themes, out.theme);
    word(object, "convention", conventions, out.convention);
    if (const auto scale = object.find("scale")) {
        out.scale = scale->real();
        if (out.scale != 0 && (out.scale < least_scale || out.scale > greatest_scale)) scale->fail(fmt::format("expected 0, or {} to {}, got {}", least_scale, greatest_scale, out.scale));
    }
    object.boolean("reduced_motion", out.reduced_motion);
    object.boolean("controls_open", out.controls_open);
    object.boolean("numbers_open", out.numbers_open);
    object.integer("width", out.width, window_side);
    object.integer("height", out.height, window_side);
    if (const auto recent = object.find("recent_files"))
        for (const JsonValue& path : recent->elements(recent_count)) out.recent_files.push_back(path.text());
    object.finish();
    return out;
}

std::string settings_to_json(const Settings& settings) {
    const nlohmann::ordered_json all{{"probflow_settings", 1},
                                     {"theme", themes[static_cast<std::size_t>(settings.theme)]},
                                     {"convention", conventions[static_cast<std::size_t>(settings.convention)]},
                                     {"scale", settings.scale},
                                     {"reduced_motion", settings.reduced_motion},
                                     {"controls_open", settings.controls_open},
                                     {"numbers_open", settings.numbers_open},
                                     {"width", settings.width},
                                     {"height", settings.height},
                                     {"recent_files", settings.recent_files}};
    // A path need not be UTF-8.
    return all.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n";
}

ReadSettings read_settings(const std::string& path) {
    std::error_code error;
    if (path.empty() || !fs::exists(path, error)) return {};
    try {
        if (!std::ifstream(path)) throw BadInput(path + ": cannot be read");
        return {settings_from_json(json_text(path), path), ""};
    } catch (const BadInput& bad) {
        return {{}, fmt::format("{}; the usual settings are used", bad.what())};
    }
}

SettingsWriter::SettingsWriter(std::string path, std::function<void(std::string)> failed)
    : path_(std::move(path)), failed_(std::move(failed)), thread_([this](std::stop_token stop) { work(stop); }) {}

SettingsWriter::~SettingsWriter() = default;

void SettingsWriter::work(std::stop_token stop) {
    for (bool last = false; !last;) {
        inbox_.wait(stop);
        last = stop.stop_requested();
        const auto settings = inbox_.drain();
        if (settings.empty()) continue;
        try {
            fs::create_directories(fs::path(path_).parent_path());
            atomic_write(path_, settings_to_json(settings.back()));
        } catch (const std::exception& error) {
            failed_(fmt::format("the settings were not kept: {}", error.what()));
        }
    }
}

}  // namespace pf
