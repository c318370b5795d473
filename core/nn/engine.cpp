#include "core/nn/engine.h"

#include <dlfcn.h>
#include <malloc.h>

#include <cstdlib>
#include <filesystem>
#include <thread>
#include <vector>

#include "core/nn/fused/engine.h"

#include "core/math/errors.h"

namespace pf::nn {
namespace {

constexpr const char* remedy = "apt install libtorch-dev libopenblas0-openmp, then rebuild with app/run";

std::atomic<Engine*> opened{nullptr};

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

// The first of the candidates that exists, or the first.
std::filesystem::path module_path() {
    const auto paths = candidates();
    std::error_code ignored;
    for (const auto& candidate : paths)
        if (std::filesystem::exists(candidate, ignored)) return candidate;
    return paths.front();
}

// A CUDA driver is installed; whether there is a GPU only LibTorch can tell.
bool has_cuda_driver() {
    static const bool has = [] {
        void* driver = dlopen("libcuda.so.1", RTLD_LAZY | RTLD_LOCAL);
        if (driver) dlclose(driver);
        return driver != nullptr;
    }();
    return has;
}

Engine* open_module() {
    if (const auto why = Module::missing(); !why.empty()) throw MissingCapability(why);
    const auto path = module_path();
    Module::prepare();
    void* library = dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
    if (!library) {
        const char* reason = dlerror();
        throw MissingCapability(fmt::format("LibTorch is not available: {}; {}", reason ? reason : "the module cannot be opened", remedy));
    }
    const auto entry = reinterpret_cast<EntryPoint>(dlsym(library, entry_point));
    Engine* engine = entry ? entry() : nullptr;
    if (!engine) throw MissingCapability(fmt::format("LibTorch is not available: {} is not the network module; {}", path.string(), remedy));
    if (engine->version() != front_version)
        throw MissingCapability(fmt::format("LibTorch is not available: the module {} has version {}, this program needs {}; {}", path.string(),
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
    if (!opened) opened = open_module();
    return *opened;
}

std::string Module::missing() {
    const auto path = module_path();
    std::error_code ignored;
    return std::filesystem::exists(path, ignored) ? std::string() : fmt::format("LibTorch is not available: the module {} is missing; {}", path.string(), remedy);
}

EngineChoice engine_from(const std::string& word) {
    for (int i = 0; i < 3; ++i)
        if (word == engine_words[i]) return static_cast<EngineChoice>(i);
    throw BadInput(fmt::format("unknown engine '{}' (known: auto, fused, libtorch)", word));
}

Engine& open_engine(EngineChoice choice, Device device) {
    if (const char* asked = std::getenv("PROBFLOW_ENGINE"); asked && choice == EngineChoice::automatic) choice = engine_from(asked);
    if (choice == EngineChoice::libtorch || device == Device::cuda) return Module::open();
    if (choice == EngineChoice::automatic && device == Device::automatic && has_cuda_driver() && Module::missing().empty()) {
        try {
            if (Engine& torch = Module::open(); torch.has_cuda()) return torch;
        } catch (const MissingCapability&) {
            // A module that does not load is no reason not to compute.
        }
    }
    return fused::engine();
}

std::string why_no_gpu() {
    if (!has_cuda_driver()) return {};
    if (const auto why = Module::missing(); !why.empty()) return "a CUDA driver is installed, but " + why + ". Networks run on the CPU";
    const Engine* torch = Module::loaded();
    if (!torch || torch->has_cuda()) return {};
    return fmt::format("a CUDA driver is installed, but {} finds no GPU: it is a build for CPUs, the driver is too old for it, or CUDA_VISIBLE_DEVICES hides the GPU. Networks run on the CPU", torch->description());
}

Engine& on_cores(Engine& engine, int spare) {
    if (&engine == &fused::engine()) engine.set_threads(static_cast<int>(std::thread::hardware_concurrency()) - spare);
    return engine;
}

Engine* Module::loaded() { return opened; }

NetworkPtr make_network(Engine& engine, const Architecture& architecture, unsigned long long seed, Device device) {
    Error error = Error::none;
    NetworkPtr network(engine.make(architecture, seed, device, &error));
    if (!network && error == Error::bad_argument) throw BadInput(engine.last_error());
    if (!network && device != Device::cpu && engine.has_cuda()) throw GpuFailure(engine.last_error());
    if (!network) throw MissingCapability(engine.last_error());
    return network;
}

void require(Error error, Engine& engine, const char* what) {
    if (error == Error::none) return;
    const auto sentence = fmt::format("{}: {}", what, engine.last_error());
    if (engine.has_cuda()) throw GpuFailure(sentence);
    throw std::runtime_error(sentence);
}

}  // namespace pf::nn
