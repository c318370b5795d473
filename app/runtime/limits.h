#pragma once
#include <array>
#include <cstdint>
#include <string_view>

#include "core/math/parameters.h"

namespace pf {

// Closed interval of whole numbers.
struct WholeRange {
    std::int64_t min, max;
};

// What a scene may hold; outside is an error, never clamped. Readers, validate() and controls share these.
namespace limits {
inline constexpr WholeRange seed{0, (std::int64_t{1} << 53) - 1};
inline constexpr WholeRange models{1, 4}, lanes{1, 4};
inline constexpr WholeRange particles{1, 1'000'000}, lane_steps{1, 4096};
inline constexpr WholeRange layers{1, 8}, width{1, 1024}, frequencies{1, 16};
inline constexpr WholeRange training_steps{1, 10'000'000}, batch{1, 65'536};
inline constexpr int memorised = 1000;  // draws that a memorising field holds, where the data are not points themselves
inline constexpr WholeRange components{1, 1000}, points{1, 20'000}, label{0, 999}, optional_label{-1, 999};
inline constexpr Domain learning_rate{1e-9, 1e7}, ema{0, 0.999999}, time{0, 1}, clip{0, 1e9}, chance{0, 1}, opacity{0, 1}, guidance{-1, 10};
inline constexpr Domain zoom{0.05, 200}, angle{-360, 360};
inline constexpr Domain duration{1e-3, 1000}, coordinate{-1e4, 1e4}, weight{1e-9, 1e9};
inline constexpr std::size_t title = 200, sentence = 1000, name = 40, formula = 400;  // bytes
// Of a lecture: its stops, their words in bytes, and seconds but for the minutes.
inline constexpr WholeRange stops{1, 100};
inline constexpr std::size_t watch = 1000, notes = 8000;
inline constexpr Domain minutes{0, 600}, transition{0, 30}, speed{0.0625, 8}, film_seconds{0, 600};
}  // namespace limits

// Words of a scene that are not entries of a table.
namespace words {
inline constexpr std::array<std::string_view, 5> fields{"exact", "memorising", "gaussian", "network", "formula"};
inline constexpr std::array<std::string_view, 4> activations{"silu", "tanh", "relu", "gelu"};
inline constexpr std::array<std::string_view, 2> time_features{"raw", "fourier"};
inline constexpr std::array<std::string_view, 2> decays{"constant", "cosine"};
inline constexpr std::array<std::string_view, 2> couplings{"independent", "ot"};
inline constexpr std::array<std::string_view, 4> guidances{"none", "classifier_free", "autoguidance", "classifier"};
inline constexpr std::array<std::string_view, 2> starts{"noise", "teleport"};
inline constexpr std::array<std::string_view, 13> layers{"density", "difference", "error", "lic", "contours", "grid", "particles", "trails", "trajectories", "streamlines", "velocity", "score",
                                                       "denoiser"};
inline constexpr std::array<std::string_view, 6> densities{"exact", "fokker_planck", "histogram", "likelihood", "class", "product"};
inline constexpr std::array<std::string_view, 6> colours{"start", "single", "log_p", "label", "divergence", "speed"};
inline constexpr std::array<std::string_view, 3> shapes{"flat", "height", "space_time"};
}  // namespace words

}  // namespace pf
