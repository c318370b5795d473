#pragma once

namespace pf::command_line {

// The whole program: a window without a command word, otherwise that command. Returns the exit code: 0 done, 2 bad input,
// 3 missing capability, 1 anything else; every error is one line on standard error.
int run(int argc, char** argv);

}  // namespace pf::command_line
