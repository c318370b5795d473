#include <locale>

#include "app/command_line/command_line.h"
#include "core/nn/engine.h"

int main(int argc, char** argv) {
    std::locale::global(std::locale::classic());  // numbers have points, whatever a library has set before
    pf::nn::Module::prepare();
    return pf::command_line::run(argc, argv);
}
