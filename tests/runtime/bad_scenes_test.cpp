#include <cmath>

#include "app/runtime/json/strict.h"
#include "tests/catch.h"
#include "tests/runtime/helpers.h"

using namespace pf;
using testing::refusal;

namespace {

struct Bad {
    std::string text, expected;  // fragment of the message
};

std::string scene(const std::string& rest) { return R"({"probflow":1,)" + rest + "}"; }
std::string model(const std::string& rest) { return scene(R"("models":[{"name":"truth",)" + rest + "}]"); }
std::string lane(const std::string& rest) { return scene(R"("lanes":[{"model":"truth",)" + rest + "}]"); }
std::string data(const std::string& rest) { return scene(R"("data":{)" + rest + "}"); }
std::string component(const std::string& rest) { return data(R"("id":"mixture","components":[{)" + rest + "}]"); }
std::string deep(int n) { return std::string(static_cast<std::size_t>(n), '[') + std::string(static_cast<std::size_t>(n), ']'); }

const std::vector<Bad> bad_scenes{
    {"", "not JSON"},
    {"{", "line 1, column 2: not JSON"},
    {"[]", "x.json: expected an object, got a list"},
    {"null", "expected an object, got null"},
    {"{}", "the key 'probflow' is missing"},
    {"{\"probflow\":1}\x01", "not JSON"},
    {R"({"probflow":2})", "probflow: the file has version 2, and this program reads up to 1"},
    {R"({"probflow":0})", "probflow: expected a whole number from 1"},
    {R"({"probflow":"1"})", "probflow: expected a whole number"},
    {R"({"probflow":1,"probflow":1})", "the key 'probflow' stands there twice"},
    {scene(R"("lanes":[{"steps":1,"steps":2}])"), "lanes[0]: the key 'steps' stands there twice"},
    {scene(R"("titel":"x")"), "unknown key 'titel' (known: probflow, title, sentence, seed, data, source, models, lanes, view, viewpoint, weights)"},
    {scene(R"("title":3)"), "title: expected a text, got 3"},
    {scene(R"("title":"a\u0000b")"), "title: expected UTF-8 text without control characters"},
    {scene(R"("sentence":")" + std::string(1001, 'x') + "\""), "sentence: expected at most 1000 bytes, got 1001"},
    {scene("\"title\":\"\xff\""), "not JSON"},
    {scene(R"("seed":-1)"), "seed: expected a whole number from 0 to 9007199254740991, got -1"},
    {scene(R"("seed":9007199254740992)"), "seed: expected a whole number"},
    {scene(R"("seed":18446744073709551615)"), "seed: expected a whole number"},
    {scene(R"("seed":1e999)"), "seed: the number is too large"},
    {scene(R"("seed":NaN)"), "not JSON"},
    {scene(R"("seed":1.5)"), "got 1.5"},
    {scene(R"("seed":true)"), "got true"},
    {scene(R"("models":[])"), "models: expected 1 to 4 entries, got 0"},
    {scene(R"("models":[{},{},{},{},{}])"), "models: expected 1 to 4 entries, got 5"},
    {scene(R"("models":{})"), "models: expected a list, got an object"},
    {scene(R"("models":[{"name":"a"},{"name":"a"}],"lanes":[{"model":"a"}])"), "models[1].name: 'a' is the name of an earlier model"},
    {scene(R"("models":[{"name":""}])"), "models[0].name: expected a name"},
    {model(R"("field":"exakt")"), "models[0].field: unknown id 'exakt' (known: exact, memorising, gaussian, network, formula)"},
    {model(R"("schedule":"linear")"), "models[0].schedule: expected an object, got the text 'linear'"},
    {model(R"("schedule":{})"), "models[0].schedule: the key 'id' is missing"},
    {model(R"("schedule":{"id":"lin"})"), "models[0].schedule.id: unknown id 'lin' (known: linear, square_root, trigonometric, vp, ddpm, sub_vp, ve, edm, custom)"},
    {model(R"("schedule":{"id":"linear","beta_max":20})"), "models[0].schedule: unknown key 'beta_max' (known: id)"},
    {model(R"("schedule":{"id":"custom","alpha":[[0,0]]})"), "models[0].schedule.alpha: expected 2 to 32 entries, got 1"},
    {model(R"("schedule":{"id":"custom","alpha":[[0,0],[1]]})"), "models[0].schedule.alpha[1]: expected 2 entries, got 1"},
    {model(R"("schedule":{"id":"custom","alpha":[[0,0],[1,"x"]]})"), "models[0].schedule.alpha[1][1]: expected a number, got the text 'x'"},
    {model(R"("schedule":{"id":"custom","alpha":3})"), "models[0].schedule.alpha: expected a list, got 3"},
    {model(R"("schedule":{"id":"custom","alpha":[[0.1,0],[1,1]]})"), "models[0].schedule.alpha: the first point must be at t = 0, got 0.1"},
    {model(R"("schedule":{"id":"custom","alpha":[[0,0],[0.9,1]]})"), "models[0].schedule.alpha: the last point must be at t = 1, got 0.9"},
    {model(R"("schedule":{"id":"custom","alpha":[[0,0],[0.5,0.5],[0.5,0.6],[1,1]]})"), "models[0].schedule.alpha: t must increase from point to point, got 0.5 after 0.5"},
    {model(R"("schedule":{"id":"custom","alpha":[[0,0],[0.5,0.7],[0.6,0.6],[1,1]]})"), "models[0].schedule.alpha: the curve must not fall, and does from t = 0.5 to 0.6"},
    {model(R"("schedule":{"id":"custom","alpha":[[0,0],[1,0.9]]})"), "models[0].schedule.alpha: the curve must end in 1 at t = 1, got 0.9"},
    {model(R"("schedule":{"id":"custom","beta":[[0,1],[0.5,0.2],[1,0.3]]})"), "models[0].schedule.beta: the curve must not rise, and does from t = 0.5 to 1"},
    {model(R"("schedule":{"id":"custom","beta":[[0,1],[1,-1]]})"), "models[0].schedule.beta: expected values from 0 to 100, got -1 at t = 1"},
    {model(R"("schedule":{"id":"custom","alpha":[[0,0],[0.4,0.5],[0.6,0.5],[1,1]],"beta":[[0,1],[0.3,0.6],[0.7,0.6],[1,0]]})"), "models[0].schedule.beta: α and β must not stand still together"},
    {model(R"("schedule":{"id":"custom","beta":[[0,1],[0.8,0],[1,0]]})"), "models[0].schedule.beta: α and β must not stand still together"},
    {lane(R"("sigma":{"id":"drawn","curve":[[0,1],[1,-1]]})"), "lanes[0].sigma.curve: expected values from 0 to 100, got -1 at t = 1"},
    {lane(R"("start":"data")"), "lanes[0].start: unknown id 'data' (known: noise, teleport)"},
    {lane(R"("start":"teleport","teleport_to":1.5)"), "lanes[0].teleport_to: expected a number from 0 to 1, got 1.5"},
    {lane(R"("start":"teleport","teleport_to":0)"), "lanes[0]: teleport_to 0 must lie between 0 and 1, where this lane runs"},
    {lane(R"("start":"teleport","teleport_to":0.2,"t_min":0.3)"), "lanes[0]: teleport_to 0.2 must lie between 0.3 and 1"},
    {lane(R"("start":"teleport","process":"noising")"), "lanes[0]: a lane teleports from the noise on, and process 'noising' does not begin there"},
    {lane(R"("start":"teleport","variant":"reversed_time")"), "lanes[0]: a teleport follows the right equations, and variant 'reversed_time' does not"},
    {scene(R"("source":{"id":"moons"},"models":[{"name":"truth","field":"network"}],"lanes":[{"model":"truth","start":"teleport"}])"), "lanes[0]: a teleport moves N(0, β₀² I), and this scene starts from 'moons'"},
    {model(R"("objective":{"id":"speed"})"), "models[0].objective.id: unknown"},
    {model(R"("objective":{"weighting":{"id":"none"}})"), "models[0].objective.weighting.id: unknown id 'none'"},
    {model(R"("objective":{"times":{"id":"x"}})"), "models[0].objective.times.id: unknown id 'x'"},
    {model(R"("objective":{"weight":1})"), "models[0].objective: unknown key 'weight'"},
    {model(R"("field":"network","objective":{"id":"v"})"), "v-prediction needs a path with α² + β² = 1, and 'linear' is none"},
    {model(R"("network":{"hidden":[]})"), "models[0].network.hidden: expected 1 to 8 entries, got 0"},
    {model(R"("network":{"hidden":[1,1,1,1,1,1,1,1,1]})"), "expected 1 to 8 entries, got 9"},
    {model(R"("network":{"hidden":[64,1025]})"), "models[0].network.hidden[1]: expected a whole number from 1 to 1024, got 1025"},
    {model(R"("network":{"hidden":[0]})"), "got 0"},
    {model(R"("network":{"hidden":64})"), "models[0].network.hidden: expected a list, got 64"},
    {model(R"("network":{"activation":"elu"})"), "models[0].network.activation: unknown id 'elu' (known: silu, tanh, relu, gelu)"},
    {model(R"("network":{"time":"sine"})"), "models[0].network.time: unknown id 'sine' (known: raw, fourier)"},
    {model(R"("network":{"frequencies":17})"), "models[0].network.frequencies: expected a whole number from 1 to 16, got 17"},
    {model(R"("network":{"normalise":1})"), "models[0].network.normalise: expected true or false, got 1"},
    {model(R"("training":{"batch":0.5})"), "models[0].training.batch: expected a whole number from 1 to 65536, got 0.5"},
    {model(R"("training":{"batch":65537})"), "got 65537"},
    {model(R"("training":{"steps":0})"), "models[0].training.steps: expected a whole number from 1 to 10000000, got 0"},
    {model(R"("training":{"learning_rate":0})"), "models[0].training.learning_rate: expected a number from"},
    {model(R"("training":{"learning_rate":"fast"})"), "models[0].training.learning_rate: expected a number, got the text 'fast'"},
    {model(R"("training":{"decay":"linear"})"), "models[0].training.decay: unknown id 'linear' (known: constant, cosine)"},
    {model(R"("training":{"ema":1})"), "models[0].training.ema: expected a number from 0 to"},
    {model(R"("training":{"clip":-1})"), "models[0].training.clip: expected a number from 0 to"},
    {model(R"("training":{"label_dropout":1.5})"), "models[0].training.label_dropout: expected a number from 0 to 1, got 1.5"},
    {model(R"("training":{"coupling":"sinkhorn"})"), "models[0].training.coupling: unknown id 'sinkhorn' (known: independent, ot)"},
    {model(R"("field":"network","objective":{"id":"score"},"training":{"coupling":"ot"})"), "models[0]: the score is no regression target on a coupled path"},
    {scene(R"("data":{"id":"checkerboard"},"models":[{"name":"truth","field":"network","network":{"conditional":true}}])"),
     "models[0]: a conditional network needs data with 2 to 16 labels below 16, and 'checkerboard' has 0"},
    {scene(R"("source":"noise")"), "source: expected \"gaussian\" or a data set"},
    {scene(R"("source":{"id":"moon"})"), "source.id: unknown id 'moon'"},
    {scene(R"("source":{"id":"moons"})"), "models[0]: the field 'exact' is that of a Gaussian source; with source 'moons' choose field 'network'"},
    {scene(R"("source":{"id":"moons"},"models":[{"name":"truth","field":"network","schedule":{"id":"vp"}}])"), "only the schedule 'linear' leads, not 'vp'"},
    {scene(R"("source":{"id":"moons"},"models":[{"name":"truth","field":"network"}],"lanes":[{"model":"truth","sigma":{"id":"constant"},"solver":{"id":"euler_maruyama"}}])"),
     "lanes[0]: 'truth' was trained on a coupled path and has no score; choose sigma zero and a solver of the ODE"},
    {scene(R"("models":[{"name":"truth","field":"network","training":{"coupling":"ot"}}],"lanes":[{"model":"truth","solver":{"id":"edm_churn"}}])"),
     "lanes[0]: 'truth' was trained on a coupled path and has no score"},
    {lane(R"("guidance":{"kind":"strong"})"), "lanes[0].guidance.kind: unknown id 'strong' (known: none, classifier_free, autoguidance, classifier)"},
    {lane(R"("guidance":{"kind":"classifier_free"})"), "lanes[0]: guidance 'classifier_free' needs a label (known: 0, 1, 2, 3, 4, 5, 6, 7)"},
    {lane(R"("guidance":{"kind":"classifier_free","label":9})"), "lanes[0]: the data 'eight_gaussians' have no label 9"},
    {lane(R"("guidance":{"kind":"classifier_free","label":1,"scale":11})"), "lanes[0].guidance.scale: expected a number from -1 to 10, got 11"},
    {lane(R"("guidance":{"kind":"classifier_free","label":1,"from":0.6,"to":0.4})"), "'from' must be below 'to'"},
    {lane(R"("guidance":{"kind":"autoguidance","weaker_model":"weak"})"), "guidance.weaker_model: no model is called 'weak' (known: truth)"},
    {scene(R"("models":[{"name":"truth","field":"network"}],"lanes":[{"model":"truth","guidance":{"kind":"classifier_free","label":1}}])"),
     "model 'truth' knows no labels; choose field 'exact', or a network with 'conditional'"},
    {scene(R"("data":{"id":"checkerboard"})"), "models[0]: the exact field needs a Gaussian mixture, and 'checkerboard' is none"},
    {data(R"("id":"moon")"), "data.id: unknown id 'moon' (known: gaussian"},
    {data(R"("id":7)"), "data.id: expected a text, got 7"},
    {data(R"("id":"moons","noise":-1)"), "data.noise: expected a number from"},
    {data(R"("id":"moons","noise":null)"), "data.noise: expected a number, got null"},
    {data(R"("id":"moons","nois":0.1)"), "data: unknown key 'nois' (known: id, noise"},
    {data(R"("id":"mixture")"), "data: the key 'components' is missing"},
    {data(R"("id":"mixture","components":[])"), "data.components: expected 1 to 1000 entries, got 0"},
    {component(R"("weight":0)"), "data.components[0].weight: expected a number from"},
    {component(R"("mean":[1])"), "data.components[0].mean: expected 2 entries, got 1"},
    {component(R"("mean":[1,1e5])"), "data.components[0].mean[1]: expected a number from -10000 to 10000, got 100000"},
    {component(R"("covariance":[[1,0.5],[0.4,1]])"), "data.components[0].covariance: expected a symmetric matrix"},
    {component(R"("covariance":[[1,2],[2,1]])"), "data.components[0].covariance: expected a matrix without negative eigenvalues"},
    {component(R"("label":-1)"), "data.components[0].label: expected a whole number from 0 to 999, got -1"},
    {data(R"("id":"points")"), "data: the key 'points' is missing"},
    {data(R"("id":"points","points":[])"), "data.points: expected 1 to 20000 entries, got 0"},
    {data(R"("id":"points","points":[[1,2],[3]])"), "data.points[1]: expected 2 entries, got 1"},
    {data(R"("id":"points","points":"AAA")"), "data.points: not base64"},
    {data(R"("id":"points","points":"AAAA")"), "expected 1 to 20000 points of two float32 each, got 3 bytes"},
    {data(R"("id":"points","points":"AADAfwAAAAA=")"), "data.points: expected finite coordinates"},
    {scene(R"("lanes":[{"model":"flow"}])"), "lanes[0]: no model is called 'flow' (known: truth)"},
    {lane(R"("score_model":"score")"), "lanes[0]: no model is called 'score' (known: truth)"},
    {lane(R"("sigma":{"id":"big"})"), "lanes[0].sigma.id: unknown id 'big' (known: zero, constant"},
    {lane(R"("sigma":{"id":"constant","max":-1})"), "lanes[0].sigma.max: expected a number from"},
    {lane(R"("sigma":{"id":"constant","mx":1})"), "lanes[0].sigma: unknown key 'mx' (known: id, max)"},
    {lane(R"("sigma":{"id":"constant","max":1})"), "lanes[0]: 'heun' follows an ODE; choose sigma zero or the solver 'stochastic_heun'"},
    {lane(R"("sigma":{"id":"constant","max":1},"solver":{"id":"euler"})"), "choose sigma zero or the solver 'euler_maruyama'"},
    {lane(R"("solver":{"id":"rk5"})"), "lanes[0].solver.id: unknown solver 'rk5' (known: euler, midpoint, heun, rk4, dormand_prince, tsit5, ddim, dpm_solver_2s, dpm_solver_2m, unipc, edm_heun, euler_maruyama, stochastic_heun, sra1, shark, predictor_corrector, ddpm_ancestral, ddim_eta, sde_dpm_solver_2m, edm_churn)"},
    {lane(R"("solver":{"id":"heun","order":2})"), "lanes[0].solver: unknown key 'order' (known: id)"},
    {lane(R"("grid":{"id":"log"})"), "lanes[0].grid.id: unknown id 'log' (known: uniform, quadratic, root, log_snr, edm)"},
    {lane(R"("steps":0)"), "lanes[0].steps: expected a whole number from 1 to 4096, got 0"},
    {lane(R"("steps":4097)"), "got 4097"},
    {lane(R"("particles":1000001)"), "lanes[0].particles: expected a whole number from 1 to 1000000, got 1000001"},
    {lane(R"("particles":-5)"), "got -5"},
    {lane(R"("t_min":0.7,"t_max":0.3)"), "lanes[0]: t_min 0.7 must be below t_max 0.3"},
    {lane(R"("process":"diffusion")"), "lanes[0].process: unknown id 'diffusion' (known: sampling, noising, langevin)"},
    {lane(R"("variant":"odd")"), "lanes[0].variant: unknown id 'odd' (known: right, no_score, double_score, wrong_noise, reversed_time)"},
    {lane(R"("frozen_t":2)"), "lanes[0].frozen_t: expected a number from 0 to 1, got 2"},
    {lane(R"("duration":0)"), "lanes[0].duration: expected a number from 0.001 to 1000, got 0"},
    {lane(R"("sigma":{"id":"formula"})"), "lanes[0].sigma: the key 'expression' is missing"},
    {lane(R"("sigma":{"id":"zero","expression":"1"})"), "lanes[0].sigma: unknown key 'expression'"},
    {lane(R"("process":"langevin")"), "lanes[0]: Langevin dynamics live on noise, and σ is 0 at t = 0.9; choose sigma 'constant'"},
    {lane(R"("t_max":1.5)"), "lanes[0].t_max: expected a number from 0 to 1, got 1.5"},
    {scene(R"("models":[{"name":"a","field":"network"},{"name":"b","field":"network","schedule":{"id":"vp"}}],"lanes":[{"model":"a","score_model":"b"}])"),
     "the velocity of 'a' and the score of 'b' belong to different paths"},
    {scene(R"("lanes":[])"), "lanes: expected 1 to 4 entries, got 0"},
    {scene(R"("view":{"panes":3})"), "view.panes: expected 1, 2 or 4, got 3"},
    {scene(R"("view":{"panes":4})"), "view.panes: 4 panes need 4 lanes, and this scene has 1"},
    {scene(R"("view":{"panes":1,"layers":["glow"]})"), "view.layers[0]: unknown id 'glow' (known: density, difference, error, lic, contours, grid, particles"},
    {scene(R"("view":{"panes":1,"opacity":{"glow":1}})"), "view.opacity: unknown key 'glow' (known: density, difference"},
    {scene(R"("view":{"panes":1,"opacity":{"density":1.5}})"), "view.opacity.density: expected a number from 0 to 1, got 1.5"},
    {scene(R"("view":{"panes":1,"layers":["particles","particles"]})"), "view.layers[1]: 'particles' is named twice"},
    {scene(R"("view":{"panes":1,"density":"kde"})"), "view.density: unknown id 'kde' (known: exact, fokker_planck, histogram, likelihood, class, product)"},
    {scene(R"("view":{"panes":1,"colour":"red"})"), "view.colour: unknown id 'red' (known: start, single, log_p, label, divergence, speed)"},
    {scene(R"("view":{"panes":1,"shape":"cube"})"), "view.shape: unknown id 'cube' (known: flat, height, space_time)"},
    {scene(R"("view":{"panes":1,"box":7})"), "view.box: expected a list, got 7"},
    {scene(R"("view":{"panes":1,"box":[0,1,0]})"), "view.box: expected 4 entries, got 3"},
    {scene(R"("view":{"panes":1,"box":[0,1,0,null]})"), "view.box[3]: expected a number, got null"},
    {scene(R"("view":{"panes":1,"box":[0,1,0,1e5]})"), "view.box[3]: expected a number from -10000 to 10000, got 100000"},
    {scene(R"("view":{"panes":1,"box":[1,0,0,1]})"), "view.box: expected [x_min, x_max, y_min, y_max] with each minimum below its maximum"},
    {scene(R"("view":{"panes":1,"box":[0,1,2,2]})"), "view.box: expected [x_min, x_max, y_min, y_max]"},
    {scene(R"("view":{"panes":1,"layers":["difference"]})"), "view: the layer 'difference' compares with the exact density; choose another density than 'exact'"},
    {deep(65), "nested deeper than 64 levels"},
    {deep(200'000), "nested deeper than 64 levels"},
    {std::string(max_json_bytes + 1, ' '), "expected at most 4194304"},
};

}  // namespace

TEST_CASE("A bad scene is refused with the file, the key and what was expected") {
    REQUIRE(bad_scenes.size() >= 60);
    for (const auto& bad : bad_scenes) {
        const auto message = refusal([&] { scene_from_json(bad.text, "x.json"); });
        INFO(bad.text.substr(0, 200) << "\n  says: " << message << "\n  expected: " << bad.expected);
        CHECK(message.find(bad.expected) != std::string::npos);
        CHECK(message.rfind("x.json: ", 0) == 0);
        CHECK(message.size() < 600);
        CHECK(message.find('\n') == std::string::npos);
    }
}

TEST_CASE("A scene built in memory is held to the same rules") {
    const auto message = [](auto change) {
        Scene s;
        s.view.panes = 1;
        change(s);
        return refusal([&] { validate(s, "here"); });
    };
    CHECK(message([](Scene&) {}).empty());
    CHECK(message([](Scene& s) { s.lanes[0].steps = 0; }) == "here: lanes[0].steps: expected a whole number from 1 to 4096, got 0");
    CHECK(message([](Scene& s) { s.lanes[0].t_min = std::nan(""); }).find("here: lanes[0].t_min: expected a number from 0 to 1") == 0);
    CHECK(message([](Scene& s) { s.title = "\xc3\x28"; }).find("here: title: expected UTF-8") == 0);
    CHECK(message([](Scene& s) { s.seed = ~0ull; }).find("here: seed:") == 0);
    CHECK(message([](Scene& s) { s.view.layers = {"particles", "density"}; }).find("'density' must stand earlier") != std::string::npos);
    CHECK(message([](Scene& s) { s.data.components.resize(1); }).find("belong to the data set 'mixture' only") != std::string::npos);
    CHECK(message([](Scene& s) { s.data.choice.id = "points"; }).find("data.points: is missing") != std::string::npos);
    CHECK(message([](Scene& s) { s.lanes[0].sigma.values["max"] = 1; }).find("unknown option 'max'") != std::string::npos);
}
