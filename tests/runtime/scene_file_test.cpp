#include <algorithm>
#include <clocale>
#include <cmath>
#include <fstream>
#include <set>

#include "app/runtime/limits.h"
#include "app/runtime/options.h"
#include "app/runtime/scene_document.h"
#include "app/runtime/user_data.h"
#include "app/runtime/words.h"
#include "tests/catch.h"
#include "tests/runtime/helpers.h"

using namespace pf;
using namespace pf::testing;

namespace {

template <class Words>
std::string any(Random& r, const Words& words) {
    return std::string(words[static_cast<std::size_t>(r.below(static_cast<int>(words.size())))]);
}

// Any double a scene may hold, with all its bits.
double inside(Random& r, Domain d) { return r.below(4) == 0 ? d.min : d.min + (d.max - d.min) * r.uniform(); }

Choice any_choice(Random& r, ChoiceTable table, const std::vector<std::string>& ids) {
    Choice out{any(r, ids), {}};
    for (const auto& option : options(table, out.id, "test")) {
        if (option.kind == Option::Kind::curve) {
            out.curves[option.id] = option.points;
            for (std::size_t i = 1; i + 1 < option.points.size(); ++i) out.curves[option.id][i][0] += 0.1 * r.uniform();
            continue;
        }
        double value = inside(r, option.domain);
        if (option.kind != Option::Kind::real) value = std::clamp(std::floor(value), option.domain.min, option.domain.max);
        out.values[option.id] = value;
    }
    return out;
}

Scene random_scene(std::uint64_t seed) {
    Random r(seed, "scene");
    Scene s;
    s.title = "σ \"quoted\" \\ " + std::to_string(r.bits());
    s.sentence = "∇ → line\nbreak";
    s.seed = (std::uint64_t{r.bits()} << 21) ^ r.bits();
    const int kind = r.below(3);
    if (kind == 0) s.data.choice = any_choice(r, ChoiceTable::data, {"gaussian", "eight_gaussians", "moons", "rings", "spirals", "swiss_roll"});
    if (kind == 1) {
        s.data.choice.id = "mixture";
        for (int i = 0; i <= r.below(5); ++i) {
            const double a = r.uniform(), b = r.uniform(), c = r.uniform();
            Component component;
            component.weight = r.uniform() + 1e-3;
            component.mean = {r.normal(), r.normal()};
            component.covariance << a * a + 0.01, a * b, a * b, b * b + c * c;
            component.label = i;
            s.data.components.push_back(component);
        }
    }
    if (kind == 2) {
        s.data.choice.id = "points";
        s.data.points = make_point_set(r.normals(1 + r.below(50)));
    }
    Model m;
    m.name = "m" + std::to_string(r.below(100));
    m.field = any(r, words::fields);
    if (m.field == "formula") m.velocity = {"-y", "x*alpha"}, m.score = {"-x", "-1.5*y"};
    m.schedule = any_choice(r, ChoiceTable::schedule, {"trigonometric", "vp", "custom"});
    m.objective.prediction = any(r, std::vector<std::string>{"velocity", "score", "noise", "data", "v", "edm_f"});
    if (m.schedule.id == "custom" && m.objective.prediction == "v") m.objective.prediction = "velocity";  // v needs α² + β² = 1
    m.objective.weighting = any_choice(r, ChoiceTable::weighting, {"uniform", "usual", "snr", "likelihood", "min_snr"});
    m.objective.times = any_choice(r, ChoiceTable::times, {"uniform", "logit_normal", "edm_log_normal"});
    m.network.hidden.assign(static_cast<std::size_t>(1 + r.below(8)), 1 + r.below(1024));
    m.network.activation = any(r, words::activations);
    m.network.time = any(r, words::time_features);
    m.network.frequencies = 1 + r.below(16);
    m.network.normalise = r.below(2) == 1;
    m.training = {1 + r.below(100000), 1 + r.below(65536), inside(r, {1e-5, 1}), any(r, words::decays), inside(r, {0, 0.9999}), 10 * r.uniform(), r.uniform(), "independent"};
    m.network.conditional = m.field == "network" && s.data.components.size() > 1;
    s.models = {m};
    s.lanes.assign(static_cast<std::size_t>(1 + r.below(4)), Lane{});
    for (auto& l : s.lanes) {
        l.model = m.name;
        if (r.below(2) == 1) l.score_model = m.name;
        l.solver.id = any(r, std::vector<std::string>{"euler_maruyama", "stochastic_heun"});
        l.sigma = any_choice(r, ChoiceTable::sigma, {"zero", "constant", "beta", "reverse", "decreasing", "bump", "drawn"});
        l.steps = 1 + r.below(4096);
        l.particles = 1 + r.below(1000000);
        l.t_min = 0.4 * r.uniform();
        l.t_max = 0.5 + 0.5 * r.uniform();
        l.start = any(r, words::starts);
        l.teleport_to = 0.4 + 0.1 * r.uniform();
        if (m.network.conditional || (m.field == "exact" && kind == 1)) l.guidance.kind = "classifier_free";
        l.guidance.label = kind == 1 ? r.below(static_cast<int>(s.data.components.size())) : -1;
        l.guidance.scale = inside(r, {-1, 10});
        l.guidance.from = 0.4 * r.uniform();
        l.guidance.to = 0.5 + 0.5 * r.uniform();
    }
    s.view.panes = s.lanes.size() == 4 ? 4 : s.lanes.size() >= 2 ? 2 : 1;
    s.view.layers.clear();
    for (const auto layer : words::layers)
        if (r.below(2) == 1) s.view.layers.emplace_back(layer);
    for (const auto layer : words::layers)
        if (r.below(4) == 1) s.view.opacity[std::string(layer)] = r.uniform();
    s.view.density = any(r, words::densities);
    if (s.view.density == "exact") std::erase(s.view.layers, "difference");
    s.view.colour = any(r, words::colours);
    s.view.shape = any(r, words::shapes);
    if (r.below(2) == 1) {
        const double x = 4 * r.uniform(), y = 4 * r.uniform();
        s.view.box = Box{-x, x + 0.1, y - 1, y};
    }
    return s;
}

}  // namespace

TEST_CASE("Every built-in scene is valid, says what is seen, and survives the file bit for bit") {
    const auto& scenes = builtin_scenes();
    REQUIRE(scenes.size() >= 16);
    std::set<std::string> titles;
    for (const auto& [id, group, scene] : scenes) {
        CAPTURE(id);
        CHECK_FALSE(group.empty());
        CHECK(titles.insert(scene.title).second);  // the window knows a built-in scene by its title
        CHECK(builtin_index(scene) == static_cast<int>(titles.size()) - 1);
        CHECK(refusal([&scene = scene] { validate(scene, "scene"); }).empty());
        CHECK(scene.sentence.size() > 30);
        CHECK(std::count_if(scene.sentence.begin(), scene.sentence.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xc0) != 0x80; }) <= 160);  // letters, not bytes
        CHECK(scene.sentence.back() == '.');
        CHECK(scene_from_json(scene_to_json(scene), id) == scene);
        CHECK(scene_from_json(scene_to_json(scene, true), id) == scene);
        CHECK(scene_to_json(scene, true).find('\n') == std::string::npos);
        CHECK(load_scene(id) == scene);
    }
}

TEST_CASE("Random scenes survive the file bit for bit") {
    for (std::uint64_t seed = 0; seed < 300; ++seed) {
        const Scene scene = random_scene(seed);
        CAPTURE(seed, scene_to_json(scene).substr(0, 3000));
        REQUIRE(refusal([&] { validate(scene, "scene"); }).empty());
        const Scene again = scene_from_json(scene_to_json(scene), "again");
        REQUIRE(again == completed(scene));
        REQUIRE(scene_to_json(again) == scene_to_json(scene));
        if (scene.data.points) REQUIRE((again.data.points->x == scene.data.points->x).all());
    }
}

TEST_CASE("Missing keys take defaults, and the written scene names every option") {
    const Scene scene = scene_from_json(R"({"probflow":1})", "x");
    Scene expected = completed(Scene{});
    expected.view.panes = 1;
    CHECK(scene == expected);
    const Scene noisy = scene_from_json(R"({"probflow":1,"lanes":[{"sigma":{"id":"constant"},"solver":{"id":"euler_maruyama"}}]})", "x");
    CHECK(noisy.lanes[0].sigma.values.count("max") == 1);
}

TEST_CASE("Points as a list and as base64 are the same points") {
    const Scene list = scene_from_json(R"({"probflow":1,"data":{"id":"points","points":[[1,2],[-0.5,1e-3]]}})", "x");
    const Scene again = scene_from_json(scene_to_json(list), "x");
    CHECK(again == list);
    CHECK(again.data.points->x(1, 1) == 1e-3f);
    Scene other = list;
    other.data.points = make_point_set((Points(2, 2) << 1, 2, -0.5f, 2e-3f).finished());
    CHECK_FALSE(other == list);
}

namespace {

// A scene or BadInput, never anything else.
void mutate_scenes(int count, std::uint64_t seed) {
    std::vector<std::string> seeds;
    for (const auto& builtin : builtin_scenes()) seeds.push_back(scene_to_json(builtin.scene, true));
    seeds.push_back(scene_to_json(random_scene(1), true));
    seeds.push_back(scene_to_json(random_scene(5), true));
    const std::vector<std::string> pieces{"{", "}", "[", "]", ",", ":", "\"", "-1", "1e999", "0.5", "null", "true", "NaN", "1e308", "-0", "\\u0000",
                                          "\xff", "\"id\"", "{}", "[]", "18446744073709551616", std::string(100, '[')};
    Random r(seed, "mutations");
    int refused = 0;
    for (int i = 0; i < count; ++i) {
        std::string text = seeds[static_cast<std::size_t>(r.below(static_cast<int>(seeds.size())))];
        for (int k = 0; k <= r.below(3); ++k) {
            const auto at = static_cast<std::size_t>(r.below(static_cast<int>(text.size())));
            const auto length = static_cast<std::size_t>(r.below(8));
            switch (r.below(4)) {
                case 0: text[at] = static_cast<char>(r.below(256)); break;
                case 1: text.erase(at, length); break;
                case 2: text.insert(at, pieces[static_cast<std::size_t>(r.below(static_cast<int>(pieces.size())))]); break;
                default: text.replace(at, length, pieces[static_cast<std::size_t>(r.below(static_cast<int>(pieces.size())))]);
            }
        }
        try {
            const Scene scene = scene_from_json(text, "fuzz");
            REQUIRE(scene_from_json(scene_to_json(scene), "again") == scene);
        } catch (const BadInput& error) {
            ++refused;
            REQUIRE(std::string(error.what()).size() < 800);
        } catch (const std::exception& error) {
            INFO(text);
            FAIL(error.what());
        }
    }
    CHECK(refused > count / 2);
}

}  // namespace

TEST_CASE("20,000 mutated scene files: a scene or BadInput, never anything else") { mutate_scenes(20'000, 11); }

TEST_CASE("A million mutated scene files: a scene or BadInput, never anything else", "[long]") { mutate_scenes(1'000'000, 12); }

TEST_CASE("Scene files mean the same in a locale with decimal commas") {
    const Scene scene = random_scene(3);
    const std::string plain = scene_to_json(scene);
    const std::string before = std::setlocale(LC_ALL, nullptr);
    std::setlocale(LC_ALL, "de_DE.UTF-8");
    const std::string there = scene_to_json(scene);
    const Scene read = scene_from_json(plain, "x");
    std::setlocale(LC_ALL, before.c_str());
    CHECK(there == plain);
    CHECK(read == completed(scene));
}

TEST_CASE("Saving and loading a scene file") {
    const Folder folder;
    const Scene scene = builtin("eight_gaussians");
    save_scene(folder.file("a.json"), scene);
    CHECK(load_scene(folder.file("a.json")) == scene);
    CHECK(folder.entries() == 1);
    CHECK(refusal([&] { load_scene(folder.file("none.json")); }) == folder.file("none.json") + ": there is no such file; expected a scene");
    CHECK(refusal([&] { load_scene("nosuch"); }) == "nosuch: neither a readable scene file nor a built-in scene ('probflow scenes' lists them)");
    CHECK(refusal([&] { load_scene("/"); }) == "/: is a folder; expected a scene file or a built-in scene");
}

TEST_CASE("A file that is no scene is called what it is, with what to do about it") {
    const Folder folder;
    const auto says = [&](const std::string& name, const std::string& bytes, const std::string& expected) {
        std::ofstream(folder.file(name), std::ios::binary) << bytes;
        const std::string sentence = refusal([&] { load_scene(folder.file(name)); });
        INFO(sentence);
        CHECK(sentence.starts_with(folder.file(name) + ": " + expected));
        CHECK((sentence.find("PyTorch") == std::string::npos) == (expected.find("PyTorch") == std::string::npos));
    };
    // Local headers of stored, empty entries: all of it but the name is 0 (APPNOTE 4.3.7).
    const auto zip = [](const std::vector<std::string>& names) {
        std::string out;
        for (const auto& name : names) out += "PK\3\4" + std::string(22, '\0') + static_cast<char>(name.size()) + std::string(3, '\0') + name;
        return out;
    };
    const std::string header = R"({"__metadata__":{"format":"pt"}})";
    says("a.npz", zip({"lane1_t.npy", "lane1_x.npy"}), "this is an NPZ, an archive of NumPy's arrays; points are read from an NPY: numpy.save(");
    says("a.zip", zip({"readme.txt", "b.npy"}), "this is a ZIP archive; unpack it first");
    says("a.xlsx", zip({"[Content_Types].xml", "xl/workbook.xml"}), "this is an Office document; save the points as CSV or NPY");
    says("a.pt", zip({"archive/data.pkl", "archive/data/0"}), "this is a PyTorch file; a scene is expected; weights are given with --weights");
    says("a.pkl", std::string("\x80\4\x95\5\0\0\0\0\0\0\0]", 12), "this is a Python pickle, which is a program and is not opened");
    says("a.safetensors", std::string(1, static_cast<char>(header.size())) + std::string(7, '\0') + header, "this is a file of trained weights (safetensors); a scene is expected");
    says("a.jfif", "\xFF\xD8\xFF\xE0 more", "this is a JPEG picture; as data, for its darkness, its name has to end in .jpg");
    says("a.pdf", "%PDF-1.7\n", "this is a PDF; expected a scene (JSON, or a PNG that holds one) or data (CSV, NPY, PNG, JPEG)");
    says("a.elf", std::string("\x7F" "ELF\2\1\1\0", 8), "this is a program (ELF)");
    says("a.json.gz", std::string("\x1F\x8B\x08\0", 4), "this is packed with gzip; unpack it first");
    says("a.array", std::string("\x93NUMPY\1\0", 8), "this is an NPY, an array of NumPy; as points its name has to end in .npy");
    says("a.json", std::string("\xFF\xFE{\0", 4), "this is UTF-16 text; save it as UTF-8");
    says("b.json", std::string("\0{\0\"", 4), "this is UTF-16 text; save it as UTF-8");
    says("c.json", "", "is empty; expected a scene");
    says("d.json", " \n", "holds nothing but blanks; expected a scene");
    says("e.data", "x,y\n1,2\n", "begins with 'x,y', and a scene is JSON, which begins with '{'; a table of points needs a name that ends in .csv, .tsv, .txt or .dat");
    says("f.json", "{\"probflow\": 1,}", "line 1, column");
    says("g.bin", std::string("\1\2\0\3", 4), "not text; expected a scene");
    CHECK(refusal([&] { load_scene("noise_to_data"); }) == "'noise_to_data' is a lecture, not a scene; lectures are for 'check', 'render' and the window");
}

TEST_CASE("Opening a file tells what was left out of it, and that points are out of reach of networks") {
    const Folder folder;
    std::ofstream(folder.file("a.csv")) << "x,y,label\n1000,2000,0\n1300,2400,1\n";
    const Document data = load_document(folder.file("a.csv"));
    REQUIRE(data.notes.size() == 1);
    CHECK(data.notes[0].find("column 3 'label' is left out; mean (1150, 2200)") != std::string::npos);
    save_scene(folder.file("a.json"), data.scene);
    const Document saved = load_document(folder.file("a.json"));
    REQUIRE(saved.notes.size() == 1);
    CHECK(saved.notes[0].starts_with("data.points: mean (1150, 2200)"));
    Scene exact = data.scene;
    exact.models[0].field = "memorising";
    save_scene(folder.file("b.json"), exact);
    CHECK(load_document(folder.file("b.json")).notes.empty());
    CHECK(load_document("moons").notes.empty());
}
