#pragma once
#include <atomic>
#include <memory>
#include <mutex>
#include <stdexcept>
#include <string>

#include "core/nn/front.h"

namespace pf::nn {

// Who computes networks: the fused CPU engine (fused/engine.h), always there, or LibTorch in the module. automatic: LibTorch where the machine has a
// CUDA driver and LibTorch finds a GPU, otherwise fused; PROBFLOW_ENGINE in the environment overrides it.
enum class EngineChoice { automatic, fused, libtorch };
inline constexpr const char* engine_words[] = {"auto", "fused", "libtorch"};
EngineChoice engine_from(const std::string& word);  // throws BadInput with the words known
// `device` cuda means LibTorch. May take 0.3 s: call it on a worker. Thread-safe. Throws MissingCapability when LibTorch was asked for and is not there.
Engine& open_engine(EngineChoice choice = EngineChoice::automatic, Device device = Device::automatic);
// Why networks run on the CPU although a CUDA driver is installed, as a sentence; empty: no driver, or a GPU that is used. After open_engine().
std::string why_no_gpu();
// Lets networks made from now on be trained by all cores but `spare`, at least one. The fused engine only: the pools of LibTorch and its BLAS stand in each
// other's way (12 to 22 times slower beside a busy thread), so that stays on one. Weights do not depend on it.
Engine& on_cores(Engine& engine, int spare);

struct Destroy {
    void operator()(Network* network) const { network->destroy(); }
};
using NetworkPtr = std::unique_ptr<Network, Destroy>;

// The network module, opened with dlopen(RTLD_NOW | RTLD_LOCAL) and never closed. Looked for beside the executable ($ORIGIN), then in
// $ORIGIN/../lib/probflow; PROBFLOW_NN overrides the path (tests). OMP_WAIT_POLICY=passive and mallopt thresholds are set before
// torch is loaded.
class Module {
public:
    // Sets what LibTorch reads once when it is loaded. Call it first thing in main: setenv is not safe beside other threads. open() calls
    // it too, for programs that did not.
    static void prepare();
    // Opens the module once per process (0.3 s the first time): call it on a worker, after the GL context exists. Thread-safe.
    // Throws MissingCapability with what to install; the next call tries again.
    static Engine& open();
    // Why it cannot be there, as a sentence with what to install, without opening it; empty where its file exists.
    static std::string missing();
    // The engine if it is open already, null otherwise. Never blocks.
    static Engine* loaded();
};

// A GPU refused or broke down: the CPU can do the same.
struct GpuFailure : std::runtime_error {
    using std::runtime_error::runtime_error;
};
// Throws BadInput, GpuFailure or MissingCapability carrying the engine's sentence.
NetworkPtr make_network(Engine& engine, const Architecture& architecture, unsigned long long seed, Device device);
// Throws std::runtime_error, GpuFailure where the engine has a GPU, with `what` and the engine's sentence unless error is none.
void require(Error error, Engine& engine, const char* what);

}  // namespace pf::nn
