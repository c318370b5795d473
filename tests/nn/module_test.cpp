// Opening the module happens once per process, so each case runs a hidden case of this program in a child with PROBFLOW_NN set.
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "core/math/errors.h"
#include "tests/catch.h"
#include "tests/nn/support.h"

using namespace pf;
using namespace pf::nn;

namespace {

bool passes(const std::string& hidden_case, const std::string& module) {
    const auto self = std::filesystem::read_symlink("/proc/self/exe").string();
    return std::system(("PROBFLOW_NN='" + module + "' '" + self + "' '" + hidden_case + "' > /dev/null").c_str()) == 0;
}

std::string sentence() {
    CHECK(Module::loaded() == nullptr);
    try {
        Module::open();
    } catch (const MissingCapability& e) {
        return e.what();
    }
    return "opened";
}

bool says(const std::string& text, const char* part) { return text.find(part) != std::string::npos; }

}  // namespace

TEST_CASE("a missing, damaged or foreign module gives one sentence with the remedy", "[nn]") {
    CHECK(passes("[.missing]", "/nonexistent/libprobflow_nn.so"));
    const auto text = std::filesystem::temp_directory_path() / ("probflow_not_a_module_" + std::to_string(::getpid()));
    std::ofstream(text) << "not a library";
    CHECK(passes("[.damaged]", text.string()));
    std::filesystem::remove(text);
    const auto other = std::filesystem::read_symlink("/proc/self/exe").parent_path() / "libprobflow_nn_other_version.so";
    REQUIRE(std::filesystem::exists(other));
    CHECK(passes("[.other_version]", other.string()));
    CHECK_FALSE(passes("[.missing]", other.string()));  // the child does tell them apart
}

TEST_CASE("hidden: missing", "[.missing]") {
    const std::string first = sentence();
    CHECK(says(first, "/nonexistent/libprobflow_nn.so is missing"));
    CHECK(says(first, "apt install libtorch-dev libopenblas0-openmp, then rebuild with app/run"));
    CHECK(sentence() == first);  // tried again
    CHECK_FALSE(says(first, "\n"));
}

TEST_CASE("hidden: damaged", "[.damaged]") {
    CHECK(says(sentence(), "file too short"));
    CHECK(says(sentence(), "apt install"));
}

TEST_CASE("hidden: other version", "[.other_version]") {
    CHECK(says(sentence(), "has version 999"));
    CHECK(says(sentence(), "apt install"));
}

TEST_CASE("the engine says what it is", "[nn]") {
    Engine& engine = Module::open();
    CHECK(Module::loaded() == &engine);
    CHECK(&Module::open() == &engine);
    CHECK(engine.version() == front_version);
    const std::string description = engine.description();
    CHECK(says(description, "LibTorch"));
    CHECK(says(description, ", 1 thread"));
    CHECK((std::string(engine.cuda_name()).empty() != engine.has_cuda()));
}
