#include "app/command_line/command_line.h"
#include "core/nn/engine.h"

int main(int argc, char** argv) {
    pf::nn::Module::prepare();
    return pf::command_line::run(argc, argv);
}
