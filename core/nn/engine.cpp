#include "core/nn/engine.h"

#include <dlfcn.h>
#include <malloc.h>

#include <cstdlib>
#include <filesystem>
#include <vector>

#include "core/math/errors.h"

namespace pf::nn {
namespace {

constexpr const char* remedy = "apt install libtorch-dev libopenblas0-openmp, then rebuild with app/run";

std::atomic<Engine*> open_engine{nullptr};

std::vector<std::filesystem::path> candidates() {
    if (const char* chosen = std::getenv("PROBFLOW_NN")) return {chosen};
    std::error_code ignored;
    const std::filesystem::path origin = std::filesystem::read_symlink("/proc/self/exe", ignored).parent_path();
    return {origin / "libprobflow_nn.so", origin.parent_path() / "lib" / "probflow" / "libprobflow_nn.so"};
}

void set_environment() {
    // Idle OpenMP threads sleep instead of spinning against the thread that draws.
    setenv("OMP_WAIT_POLICY", "passive", 0);
    // Freed activations stay with the process instead of going back to the kernel and coming again page by page.
    mallopt(M_MMAP_THRESHOLD, 256 << 20);
    mallopt(M_TRIM_THRESHOLD, 512 << 20);
#if defined(__x86_64__)
    // ATen takes AVX2 kernels by default even where AVX-512 is there.
    if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512dq"))
        setenv("ATEN_CPU_CAPABILITY", "avx512", 0);
#endif
}

Engine* open_module() {
    const auto paths = candidates();
    std::error_code ignored;
    auto path = paths.front();
    for (const auto& candidate : paths)
        if (std::filesystem::exists(candidate, ignored)) {
            path = candidate;
            break;
        }
    if (!std::filesystem::exists(path, ignored))
        throw MissingCapability(fmt::format("networks are not available: the module {} is missing; {}", path.string(), remedy));
    Module::prepare();
    void* library = dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
    if (!library) {
        const char* reason = dlerror();
        throw MissingCapability(fmt::format("networks are not available: {}; {}", reason ? reason : "the module cannot be opened", remedy));
    }
    const auto entry = reinterpret_cast<EntryPoint>(dlsym(library, entry_point));
    Engine* engine = entry ? entry() : nullptr;
    if (!engine) throw MissingCapability(fmt::format("networks are not available: {} is not the network module; {}", path.string(), remedy));
    if (engine->version() != front_version)
        throw MissingCapability(fmt::format("networks are not available: the module {} has version {}, this program needs {}; {}", path.string(),
                                            engine->version(), front_version, remedy));
    return engine;
}

}  // namespace

void Module::prepare() {
    static std::once_flag once;
    std::call_once(once, set_environment);
}

Engine& Module::open() {
    static std::mutex mutex;
    const std::lock_guard lock(mutex);
    if (!open_engine) open_engine = open_module();
    return *open_engine;
}

Engine* Module::loaded() { return open_engine; }

NetworkPtr make_network(Engine& engine, const Architecture& architecture, unsigned long long seed, Device device) {
    Error error = Error::none;
    NetworkPtr network(engine.make(architecture, seed, device, &error));
    if (!network && error == Error::bad_argument) throw BadInput(engine.last_error());
    if (!network) throw MissingCapability(engine.last_error());
    return network;
}

void require(Error error, Engine& engine, const char* what) {
    if (error != Error::none) throw std::runtime_error(fmt::format("{}: {}", what, engine.last_error()));
}

}  // namespace pf::nn
