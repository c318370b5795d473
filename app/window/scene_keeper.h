#pragma once
#include <chrono>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "app/runtime/autosave.h"
#include "app/runtime/left_scenes.h"
#include "app/runtime/session.h"

namespace pf {

// Says what of the scene and of the networks trained for it is unsaved, and has it kept (autosave.h): at most every two seconds while the scene changes, every twenty while a
// network trains, so that no more is lost, and once more when the program ends. What is unsaved when another scene is opened goes among the scenes that were left (left_scenes.h). UI thread; the
// clock comes from outside.
class SceneKeeper {
public:
    using Clock = std::chrono::steady_clock;
    static constexpr double soon = 1e-3, rest = 2, rest_while_training = 20, rest_after_failure = 10;  // seconds

    // Null: nothing is kept, only said.
    explicit SceneKeeper(Autosave* autosave, LeftScenes* left = nullptr) : autosave_(autosave), left_(left) {}

    // Every turn of the loop. The title of a scene that was left with changes since the last look, if left_ keeps those; stops of a lecture go with it (lecture_keeper.h).
    std::optional<std::string> look(const Session& session, Clock::time_point now);
    // Seconds until look() may have something to do; none: nothing is pending.
    std::optional<double> due(const Session& session, Clock::time_point now) const;
    // What was opened (Session::load) counts as saved, also when undo leads back to it.
    struct Unsaved {
        bool scene = false, networks = false;  // networks: trained here
        explicit operator bool() const { return scene || networks; }
    };
    Unsaved unsaved(const Session& session) const;
    bool keeps() const { return autosave_ && !autosave_->failing(); }
    // The end: what is unsaved now is what the next start offers; nothing, where nothing is. Waits; false: it could not be written, or not with its networks (Autosave::whole()), which is
    // no reason the next time.
    bool keep_last(const Session& session);
    void discard();  // the next start offers nothing of it
    // In Session::file(), but for the weights of these models, by name: files have no room for them.
    void saved(const Session& session, const std::vector<std::string>& left_out = {});
    // What was just loaded stands in no file: it came from the clipboard.
    void nowhere(const Session& session);
    // What was just loaded is one of the scenes that were left: its file goes once it is saved.
    void left_behind(const Session& session, const std::string& path);
    // What was just loaded is the leftover at `path`, which goes once it is kept again.
    void recovered(const Session& session, Document leftover, const std::string& path);

private:
    enum class Wish { nothing, scene, weights };
    Wish wish(const Session& session) const;
    void keep(const Session& session);
    std::optional<std::string> watch(const Session& session);
    void not_left(const std::shared_ptr<const void>& origin);
    Autosave* autosave_;
    LeftScenes* left_;
    // By Session::origin(): the scene as a file has it; none: no file has it. As it was opened where there is no entry.
    std::map<std::shared_ptr<const void>, std::optional<Scene>> saved_;
    std::optional<Scene> kept_;  // what was given to autosave_ last and stands there
    WeightSet kept_weights_;     // likewise, of what was trained here
    std::set<std::shared_ptr<const nn::Weights>> saved_weights_;  // that some file has
    Clock::time_point next_{}, next_weights_{};
    // What was on screen at the last look.
    struct Seen {
        std::shared_ptr<const void> origin;
        std::optional<Scene> unsaved = {};  // none: nothing was
        WeightSet trained = {};
        Document document = {};  // of these
    } seen_;
    std::set<std::shared_ptr<const void>> in_left_;  // by origin
};

}  // namespace pf
