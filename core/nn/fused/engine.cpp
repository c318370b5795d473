#include "core/nn/fused/engine.h"

#include <algorithm>
#include <atomic>

#include "core/nn/fused/guard.h"
#include "core/nn/fused/network.h"

namespace pf::nn::fused {
namespace {

class FusedEngine final : public Engine {
public:
    int version() const override { return front_version; }
    const char* description() const override { return description_.c_str(); }
    bool has_cuda() const override { return false; }
    const char* cuda_name() const override { return ""; }
    void set_threads(int n) override { threads_ = std::clamp(n, 1, 64); }
    const char* last_error() const override { return last_sentence.c_str(); }

    Network* make(const Architecture& architecture, unsigned long long seed, Device device, Error* error) override {
        Network* network = nullptr;
        bool none = false;
        Error result = guarded([&] {
            expect(valid(architecture), "network: 1 to 8 hidden layers of 1 to 1024 units, 1 to 16 frequencies and at most 16 labels, are what it can have");
            none = device == Device::cuda;
            expect(!none, "the fused engine has no CUDA device; take LibTorch or the CPU");
            network = new FusedNetwork(architecture, seed, best_instruction_set(), threads_);
        });
        if (none) result = Error::no_device;
        if (error) *error = result;
        return network;
    }

private:
    std::atomic<int> threads_{1};  // of networks made from now on
    std::string description_ = std::string("fused, ") + kernels(best_instruction_set()).name;
};

}  // namespace

Engine& engine() {
    static FusedEngine one;
    return one;
}

}  // namespace pf::nn::fused
