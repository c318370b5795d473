#pragma once
#include <span>
#include <stop_token>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace pf::bench {

// One measured figure, beside what it is measured against in the same run.
struct Row {
    std::string benchmark, what, unit;
    double value = 0;
    double baseline = 0;       // 0: none
    std::string baseline_is;   // "std::exp, one at a time"
    double target = 0;         // 0: none; of the value, or of the ratio when there is a baseline
};

class Report {
public:
    void add(Row row) { rows_.push_back(std::move(row)); }
    // What else the figures depend on: ("opengl", "llvmpipe (LLVM 15.0.6, 256 bits)").
    void add(std::string what, std::string is) { also_.emplace_back(std::move(what), std::move(is)); }
    // Starts with the machine: processor, threads, instruction set, LibTorch with its BLAS, and what was added. value/baseline as a ratio > 1 where faster is larger.
    std::string table() const;
    std::string json() const;

private:
    std::vector<Row> rows_;
    std::vector<std::pair<std::string, std::string>> also_;
};

struct Options {
    double seconds = 60;
    std::stop_token stop;
};

// One line per benchmark: file app/bench/<id>.cpp.
struct Entry {
    std::string_view id, meaning;
    void (*run)(Report&, const Options&);
    bool needs_display() const { return id == "window" || id == "start"; }
};
std::span<const Entry> benchmarks();

}  // namespace pf::bench
