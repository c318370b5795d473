#pragma once
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "app/runtime/compute.h"
#include "app/runtime/scene_document.h"
#include "app/runtime/scene_file.h"

namespace CLI {
class App;
}

namespace pf::command_line {

// One subcommand: declares its options on `app` and returns what to run after parsing. run() returns the exit code.
class Command {
public:
    virtual ~Command() = default;
    virtual void declare(CLI::App& app) = 0;
    virtual int run(std::stop_token stop) = 0;
};

// One line per command. The word is also the file name (app/command_line/<word>.cpp, - as _).
struct CommandEntry {
    std::string word;
    std::string_view meaning;
    std::unique_ptr<Command> (*make)();
};
const std::vector<CommandEntry>& commands();

// SCENE and --weights, which most commands take.
struct SceneArguments {
    std::string scene, weights;
    std::string device = "auto", engine = "auto";
    void declare(CLI::App& app, bool with_weights = true);
};

// load_document() and load_scene(), with what the user should know of the file (Document::notes) on standard error, each sentence once in a run.
Document open_document(const std::string& file_or_id);
Scene open_scene(const std::string& file_or_id);

// The scene with the weights that came with it or are named by --weights; by model, null where there are none.
Document given(const SceneArguments& arguments);

// How the model's weights in the document came to be, where something was changed meanwhile and can be done again (TrainingRun::replay); else null. Says which on standard error.
const nn::Description* replayed(const Document& document, std::size_t model);

// A loaded scene with a field for every model; networks without given weights are trained first, with a progress bar.
struct Prepared {
    Scene scene;
    WeightSet weights;
    FieldSet fields;
    std::optional<Viewpoint> viewpoint = {};  // how the scene was looked at when it was saved
};
Prepared prepare(const SceneArguments& arguments, std::stop_token stop);
// One network of a scene, trained from the start behind a progress bar.
std::shared_ptr<const nn::Weights> train_with_progress(const Scene& scene, int model, nn::Engine& engine, nn::Device device, std::stop_token stop);

// Refuses a file name with another ending than one of these, whose formats are written; an empty name is none. `option` names it.
void expect_ending(std::string_view option, const std::string& path, std::initializer_list<std::string_view> endings);

// Refuses, before anything is computed, a place where no file can be written, and the file that the scene is read from. An empty path is none.
void expect_place(std::string_view option, const std::string& path, const std::string& scene);

nn::Device device_from(const std::string& word);
bool has_network(const Scene& scene);

// Throws Interrupted when Ctrl-C was pressed.
struct Interrupted {};
void check_interrupted(std::stop_token stop);

// A progress bar on standard error: redrawn in place on a terminal, a line every tenth otherwise. Silent below half a second.
class Progress {
public:
    explicit Progress(std::string what);
    ~Progress();
    void note(std::string_view line);  // a line of its own
    void at(double share, std::string_view detail = {});

private:
    std::string what_;
    bool terminal_, shown_ = false;
    int last_tenth_ = -1;
    double started_, drawn_ = 0;
};

}  // namespace pf::command_line
