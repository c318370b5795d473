#pragma once
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "app/runtime/lane_movies.h"
#include "app/runtime/layer_results.h"
#include "app/runtime/lecture_place.h"
#include "app/runtime/probe_result.h"
#include "app/runtime/results.h"
#include "app/runtime/scene.h"

namespace pf {

struct StudyRequest;

// What is computed only while somebody looks at it.
struct Measurements {
    bool discrepancies = false;     // the table of discrepancies
    bool losses_over_time = false;  // loss and floor over t
    bool field_errors = false;      // over t
    std::string over_time;          // id of the metric of lanes over t; empty: none
    Reach reach;                    // of fields
    bool operator==(const Measurements&) const = default;
};

struct Notice {
    enum class Level { info, warning, error } level = Level::info;
    std::string text;
};

// The running program without a window: scene, history, workers, newest results. Owned by the UI thread; no call blocks.
// A train worker owns the networks being trained; a flow worker integrates and evaluates with the newest weights; a probe worker answers for points; a study
// worker takes what is left.
class Session {
public:
    // `networks`: open the torch module (on a worker). Without it only exact scenes run.
    // `news` is called by workers, on their threads, whenever results, notices or busy() changed; it must not call back.
    explicit Session(Scene scene, bool networks = true, std::function<void()> news = {});
    ~Session();  // cancels and joins, < 2 s

    const Scene& scene() const;            // the preview if one is held, else the current state
    const Scene& committed() const;        // the current state
    void preview(Scene scene);             // while a control is held: results follow, history does not
    void commit(std::string_view what, Scene scene);  // one undo entry; invalid scenes are refused with a notice
    void cancel_preview();
    bool undo();
    bool redo();
    std::string undo_label() const, redo_label() const;  // empty: nothing to undo
    void load(Scene scene, std::string_view what, std::string file = {});  // another scene, undoable; `file`: see below. An open lecture stays where it was
    // The lecture that is open and where in it the scene stands: undone and redone with it. A stop to show; another place for the scene that is there; or no undo entry.
    const LecturePlace& place() const;
    void load(Scene scene, std::string_view what, LecturePlace place);
    void commit(std::string_view what, Scene scene, LecturePlace place);
    void begin_at(LecturePlace place);
    const Scene& preset() const;           // what load() was given for the scene that is there now, also after undo; for "reset to preset"
    const std::string& file() const;       // where that scene is saved, "" where it never was
    void set_file(std::string path);       // it is from now on
    const Scene* told() const;             // the scene as it was when its sentence was changed last; null: not since load(), or it is a stop's
    std::shared_ptr<const void> origin() const;  // one for all that was made of what load() was given: to be compared, and held

    Results results() const;               // newest of everything
    LayerResults layers() const;           // what the layers shown draw
    void measure(const Measurements& wanted);
    // Points whose numbers and curves are wanted, or no longer; asking again for the same costs nothing. Answered in probes(), fast enough to be dragged.
    void probe(std::optional<ProbeRequest> pinned, std::optional<ProbeRequest> hovered);
    Probes probes() const;
    void follow(std::vector<int> particles);  // split the steps of these into drift and noise, in lanes with noise; none: no longer
    void say(Notice notice);               // to the user, among the program's own
    // Measures in the background, of the scene and weights as they are; the newest request replaces the one before. Waits while a control is held.
    void study(const StudyRequest& request);
    void cancel_study();
    std::vector<Notice> take_notices();
    std::string network_status() const;    // "loading", "LibTorch 1.13.1 …", or why it is missing
    bool networks_available() const;

    // Training, by model index. Changing a control never restarts training unasked; hyper-parameters of the scene (learning rate,
    // batch, weighting, times) are taken over live and recorded.
    void train(int model);                 // starts, or resumes
    void pause(int model);
    void restart(int model);               // from random weights
    void set_weights(int model, std::shared_ptr<const nn::Weights> weights);
    void set_weights(const std::vector<std::shared_ptr<const nn::Weights>>& weights);  // of every model that has some there

    bool busy() const;                     // a flow job or training is running

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

// The scene that the sentence on screen was written for: the stop's of a lecture, or that of scene_sentence.h.
const Scene& written_for(const Session& session);
// As the scene leaves the program: with a sentence that is true of it.
Scene told_scene(const Session& session);

}  // namespace pf
