#include <algorithm>
#include <filesystem>
#include <sstream>

#include "app/runtime/files/atomic_file.h"
#include "app/runtime/files/data_file.h"
#include "app/runtime/files/unreadable.h"
#include "app/runtime/json/strict.h"
#include "app/runtime/lecture.h"
#include "app/runtime/options.h"
#include "app/runtime/point_scale.h"
#include "app/runtime/scene_document.h"
#include "app/runtime/scene_file.h"
#include "app/runtime/scene_picture.h"
#include "app/runtime/share_line.h"
#include "app/runtime/user_data.h"
#include "app/runtime/words.h"
#include "core/math/errors.h"
#include "core/nn/file_kind.h"
#include "embedded/scenes.h"

namespace pf {
namespace {

void complete(Choice& choice, ChoiceTable table) {
    for (const auto& option : options(table, choice.id, "id"))
        if (option.kind == Option::Kind::curve)
            choice.curves.try_emplace(option.id, option.points);
        else
            choice.values.try_emplace(option.id, option.value);
}

// A file of data as a scene: a network to train on it, followed without noise and with it.
Document scene_of_data(const std::string& path) {
    Document document;
    Scene& out = document.scene;
    FilePoints points = read_data_file(path, out.seed);
    if (is_warning(points)) document.notes.push_back(describe(points, path));
    const std::string name = std::filesystem::path(path).filename().string();
    out.title = name.size() <= limits::title && is_plain_utf8(name) ? name : "Own data";
    out.sentence = "A network learns these points; ODE and SDE then draw new ones.";
    out.data = {{"points", {}}, {}, make_point_set(std::move(points.x)), {}};
    out.models[0].name = "flow";
    out.models[0].field = "network";
    out.lanes[0].model = "flow";
    out.lanes.push_back(out.lanes[0]);
    out.lanes[1].sigma = {"beta", {}};  // stable up to the data, wherever they lie
    out.lanes[1].solver = {"euler_maruyama", {}};
    out.lanes[1].steps = 100;
    validate(out, path);
    return document;
}

// What is neither a word for a scene nor a file with text in it.
[[noreturn]] void refuse_word(const std::string& word) {
    std::error_code error;
    const auto status = std::filesystem::status(word, error);
    if (std::filesystem::is_directory(status)) throw BadInput(word + ": is a folder; expected a scene file or a built-in scene");
    if (std::filesystem::is_regular_file(status) && std::filesystem::file_size(word, error) == 0) throw BadInput(word + ": is empty; expected a scene");
    if (std::filesystem::exists(status)) throw BadInput(unreadable(word));
    if (is_lecture(word)) throw BadInput(fmt::format("'{}' is a lecture, not a scene; lectures are for 'check', 'render' and the window", word));
    std::vector<std::string_view> ids;
    for (const auto& builtin : builtin_scenes()) ids.push_back(builtin.id);
    if (const auto meant = probably_meant(word, ids); !meant.empty()) throw BadInput(fmt::format("{}: neither a readable scene file nor a built-in scene; is '{}' meant?", word, meant));
    if (word.find_first_of("./") != std::string::npos) throw BadInput(word + ": there is no such file; expected a scene");
    throw BadInput(word + ": neither a readable scene file nor a built-in scene ('probflow scenes' lists them)");
}

// Files that can be no scene are told apart before the parser stumbles over their first byte.
void expect_scene(const std::string& path, const std::string& text) {
    const nn::FileKind kind = nn::file_kind({reinterpret_cast<const unsigned char*>(text.data()), text.size()});
    if (!kind.id.empty()) throw BadInput(fmt::format("{}: this is {}; {}", path, kind.name, kind.remedy));
    const auto first = text.find_first_not_of(" \t\r\n");
    if (first == std::string::npos) throw BadInput(path + ": holds nothing but blanks; expected a scene");
    const std::string line = text.substr(first, std::min<std::size_t>(20, text.find_first_of("\r\n", first) - first));
    if (text.find('\0') != std::string::npos) throw BadInput(path + ": not text; expected a scene (JSON, or a PNG that holds one) or data (CSV, NPY, PNG, JPEG)");
    if (line[0] != '{' && line[0] != '[' && !line.starts_with("\xEF\xBB\xBF"))
        throw BadInput(fmt::format("{}: begins with '{}', and a scene is JSON, which begins with '{{'; a table of points needs a name that ends in .csv, .tsv, .txt or .dat", path, quotable(line)));
    if (text.find("\"probflow_lecture\"") != std::string::npos && is_lecture(path)) throw BadInput(path + ": a lecture, not a scene; lectures are for 'check', 'render' and the window");
}

Document with_scale_noted(Document document) {
    if (!document.scene.data.points) return document;
    const auto& models = document.scene.models;
    const bool learns = std::any_of(models.begin(), models.end(), [](const Model& model) { return model.field == "network"; });
    if (const auto scale = learns ? about_scale(document.scene.data.points->x) : ""; !scale.empty()) document.notes.push_back("data.points: " + scale);
    return document;
}

}  // namespace

Scene completed(Scene scene) {
    complete(scene.data.choice, ChoiceTable::data);
    for (auto& model : scene.models) {
        complete(model.schedule, ChoiceTable::schedule);
        complete(model.objective.weighting, ChoiceTable::weighting);
        complete(model.objective.times, ChoiceTable::times);
    }
    for (auto& lane : scene.lanes) complete(lane.sigma, ChoiceTable::sigma);
    return scene;
}

Scene load_scene(const std::string& file_or_id) { return load_document(file_or_id).scene; }

Document load_document(const std::string& file_or_id) {
    for (const auto& builtin : builtin_scenes())
        if (builtin.id == file_or_id) return {builtin.scene};
    if (is_share_line(file_or_id)) return with_scale_noted(document_from_line(file_or_id, "the shared line"));
    if (is_data_file(file_or_id) && !holds_scene(file_or_id)) return scene_of_data(file_or_id);
    const std::string text = json_text(file_or_id);
    if (text.empty()) refuse_word(file_or_id);
    if (is_png(file_or_id)) return with_scale_noted(document_from_json(scene_in_picture(file_or_id), file_or_id));
    expect_scene(file_or_id, text);
    return with_scale_noted(document_from_json(text, file_or_id));
}

void save_scene(const std::string& path, const Scene& scene) { save_document(path, {scene}); }
void save_document(const std::string& path, const Document& document, std::vector<std::string>* left_out) { atomic_write(path, document_to_json(document, false, left_out)); }

const std::vector<BuiltinScene>& builtin_scenes() {
    static const std::vector<BuiltinScene> scenes = [] {
        std::vector<BuiltinScene> all;
        std::istringstream order{std::string(embedded::scenes("order.txt"))};
        std::string group;
        for (std::string line; std::getline(order, line);) {
            if (line.starts_with("# ")) group = line.substr(2);
            else if (!line.empty()) all.push_back({line, group, scene_from_json(std::string(embedded::scenes(line + ".json")), line + ".json")});
        }
        return all;
    }();
    return scenes;
}

int builtin_index(const Scene& scene) {
    const auto& all = builtin_scenes();
    const auto it = std::find_if(all.begin(), all.end(), [&](const BuiltinScene& builtin) { return builtin.scene.title == scene.title; });
    return it == all.end() ? -1 : static_cast<int>(it - all.begin());
}

std::vector<std::string> weight_files(const Scene& scene, const std::string& weights) {
    std::vector<std::string> files(scene.models.size());
    const std::string suffix = ".safetensors";
    const std::string stem = weights.ends_with(suffix) ? weights.substr(0, weights.size() - suffix.size()) : weights;
    bool first = true;
    for (std::size_t i = 0; i < files.size(); ++i) {
        if (scene.models[i].field != "network") continue;
        files[i] = first ? weights : stem + "-" + scene.models[i].name + suffix;
        first = false;
    }
    return files;
}

}  // namespace pf
