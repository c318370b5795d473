// Figures leave as CSV and SVG with the numbers they hold.
#include "app/runtime/figure/figure.h"

#include <algorithm>
#include <clocale>
#include <cmath>
#include <cstdlib>
#include <fstream>

#include "app/runtime/files/atomic_file.h"
#include "tests/catch.h"
#include "tests/runtime/helpers.h"

using namespace pf;
using namespace pf::testing;

namespace {

constexpr double none = std::numeric_limits<double>::quiet_NaN();

Figure some_figure() {
    Figure out;
    out.id = "test";
    out.title = "A < B & \"C\"";
    out.x = {"step", "1"};
    out.y = {"sliced W₂, of all", "x", true};
    out.curves = {{"a", {1, 2, 3, 4}, {1.0 / 3, none, 1e-7, 3e5}, {none, none, 0.25, 1}, 0, false, false, true}, {"b <raw>", {2, 2.5, 2.5}, {0.1, 0.2, 0.3}, {}, 1, true}};
    out.bands = {{"floor", {1, 4}, {0.01, 0.02}, {0.03, 0.04}}};
    out.marks = {{2, "learning rate 0.001"}};
    return out;
}

int python(const Folder& folder, const std::string& code, const std::string& arguments) {
    std::ofstream(folder.file("check.py")) << code;
    return std::system(("/usr/bin/python3 " + folder.file("check.py") + " " + arguments).c_str());
}

}  // namespace

TEST_CASE("marks of a figure stand once in the legend of its SVG, by their common name, and go with it") {
    Figure figure = some_figure();
    figure.mark_name = "settings changed";
    figure.marks.push_back({3, "batch 64"});
    const auto count = [](const std::string& svg, const std::string& words) {
        int n = 0;
        for (std::size_t at = svg.find(words); at != std::string::npos; at = svg.find(words, at + 1)) ++n;
        return n;
    };
    const std::string svg = figure_svg(figure, fitted_as_given(figure));
    CHECK(count(svg, ">settings changed<") == 1);
    CHECK(count(svg, ">batch 64<") == 1);
    const std::string without = figure_svg(figure, fitted(figure, {"settings changed"}));
    CHECK(count(without, "settings changed") + count(without, "batch 64") == 0);
}

TEST_CASE("A figure's CSV is what numpy reads back: every number, names and units in the header, in any locale") {
    const Folder folder;
    const std::string before = std::setlocale(LC_ALL, nullptr);
    std::setlocale(LC_ALL, "de_DE.UTF-8");
    figure_csv(some_figure()).save(folder.file("f.csv"));
    std::setlocale(LC_ALL, before.c_str());
    CHECK(python(folder,
                 "import sys, numpy as np\n"
                 "head = open(sys.argv[1], encoding='utf-8').readline().strip().split(',')\n"
                 "assert head == ['step [1]', 'a [x]', 'a half_width_95 [x]', 'b <raw> [x]', 'floor low [x]', 'floor high [x]'], head\n"
                 "d = np.genfromtxt(sys.argv[1], delimiter=',', skip_header=1)\n"
                 "x, a, w, b, low, high = d.T\n"
                 "assert d.shape == (6, 6) and list(x) == [1, 2, 2.5, 2.5, 3, 4], x\n"
                 "assert a[0] == 1 / 3 and np.isnan(a[1]) and a[4] == 1e-7 and a[5] == 3e5\n"
                 "assert w[4] == 0.25 and w[5] == 1 and np.isnan(w[:4]).all()\n"
                 "assert list(b[1:4]) == [0.1, 0.2, 0.3] and np.isnan(b[[0, 4, 5]]).all()\n"
                 "assert low[0] == 0.01 and low[5] == 0.02 and high[5] == 0.04\n"
                 "lines = open(sys.argv[1], encoding='utf-8').read().splitlines()\n"
                 "assert lines[2].startswith('2,nan,'), lines[2]\n"  // a gap says so; what is not there is empty
                 "assert lines[3].startswith('2.5,,'), lines[3]\n",
                 folder.file("f.csv")) == 0);
}

TEST_CASE("A figure's CSV has lines of what was measured alone: a band beyond the curves adds none") {
    Figure figure = some_figure();
    figure.bands = {{"floor", {0.5, 8}, {1, 1}, {2, 5}}};
    const std::string text = figure_csv(figure).text();
    CHECK(std::count(text.begin(), text.end(), '\n') == 7);
    CHECK(text.find("\n1,") != std::string::npos);
    CHECK(text.find("\n0.5,") == std::string::npos);
    CHECK(text.find("\n8,") == std::string::npos);
    CHECK(text.find(",1,3.4\n") != std::string::npos);  // at x = 4, between its ends
}

TEST_CASE("Curves that only their colour tells apart have marks, also of many values; others have none") {
    const auto curve = [](const char* name, int ink, bool dashed) {
        Figure::Curve out{name, {}, {}, {}, ink, dashed};
        for (int i = 0; i < 100; ++i) out.x.push_back(i), out.y.push_back(i);
        return out;
    };
    Figure figure;
    figure.curves = {curve("ODE", 0, false), curve("SDE", 1, true)};
    for (const auto& one : figure.curves) CHECK(marked_values(figure, one).empty());
    figure.curves.push_back(curve("another ODE", 2, false));
    CHECK(marked_values(figure, figure.curves[0]).size() == 8);
    CHECK(marked_values(figure, figure.curves[1]).empty());
    CHECK(marked_values(figure, figure.curves[2]).size() == 8);
    CHECK(marked_values(figure, figure.curves[0]) != marked_values(figure, figure.curves[2]));
    CHECK(marked_values(figure, figure.curves[2]).back() < 100);
    const std::string svg = figure_svg(figure, fitted_as_given(figure));
    CHECK(svg.find("<circle") != std::string::npos);
}

TEST_CASE("A figure's SVG is well-formed and has every point of its curves") {
    const Folder folder;
    const Figure figure = some_figure();
    atomic_write(folder.file("f.svg"), figure_svg(figure, fitted_as_given(figure)));
    CHECK(python(folder,
                 "import sys, re, xml.etree.ElementTree as ET\n"
                 "root = ET.parse(sys.argv[1]).getroot()\n"
                 "ns = '{http://www.w3.org/2000/svg}'\n"
                 "curves = [p.get('d') for p in root.iter(ns + 'path') if p.get('class') == 'curve']\n"
                 "assert [len(re.findall('[ML]', d)) for d in curves] == [3, 3], curves\n"
                 "assert [len(re.findall('M', d)) for d in curves] == [2, 1], curves\n"  // interrupted at the gap
                 "words = [t.text for t in root.iter(ns + 'text')]\n"
                 "assert 'A < B & \"C\"' in words and 'b <raw>' in words and 'learning rate 0.001' in words and 'floor' in words, words\n"
                 "assert len(list(root.iter(ns + 'circle'))) == 4\n"  // three points, one in the legend
                 "assert 'nan' not in ET.tostring(root).decode()\n",
                 folder.file("f.svg")) == 0);
    // Bars stand on their marks.
    CHECK(python(folder,
                 "import sys, re, xml.etree.ElementTree as ET\n"
                 "root = ET.parse(sys.argv[1]).getroot()\n"
                 "ns = '{http://www.w3.org/2000/svg}'\n"
                 "bars = [float(re.match('M([0-9.]+)', p.get('d')).group(1)) for p in root.iter(ns + 'path') if p.get('opacity') == '0.7']\n"
                 "marks = [float(c.get('cx')) for c in root.iter(ns + 'circle')]\n"
                 "assert len(bars) == 2 and all(b in marks for b in bars), (bars, marks)\n",
                 folder.file("f.svg")) == 0);
    // What is hidden does not leave.
    FigureView view = fitted_as_given(figure);
    view.hidden = {"b <raw>", "floor"};
    const std::string svg = figure_svg(figure, view);
    CHECK(svg.find("raw") == std::string::npos);
    CHECK(figure_csv(visible(figure, view.hidden)).text().starts_with("step [1],a [x],a half_width_95 [x]\n"));
}

TEST_CASE("Notes of a figure stand below its SVG, in rows that fit the page, which grows") {
    Figure figure = some_figure();
    const auto height = [](const std::string& svg) { return std::stod(svg.substr(svg.find("height=\"") + 8)); };
    const double without = height(figure_svg(figure, fitted_as_given(figure)));
    figure.notes = {"mean and 95 % interval of 3 draws", std::string(150, 'a') + " b"};
    const std::string svg = figure_svg(figure, fitted_as_given(figure));
    CHECK(svg.find(">mean and 95 % interval of 3 draws<") != std::string::npos);
    CHECK(svg.find(">b<") != std::string::npos);
    CHECK(height(svg) == without + 3 * 18);
}

TEST_CASE("A muted curve is dashed in the SVG where it is in the window, and only there") {
    for (const bool dashed : {false, true}) {
        Figure figure = some_figure();
        figure.marks.clear();
        figure.curves = {{"floor", {1, 4}, {0.1, 0.1}, {}, -1, dashed}};
        const std::string svg = figure_svg(figure, fitted_as_given(figure));
        CHECK((svg.find("stroke-dasharray=\"none\"") == std::string::npos) == dashed);
    }
}

TEST_CASE("An axis says units of x in words") {
    CHECK(Figure::Scale{"sliced W₂", "x"}.title() == "sliced W₂ (units of x)");
    CHECK(Figure::Scale{"energy distance", "√x"}.title() == "energy distance (units of √x)");
    CHECK(Figure::Scale{"net outflow of V", "1/t"}.title() == "net outflow of V (1/t)");
    CHECK(Figure::Scale{"loss", "1"}.title() == "loss");
}

TEST_CASE("The curves of a figure's SVG end where its legend needs the place") {
    const auto axis_end = [](const std::string& name) {  // and the legend within the page
        Figure figure;
        figure.title = "Loss";
        figure.curves.push_back({name, {0, 0.5, 1}, {1, 2, 3}});
        const std::string svg = figure_svg(figure, fitted_as_given(figure));
        const auto at = svg.find("M78 56V456H");
        REQUIRE(at != std::string::npos);
        return std::stod(svg.substr(at + 11));
    };
    CHECK(axis_end("ODE") > 800);
    CHECK(axis_end("lane 2 · SDE σ = 1 · Euler–Maruyama") == Approx(980 - 64 - 16 - 35 * 7.8));
    CHECK(axis_end(std::string(200, 'm')) == 490);
}

TEST_CASE("A figure over t is written in the letters and the clock that are asked for") {
    Figure figure;
    figure.title = "Loss over t";
    figure.x = {"t", "1", false, 0, 1, true};
    figure.y = {"loss", "1"};
    figure.curves.push_back({"loss", {0, 0.25, 1}, {1, 2, 3}});
    const std::string plain = figure_svg(figure, fitted_as_given(figure));
    CHECK(plain.find(">Loss over t<") != std::string::npos);
    const FigureLetters letters{[](std::string_view words) { return words == "t" ? std::string("τ") : "<" + std::string(words) + ">"; }, [](double t) { return 1 - t; }};
    const std::string other = figure_svg(figure, fitted_as_given(figure), letters);
    CHECK(other.find(">τ<") != std::string::npos);
    CHECK(other.find(">&lt;Loss over t&gt;<") != std::string::npos);
    // The first tick on the left, t = 0, is called 1; the curve stays where it is.
    CHECK(plain.find(">0<") < plain.find(">1<"));
    CHECK(other.find(">1<") < other.find(">0<"));
    const auto curve = [](const std::string& svg) { const auto at = svg.find("class=\"curve\""); return svg.substr(at, svg.find("/>", at) - at); };
    CHECK(curve(plain) == curve(other));
}

TEST_CASE("Smoothing follows what falls early without lagging, and leaves gaps") {
    const auto flat = smoothed({1, 2, 3, 4}, {2, 2, none, 2});
    CHECK(flat[0] == Approx(2));
    CHECK(flat[1] == Approx(2));
    CHECK(std::isnan(flat[2]));
    CHECK(flat[3] == Approx(2));
    // A loss that falls by a power of the step lies on itself, but for the curvature in windows of a quarter of the step.
    std::vector<double> x, y;
    for (double step = 3; step <= 6000; step += 3) x.push_back(step), y.push_back(4 * std::pow(step, -0.3));
    const auto s = smoothed(x, y);
    double farthest = 0;
    for (std::size_t i = 0; i + 50 < x.size(); ++i) farthest = std::max(farthest, std::abs(s[i] / y[i] - 1));
    CHECK(farthest < 0.005);
    // Scatter goes down by the root of the count, 100 late in the run.
    std::vector<double> scatter(x.size());
    for (std::size_t i = 0; i < x.size(); ++i) scatter[i] = i % 2 == 0 ? 1 : -1;
    const auto quiet = smoothed(x, scatter);
    for (std::size_t i = 500; i < x.size(); ++i) CHECK(std::abs(quiet[i]) <= 0.02);
}
