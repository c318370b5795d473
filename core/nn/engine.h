#pragma once
#include <atomic>
#include <memory>
#include <mutex>
#include <string>

#include "core/nn/front.h"

namespace pf::nn {

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
    // The engine if it is open already, null otherwise. Never blocks.
    static Engine* loaded();
};

// Throws BadInput or MissingCapability carrying the engine's sentence.
NetworkPtr make_network(Engine& engine, const Architecture& architecture, unsigned long long seed, Device device);
// Throws std::runtime_error with `what` and the engine's sentence unless error is none.
void require(Error error, Engine& engine, const char* what);

}  // namespace pf::nn
