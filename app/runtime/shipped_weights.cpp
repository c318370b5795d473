#include "app/runtime/shipped_weights.h"

#include <algorithm>
#include <map>
#include <mutex>

#include "app/runtime/keys.h"
#include "app/runtime/scene_file.h"
#include "embedded/weights.h"

namespace pf {
namespace {

struct Kept {
    std::string file;
    std::shared_ptr<const nn::Weights> weights;  // null until asked for
};

// By what was trained.
std::map<Key, Kept> read_index() {
    std::map<Key, Kept> index;
    for (const BuiltinScene& builtin : builtin_scenes()) {
        const auto files = weight_files(builtin.scene, builtin.id + ".safetensors");
        for (std::size_t i = 0; i < files.size(); ++i)
            if (embedded::weights_has(files[i])) index.emplace(training_key(builtin.scene, static_cast<int>(i)), Kept{files[i], nullptr});
    }
    return index;
}

std::mutex mutex;
std::map<Key, Kept>& index() {
    static std::map<Key, Kept> all = read_index();
    return all;
}

}  // namespace

std::shared_ptr<const nn::Weights> shipped_weights(const Scene& scene, int model) {
    const Key key = training_key(scene, model);
    const std::lock_guard lock(mutex);
    const auto it = index().find(key);
    if (it == index().end()) return nullptr;
    auto& [file, weights] = it->second;
    if (!weights) {
        const std::string_view bytes = embedded::weights(file);
        weights = std::make_shared<const nn::Weights>(nn::from_safetensors(reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(), file));
    }
    return weights;
}

bool is_shipped(const std::shared_ptr<const nn::Weights>& weights) {
    if (!weights) return false;
    const std::lock_guard lock(mutex);
    return std::any_of(index().begin(), index().end(), [&](const auto& entry) { return entry.second.weights == weights; });
}

}  // namespace pf
