#include "app/runtime/lecture.h"

#include <algorithm>
#include <filesystem>
#include <sstream>

#include "app/runtime/files/atomic_file.h"
#include "app/runtime/json/strict.h"
#include "app/runtime/limits.h"
#include "app/runtime/scene_changes.h"
#include "app/runtime/scene_file.h"
#include "app/runtime/words.h"
#include "core/math/errors.h"
#include "embedded/lectures.h"

namespace pf {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t most_changes = 20;  // to the stop before: a scene that differs in more is written out

void read_text(JsonObject& object, std::string_view key, std::string& target, std::size_t most) {
    const auto value = object.find(key);
    if (!value) return;
    target = value->text();
    if (target.size() > most || !is_plain_utf8(target)) value->fail(fmt::format("expected at most {} bytes of UTF-8 text without control characters", most));
}

void read_real(JsonObject& object, std::string_view key, double& target, Domain range) {
    const auto value = object.find(key);
    if (!value) return;
    target = value->real();
    if (!(target >= range.min && target <= range.max)) value->fail(fmt::format("expected a number from {} to {}, got {}", range.min, range.max, target));
}

bool is_builtin_scene(const std::string& id) {
    const auto& all = builtin_scenes();
    return std::any_of(all.begin(), all.end(), [&](const BuiltinScene& b) { return b.id == id; });
}

// The stop that has this title; −1: none.
int stop_titled(const Lecture& lecture, const std::string& title) {
    const auto it = std::find_if(lecture.stops.begin(), lecture.stops.end(), [&](const Stop& stop) { return stop.scene.title == title; });
    return it == lecture.stops.end() ? -1 : static_cast<int>(it - lecture.stops.begin());
}

// Reads the stops of one file, one after the other.
class Reader {
public:
    Reader(const std::string& name, std::filesystem::path folder) : name_(name), folder_(std::move(folder)) {}

    Stop read(const JsonValue& value, const Lecture& before) const {
        Stop out;
        JsonObject object = value.object();
        const auto changes = object.find("changes");
        if (const auto scene = object.find("scene")) out.scene = read_scene(*scene, out.from);
        else if (before.stops.empty()) value.fail("the first stop needs a 'scene'");
        else out.scene = before.stops.back().scene;
        if (changes) out.scene = changed_scene(out.scene, changes->object(), name_ + ": " + value.path());
        read_text(object, "title", out.scene.title, limits::title);
        read_text(object, "caption", out.scene.sentence, limits::sentence);
        read_text(object, "watch", out.watch, limits::watch);
        read_text(object, "notes", out.notes, limits::notes);
        read_real(object, "minutes", out.minutes, limits::minutes);
        read_real(object, "transition", out.transition, limits::transition);
        if (const auto part = object.find("play")) {
            JsonObject play = part->object();
            read_real(play, "t", out.t, limits::time);
            play.boolean("playing", out.playing);
            play.boolean("reversed", out.reversed);
            read_real(play, "speed", out.speed, limits::speed);
            play.finish();
        }
        object.boolean("train", out.train);
        read_real(object, "film_seconds", out.film_seconds, limits::film_seconds);
        object.finish();
        validate(out.scene, name_ + ": " + value.path());
        if (const int twin = stop_titled(before, out.scene.title); twin >= 0) value.fail(fmt::format("expected a title that no other stop has; stops[{}] is called '{}' too", twin, quotable(out.scene.title)));
        return out;
    }

private:
    Scene read_scene(const JsonValue& value, std::string& from) const {
        if (!value.is_text()) return scene_from_json(value.object().value().document().dump(), name_ + ": " + value.path());
        from = value.text();
        const std::string path = is_builtin_scene(from) ? from : (folder_ / from).string();
        try {
            return load_scene(path);
        } catch (const BadInput& error) {
            value.fail(error.what());
        }
    }

    const std::string& name_;
    std::filesystem::path folder_;
};

Json stop_to_json(const Stop& stop, const Stop* before) {
    Json out;
    const Scene* base = stop.from.empty() && before ? &before->scene : nullptr;
    for (const auto& builtin : builtin_scenes())
        if (builtin.id == stop.from) base = &builtin.scene, out["scene"] = stop.from;
    Json changes;
    if (base) {
        Scene scene = stop.scene;  // title and caption have keys of their own
        scene.title = base->title, scene.sentence = base->sentence;
        changes = changes_between(*base, scene);
    }
    if (base && (!stop.from.empty() || changes.size() <= most_changes)) out["changes"] = std::move(changes);
    else out["scene"] = Json::parse(scene_to_json(stop.scene, true));
    out["title"] = stop.scene.title;
    out["caption"] = stop.scene.sentence;
    out["watch"] = stop.watch;
    out["notes"] = stop.notes;
    out["minutes"] = stop.minutes;
    out["transition"] = stop.transition;
    out["play"] = {{"t", stop.t}, {"playing", stop.playing}, {"reversed", stop.reversed}, {"speed", stop.speed}};
    out["train"] = stop.train;
    out["film_seconds"] = stop.film_seconds;
    return out;
}

std::string text_of(const std::string& path) {
    std::error_code ignored;
    if (!std::filesystem::is_regular_file(path, ignored)) return {};
    return json_text(path);
}

// The ids, without reading what they stand for.
std::vector<std::string> builtin_ids() {
    std::vector<std::string> out;
    std::istringstream order{std::string(embedded::lectures("order.txt"))};
    for (std::string line; std::getline(order, line);)
        if (!line.empty()) out.push_back(line);
    return out;
}

}  // namespace

Lecture lecture_from_json(const std::string& text, const std::string& name, const std::string& folder) {
    const auto document = parse_strict(text, name);
    JsonObject object = JsonValue(document, name, "").object();
    const JsonValue version = object.at("probflow_lecture");
    if (const auto given = version.whole({1, limits::seed.max}); given > lecture_version)
        version.fail(fmt::format("the file has version {}, and this program reads up to {}; a newer probflow is needed", given, lecture_version));
    Lecture out;
    read_text(object, "title", out.title, limits::title);
    read_text(object, "sentence", out.sentence, limits::sentence);
    const Reader reader(name, folder);
    for (const auto& stop : object.at("stops").elements(limits::stops)) out.stops.push_back(reader.read(stop, out));
    object.finish();
    return out;
}

std::string lecture_to_json(const Lecture& lecture) {
    Json out{{"probflow_lecture", lecture_version}, {"title", lecture.title}, {"sentence", lecture.sentence}, {"stops", Json::array()}};
    const Stop* before = nullptr;
    for (const Stop& stop : lecture.stops) {
        out["stops"].push_back(stop_to_json(stop, before));
        before = &stop;
    }
    return out.dump(2) + "\n";
}

bool is_lecture(const std::string& file_or_id) {
    const auto ids = builtin_ids();
    if (std::find(ids.begin(), ids.end(), file_or_id) != ids.end()) return true;
    const std::string text = text_of(file_or_id);
    if (text.empty() || text.find("stops") == std::string::npos) return false;
    try {
        const auto document = parse_strict(text, file_or_id);
        return document.is_object() && (document.contains("probflow_lecture") || document.contains("stops"));
    } catch (const BadInput&) {
        return false;  // whoever reads it as a scene will say what is wrong
    }
}

Lecture load_lecture(const std::string& file_or_id) {
    for (const auto& builtin : builtin_lectures())
        if (builtin.id == file_or_id) return builtin.lecture;
    const std::string text = text_of(file_or_id);
    if (text.empty()) throw BadInput(fmt::format("{}: neither a readable lecture file nor a built-in lecture (built in: {})", file_or_id, fmt::join(builtin_ids(), ", ")));
    return lecture_from_json(text, file_or_id, std::filesystem::path(file_or_id).parent_path().string());
}

void save_lecture(const std::string& path, const Lecture& lecture) { atomic_write(path, lecture_to_json(lecture)); }

const std::vector<BuiltinLecture>& builtin_lectures() {
    static const std::vector<BuiltinLecture> lectures = [] {
        std::vector<BuiltinLecture> all;
        for (const auto& id : builtin_ids()) all.push_back({id, lecture_from_json(std::string(embedded::lectures(id + ".json")), id + ".json")});
        return all;
    }();
    return lectures;
}

double planned_minutes(const Lecture& lecture) {
    double out = 0;
    for (const Stop& stop : lecture.stops) out += stop.minutes;
    return out;
}

}  // namespace pf
