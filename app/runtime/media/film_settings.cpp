#include "app/runtime/media/film_settings.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdio>

#include "app/runtime/limits.h"
#include "app/runtime/media/film_plan.h"
#include "core/math/errors.h"

namespace pf {
namespace {

constexpr int least_side = 64, most_side = 8192;

constexpr FilmKind kinds[] = {
    {"mp4", "MP4", "H.264: plays everywhere", true, false},
    {"webm", "WebM", "VP9: for web pages", true, false},
    {"gif", "GIF", "256 colours a frame, 10, 20, 25 or 50 frames per second: for slides and chats", true, false},
    {"apng", "APNG", "an animated PNG: every pixel exact, large", true, true},
    {"png", "PNG pictures", "numbered, every pixel exact; needs no ffmpeg", false, true},
};

constexpr FilmWord motions[] = {{"forward", "noise → data", "from the noise to the data"},
                                {"backward", "data → noise", "from the data to the noise"},
                                {"there_and_back", "there and back", "to the data and back to the noise"}};
constexpr FilmWord chromas[] = {{"420", "4:2:0", "a colour for every four pixels: plays everywhere"}, {"444", "4:4:4", "a colour for every pixel: sharper small particles, plays in fewer players"}};
constexpr FilmWord themes[] = {{"dark", "dark", "light on dark"}, {"light", "light", "dark on light"}, {"projector", "projector", "white ground, thick lines"}};
constexpr FilmWord conventions[] = {{"flow", "t, α, β", "noise at t = 0; α_t, β_t, σ_t"}, {"diffusion", "τ, α, σ", "noise at τ = 1 - t = 1; α_τ, σ_τ, g_τ"}};

using Real = FilmOption::Real;
using Whole = FilmOption::Whole;
using Flag = FilmOption::Flag;
using Word = FilmOption::Word;
using Text = FilmOption::Text;
using S = FilmSettings;

std::span<const FilmOption> table() {
    static const std::vector<FilmOption> all{
        {"size", "size", "pixels, WIDTHxHEIGHT, 64 to 8192 a side", "Size", Text{&S::size}},
        {"scale", "enlarged ×", "times the size, text and lines with it", "Size", Whole{&S::scale, {1, 4}, {1, 4}}},
        {"chroma", "colours", "of an mp4", "Size", Word{&S::chroma, chromas}},
        {"fps", "frames/s", "frames per second (gif: 10, 20, 25 or 50)", "Time", Whole{&S::fps, {1, 120}, {10, 60}}},
        {"seconds", "seconds", "length of the film", "Time", Real{&S::seconds, {0.04, 3600}, {1, 60, true}}},
        {"motion", "motion", "which way t runs", "Time", Word{&S::motion, motions}},
        {"easing", "easing", "how fast it runs where", "Time", Word{&S::easing, easings()}},
        {"hold_start", "hold first, %", "stands still at the first frame, % of the length", "Time", Real{&S::hold_start, {0, 45}, {0, 45}}},
        {"hold_end", "hold end, %", "stands still at the end, or where it turns, % of the length", "Time", Real{&S::hold_end, {0, 45}, {0, 45}}},
        {"loop", "seamless loop", "the last frame leads into the first: there and back without a double frame, otherwise with a dissolve of a tenth of the length", "Time", Flag{&S::loop}},
        {"training", "follow training", "the film follows training from random weights, which is done anew, instead of t", "Training", Flag{&S::training}},
        {"t", "t", "time of a png picture, and where a film of training stands", "Training", Real{&S::t, {0, 1}, {0, 1}}},
        {"sweeps", "sweeps of t", "how often t runs from 0 to 1 in a film of training; 0: it stands", "Training", Whole{&S::sweeps, {0, 1000}, {0, 20}}},
        {"panes", "panes", "all, or numbers of lanes: 2 or 1,3", "Picture", Text{&S::panes}},
        {"caption", "title and sentence", "what is seen, above the panes", "Picture", Flag{&S::caption}},
        {"labels", "axes, lane titles", "axes, lane titles and marks on the panes", "Picture", Flag{&S::labels}},
        {"legend", "legend", "of densities, arrows and colours", "Picture", Flag{&S::legend}},
        {"equation", "equation", "what each lane follows, typeset under its pane, with its numbers at t", "Picture", Flag{&S::equation}},
        {"time", "time", "the time line below, or the steps of training", "Picture", Flag{&S::time}},
        {"theme", "theme", "of the picture", "Picture", Word{&S::theme, themes}},
        {"convention", "notation", "letters and time of what is written; scenes, --t and every data file hold t in both", "Picture", Word{&S::convention, conventions}},
        {"transparent", "transparent ground", "of png and apng", "Picture", Flag{&S::transparent}},
        {"camera", "view", "x,y,zoom or x,y,zoom,turn,tilt in place of the whole scene: centre in data units, times, degrees of a surface", "Picture", Text{&S::camera}},
    };
    return all;
}

[[noreturn]] void refuse(std::string_view id, const std::string& sentence) { throw BadInput(fmt::format("{}: {}", film_flag(id), sentence)); }

template <class Value>
void check_range(std::string_view id, Value value, Domain domain) {
    if (!(static_cast<double>(value) >= domain.min && static_cast<double>(value) <= domain.max)) refuse(id, fmt::format("expected {:g} to {:g}, got {:g}", domain.min, domain.max, static_cast<double>(value)));
}

struct Check {
    const FilmSettings& settings;
    std::string_view id;
    void operator()(const Real& o) const { check_range(id, settings.*o.value, o.domain); }
    void operator()(const Whole& o) const { check_range(id, settings.*o.value, o.domain); }
    void operator()(const Flag&) const {}
    void operator()(const Text&) const {}
    void operator()(const Word& o) const {
        std::string known;
        for (const FilmWord& word : o.words) {
            if (word.id == settings.*o.value) return;
            known += (known.empty() ? "" : ", ") + std::string(word.id);
        }
        refuse(id, fmt::format("unknown word '{}' (known: {})", settings.*o.value, known));
    }
};

}  // namespace

std::span<const FilmKind> film_kinds() { return kinds; }

const FilmKind& film_kind(std::string_view ending) {
    std::string known;
    for (const FilmKind& kind : kinds) {
        if (kind.ending == ending) return kind;
        known += (known.empty() ? "." : ", .") + std::string(kind.ending);
    }
    throw BadInput(fmt::format("unknown kind of film '{}' (known endings: {})", ending, known));
}

std::span<const FilmOption> film_options() { return table(); }

std::string film_flag(std::string_view id) {
    std::string out = "--" + std::string(id);
    std::replace(out.begin(), out.end(), '_', '-');
    return out;
}

std::string why_not(const FilmSettings& settings, std::string_view option) {
    if (option == "transparent" && !film_kind(settings.kind).alpha) return "only PNG and APNG hold a transparent ground";
    if (option == "chroma" && settings.kind != "mp4") return "only an MP4 has this choice";
    if (option == "motion" && settings.training) return "training runs forward only";
    if (option == "sweeps" && !settings.training) return "only in a film of training";
    return {};
}

PixelSize film_size(const FilmSettings& settings) {
    PixelSize size;
    char rest = 0;
    if (std::sscanf(settings.size.c_str(), "%dx%d%c", &size.width, &size.height, &rest) != 2 || size.width < least_side || size.height < least_side || size.width > most_side || size.height > most_side)
        refuse("size", fmt::format("expected WIDTHxHEIGHT from {0}x{0} to {1}x{1}, got '{2}'", least_side, most_side, settings.size));
    size.width *= settings.scale, size.height *= settings.scale;
    if (size.width > most_side || size.height > most_side) refuse("scale", fmt::format("{} times {} is {}x{} pixels: at most {} a side", settings.scale, settings.size, size.width, size.height, most_side));
    return size;
}

std::vector<int> film_panes(const FilmSettings& settings, int lanes) {
    std::vector<int> out;
    if (settings.panes == "all") {
        for (int i = 0; i < lanes; ++i) out.push_back(i);
        return out;
    }
    const auto bad = [&] { refuse("panes", fmt::format("expected 'all' or lanes from 1 to {} in increasing order, as in 1,2; got '{}'", lanes, settings.panes)); };
    const std::string& text = settings.panes;
    for (std::size_t at = 0; at <= text.size(); at += 2) {
        const int lane = at < text.size() ? text[at] - '1' : -1;
        if (lane < 0 || lane >= lanes || (!out.empty() && lane <= out.back()) || (at + 1 < text.size() && text[at + 1] != ',')) bad();
        out.push_back(lane);
        if (at + 1 == text.size()) return out;
    }
    bad();
    return out;
}

FilmCamera film_camera(const FilmSettings& settings) {
    FilmCamera c;
    if (settings.camera.empty()) return c;
    const std::string& text = settings.camera;
    const char *at = text.data(), *const end = at + text.size();
    int found = 0;
    for (double* const value : {&c.x, &c.y, &c.zoom, &c.turn, &c.tilt}) {
        const auto [next, error] = std::from_chars(at + (at < end && *at == '+'), end, *value);
        if (error != std::errc{}) break;
        ++found;
        at = next;
        if (at == end || *at != ',') break;
        ++at;
    }
    const bool finite = std::isfinite(c.x) && std::isfinite(c.y) && std::isfinite(c.turn) && std::isfinite(c.tilt);
    const bool whole = at == end && text.back() != ',' && (found == 3 || found == 5);
    if (!whole || !finite || !(c.zoom >= limits::zoom.min && c.zoom <= limits::zoom.max))
        refuse("camera", fmt::format("expected x,y,zoom or x,y,zoom,turn,tilt with a zoom from {:g} to {:g}, got '{}'", limits::zoom.min, limits::zoom.max, settings.camera));
    return c;
}

std::string camera_text(const FilmCamera& c) { return fmt::format("{},{},{},{},{}", c.x, c.y, c.zoom, c.turn, c.tilt); }

void check_settings(const FilmSettings& settings) {
    film_kind(settings.kind);
    const FilmSettings usual;
    for (const FilmOption& option : film_options()) {
        std::visit(Check{settings, option.id}, option.value);
        const bool chosen = std::visit([&](const auto& o) { return settings.*o.value != usual.*o.value; }, option.value);
        if (const std::string reason = why_not(settings, option.id); chosen && !reason.empty()) refuse(option.id, reason);
    }
    film_size(settings);
    film_camera(settings);
}

std::vector<std::string> film_arguments(const FilmSettings& settings) {
    std::vector<std::string> out;
    const FilmSettings usual;
    for (const FilmOption& option : film_options()) {
        const std::string flag = film_flag(option.id);
        if (const auto* f = std::get_if<Flag>(&option.value)) {
            if (settings.*f->value != usual.*f->value) out.push_back(settings.*f->value ? flag : "--no" + flag.substr(1));
            continue;
        }
        std::visit(
            [&](const auto& o) {
                if constexpr (!std::is_same_v<std::decay_t<decltype(o)>, Flag>)
                    if (settings.*o.value != usual.*o.value) out.push_back(fmt::format("{}={}", flag, settings.*o.value));
            },
            option.value);
    }
    if (settings.kind == "png") out.emplace_back("--sequence");
    return out;
}

}  // namespace pf
