// A module built for a front of the future.
#include "core/nn/front.h"

using namespace pf::nn;

namespace {

class OtherEngine final : public Engine {
    int version() const override { return 999; }
    const char* description() const override { return ""; }
    bool has_cuda() const override { return false; }
    const char* cuda_name() const override { return ""; }
    void set_threads(int) override {}
    Network* make(const Architecture&, unsigned long long, Device, Error*) override { return nullptr; }
    const char* last_error() const override { return ""; }
};

}  // namespace

extern "C" Engine* probflow_nn_engine() {
    static OtherEngine engine;
    return &engine;
}
