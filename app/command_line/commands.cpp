#include "app/command_line/commands.h"

#include <algorithm>

namespace pf::command_line {

#define PF_COMMANDS(X)                                                              \
    X(scenes, "lists the built-in scenes, id and one line each")                    \
    X(lectures, "lists the built-in lectures, id and one line each")                \
    X(check, "validates a scene or lecture; the error names file, key and what was expected")  \
    X(schema, "prints the JSON Schema of scene files")                               \
    X(share, "prints a scene as one line of text, which stands for it anywhere")    \
    X(train, "trains a scene's network and writes its weights")                     \
    X(sample, "integrates every lane and writes its trajectories")                  \
    X(schedule, "the paths of a scene's models and the noise of its lanes over t")  \
    X(field, "evaluates every model on a grid or at given points")                  \
    X(evaluate, "metrics per lane, each beside its noise floor")                    \
    X(study, "quality of every lane as steps or another number vary")               \
    X(fokker_planck, "densities on a grid per lane, beside the exact ones")         \
    X(script, "writes a scene as a PyTorch script that runs by itself")             \
    X(order, "measures the order of a solver, or of all, beside the declared one")  \
    X(render, "renders a film or a picture, without a window")                      \
    X(bench, "the program's own benchmarks")

#define X(word, meaning) std::unique_ptr<Command> make_##word##_command();
PF_COMMANDS(X)
#undef X

namespace {

// What is typed: fokker-planck for fokker_planck.
std::string typed(std::string word) {
    std::replace(word.begin(), word.end(), '_', '-');
    return word;
}

}  // namespace

const std::vector<CommandEntry>& commands() {
#define X(word, meaning) {typed(#word), meaning, make_##word##_command},
    static const std::vector<CommandEntry> table{PF_COMMANDS(X)};
#undef X
    return table;
}

}  // namespace pf::command_line
