// Catch2 2.13 as Debian packages it has no main of its own.
#define CATCH_CONFIG_MAIN
#include <catch2/catch.hpp>
