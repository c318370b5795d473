#pragma once
#include <functional>
#include <stop_token>
#include <string>
#include <thread>

#include "app/panels/context.h"
#include "app/runtime/latest.h"

namespace pf {

// What the program remembers of how a person likes it, between scenes and starts: a JSON file of its own, no part of a scene.
struct Settings {
    panels::Theme theme = panels::Theme::dark;
    panels::Convention convention = panels::Convention::flow;
    double scale = 0;  // of text and controls, 0.75 … 3; 0: as the monitor says
    bool reduced_motion = false, controls_open = true, numbers_open = true;
    int width = 1600, height = 900;  // of the window
    std::vector<std::string> recent_files;
    bool operator==(const Settings&) const = default;
};

// $XDG_CONFIG_HOME/probflow/settings.json, or below $HOME/.config; empty where neither says an absolute path: then nothing is kept.
std::string settings_path();

// Strict, as scenes are: throws BadInput "<name>: <key>: expected …".
Settings settings_from_json(const std::string& text, const std::string& name);
std::string settings_to_json(const Settings& settings);

// What is in the file; the defaults if there is none, and also, with a sentence, if it is damaged.
struct ReadSettings {
    Settings settings;
    std::string sentence;
};
ReadSettings read_settings(const std::string& path);

// Writes on a thread of its own, the newest last; complete or not at all. The end waits for the last one. `failed` is called on that thread, with a sentence.
class SettingsWriter {
public:
    SettingsWriter(std::string path, std::function<void(std::string)> failed);
    ~SettingsWriter();
    SettingsWriter(const SettingsWriter&) = delete;
    SettingsWriter& operator=(const SettingsWriter&) = delete;
    void write(Settings settings) { inbox_.push(std::move(settings)); }

private:
    void work(std::stop_token stop);
    std::string path_;
    std::function<void(std::string)> failed_;
    Inbox<Settings> inbox_;
    std::jthread thread_;  // last member
};

}  // namespace pf
