#include "app/command_line/command_line.h"

int main(int argc, char** argv) { return pf::command_line::run(argc, argv); }
