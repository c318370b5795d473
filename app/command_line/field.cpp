#include <CLI/CLI.hpp>

#include "app/command_line/commands.h"
#include "app/runtime/files/numbers.h"

namespace pf::command_line {
std::unique_ptr<Command> make_field_command();
namespace {

struct Sites {
    Points x;
    std::vector<std::size_t> shape;  // of a scalar array over the sites
    std::vector<std::string> axes;
};

Sites grid(const Box& box, int cells, NumbersFile& file) {
    std::vector<float> xs, ys;
    for (int i = 0; i < cells; ++i) {
        xs.push_back(static_cast<float>(box.x_min + (i + 0.5) * (box.x_max - box.x_min) / cells));
        ys.push_back(static_cast<float>(box.y_min + (i + 0.5) * (box.y_max - box.y_min) / cells));
    }
    const auto n = static_cast<std::size_t>(cells);
    Sites out{Points(static_cast<Eigen::Index>(n * n), 2), {n, n}, {"y", "x"}};
    for (std::size_t row = 0; row < n; ++row)
        for (std::size_t column = 0; column < n; ++column) out.x.row(static_cast<Eigen::Index>(row * n + column)) << xs[column], ys[row];
    file.add("x", {"x"}, {n}, xs.data(), "x");
    file.add("y", {"y"}, {n}, ys.data(), "x");
    return out;
}

Sites given(const std::string& path, NumbersFile& file) {
    const NpyArray array = read_npy(path, 20000000);
    if (array.shape.size() != 2 || array.shape[1] != 2 || array.shape[0] == 0) throw BadInput(fmt::format("{}: expected an array of shape [N, 2]", path));
    Sites out{Points(static_cast<Eigen::Index>(array.shape[0]), 2), {array.shape[0]}, {"point"}};
    for (std::size_t i = 0; i < array.values.size(); ++i) {
        if (!std::isfinite(array.values[i])) throw BadInput(fmt::format("{}: point {} is not finite", path, i / 2));
        out.x(static_cast<Eigen::Index>(i / 2), static_cast<Eigen::Index>(i % 2)) = static_cast<float>(array.values[i]);
    }
    const std::vector<float> rows = [&] {
        std::vector<float> r;
        for (const double v : array.values) r.push_back(static_cast<float>(v));
        return r;
    }();
    file.add("points", {"point", "xy"}, {array.shape[0], 2}, rows.data(), "x");
    return out;
}

class FieldCommand final : public Command {
    void declare(CLI::App& app) override {
        arguments_.declare(app);
        app.add_option("--t", t_, "time, 0 (noise) to 1 (data)")->required()->check(CLI::Range(0.0, 1.0));
        auto* cells = app.add_option("--grid", cells_, "cells a side of the square about the origin that holds the data, and the source where there is one; not the scene's view.box")->check(CLI::Range(2, 2048));
        app.add_option("--at", at_, "NPY with points [N, 2] instead of the grid")->excludes(cells);
        app.add_option("--out", out_, "NPZ: x [W], y [H] (or points), <model>_velocity, _score, _denoiser [H, W, 2], _divergence, _density [H, W]; or CSV: a line per point")->required();
    }

    int run(std::stop_token stop) override {
        if (!std::isfinite(t_)) throw BadInput(fmt::format("--t: expected a number from 0 to 1, got {}", t_));
        expect_place("--out", out_, arguments_.scene);
        NumbersFile file(out_);
        Sites sites;
        if (!at_.empty()) sites = given(at_, file);  // refused before anything is trained
        const Prepared prepared = prepare(arguments_, stop);
        if (at_.empty()) sites = grid(view_box(prepared.scene), cells_, file);
        for (std::size_t i = 0; i < prepared.fields.fields.size(); ++i) {
            const Field& field = *prepared.fields.fields[i];
            const std::string& name = prepared.scene.models[i].name;
            // What has a pole at this t is left out, and said.
            unsigned want = 0;
            for (const Want one : {want_velocity, want_score, want_denoiser, want_divergence, want_log_density}) {
                if (!(field.knows() & one)) continue;
                const TimeRange domain = field.domain(one == want_divergence ? want_velocity : one);
                if (t_ >= domain.min && t_ <= domain.max)
                    want |= one;
                else
                    fmt::print("{}: {} is not defined at t = {:.4g} (only on [{:.4g}, {:.4g}]) and was left out\n", name, word(one), t_, domain.min, domain.max);
            }
            FieldValues<float> values;
            field.evaluate(sites.x, t_, want, values);
            check_interrupted(stop);
            if (want & want_velocity) add_vectors(file, name + "_velocity", sites, values.velocity, "x");
            if (want & want_score) add_vectors(file, name + "_score", sites, values.score, "1/x");
            if (want & want_denoiser) add_vectors(file, name + "_denoiser", sites, values.denoiser, "x");
            if (want & want_divergence) file.add(name + "_divergence", sites.axes, sites.shape, values.divergence.data(), "1");
            if (want & want_log_density) {
                const Column density = values.log_density.cast<double>().exp().cast<float>();  // exp of floats stands still at 3e-39
                file.add(name + "_density", sites.axes, sites.shape, density.data(), "1/x²");
            }
            fmt::print("{}: {} points at t = {:.4g}\n", name, sites.x.rows(), t_);
        }
        file.finish();
        return 0;
    }

    static const char* word(Want want) {
        return want == want_velocity ? "velocity" : want == want_score ? "score" : want == want_denoiser ? "denoiser" : want == want_divergence ? "divergence" : "density";
    }
    static void add_vectors(NumbersFile& file, const std::string& name, const Sites& sites, const Points& v, const std::string& unit) {
        std::vector<float> rows;
        for (Eigen::Index k = 0; k < v.rows(); ++k) rows.insert(rows.end(), {v(k, 0), v(k, 1)});
        auto shape = sites.shape;
        auto axes = sites.axes;
        shape.push_back(2);
        axes.push_back("xy");
        file.add(name, axes, shape, rows.data(), unit);
    }

    SceneArguments arguments_;
    std::string out_, at_;
    double t_ = 0.5;
    int cells_ = 128;
};

}  // namespace
std::unique_ptr<Command> make_field_command() { return std::make_unique<FieldCommand>(); }
}  // namespace pf::command_line
