#pragma once
#include <optional>
#include <string>
#include <vector>

#include "app/runtime/compute.h"
#include "app/runtime/results.h"
#include "app/runtime/scene.h"

namespace pf {

// What was pinned: a particle, or the point (x, y).
struct Pin {
    int particle = -1;        // −1: the point
    double x = 0, y = 0;
    std::optional<double> t = {};  // of the point, 0 … 1; none: the time shown, whatever it is
    bool operator==(const Pin&) const = default;
};

// How a scene was looked at: the time shown, the camera that all panes share, and what was pinned.
struct Viewpoint {
    double t = 0;                         // 0 … 1
    bool playing = false;
    double x = 0, y = 0, zoom = 1;        // centre in data units; 1 shows the whole scene
    double turn = -28, tilt = 38;         // degrees, of a surface
    std::optional<Pin> pin = {};
    bool fan = true, posterior = true;    // what is drawn through a pinned point, beside its ODE
    bool operator==(const Viewpoint&) const = default;
};

// What a scene file, a picture and a line of text hold: the scene, the weights of its networks as they were trained then (a line has none), and how it was looked at.
struct Document {
    Scene scene;
    WeightSet weights = {};  // by model; null or missing: none
    std::optional<Viewpoint> viewpoint = {};
    std::vector<std::string> notes = {};  // sentences that whoever opened it should read: what was left out of a file of data, points that networks will not learn as they are
};

// The scene with the newest weights of its networks.
Document document(const Scene& scene, const Results& results, std::optional<Viewpoint> viewpoint = {});

// scene_from_json() with what stands beside the scene: "weights", by the name of the model, safetensors in base64; "viewpoint". Weights that do not belong to their model are refused.
Document document_from_json(const std::string& text, const std::string& name);
// Weights that a file of this size may not hold (max_json_bytes) are left out, the largest first; `left_out` gets the names of their models.
std::string document_to_json(const Document& document, bool compact = false, std::vector<std::string>* left_out = nullptr);

// load_scene() and save_scene() with all of it.
Document load_document(const std::string& file_or_id);
void save_document(const std::string& path, const Document& document, std::vector<std::string>* left_out = nullptr);

}  // namespace pf
