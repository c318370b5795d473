#pragma once
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <vector>

namespace pf {

// An expression such as "-x + 2*sin(pi*t)*y" in named variables, as muParser reads it: + − * / ^, comparisons, ?:, pi, sin, cos, exp, log, sqrt, abs,
// tanh, min, max and the like. The only file that sees muParser is formula.cpp. Evaluation is thread-safe and the same in every locale.
class Formula {
public:
    // Throws BadInput "column 7: unknown name 'z' (known: x, y, t, pi; functions: abs, …)"; columns count from 1.
    Formula(std::string expression, std::vector<std::string> variables);
    ~Formula();

    // variables[k] holds n values, or 1 that stands for all. out [n]; NaN and ∞ where the expression is not defined.
    void evaluate(std::span<const std::span<const double>> variables, std::span<double> out) const;
    double operator()(std::span<const double> variables) const;

private:
    struct Parser;
    std::unique_ptr<Parser> make() const;
    std::string expression_;
    std::vector<std::string> names_;
    mutable std::mutex mutex_;
    mutable std::vector<std::unique_ptr<Parser>> spare_;  // one per thread that evaluates at once
};

}  // namespace pf
