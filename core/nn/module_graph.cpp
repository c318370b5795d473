#include "core/nn/module_graph.h"

#include <mutex>

// Headers of the CUDA toolkit are found beside a wheel or in a toolkit, and may be missing: FindLibTorch.cmake.
#if PROBFLOW_CUDA_GRAPHS
#include <ATen/cuda/CUDAGraph.h>
#endif

namespace pf::nn {
namespace {

std::mutex mutex;
std::string reason = PROBFLOW_CUDA_GRAPHS ? "" : "built without the CUDA headers";

}  // namespace

std::string why_no_graphs() {
    const std::lock_guard lock(mutex);
    return reason;
}

#if PROBFLOW_CUDA_GRAPHS

namespace {

// Other threads may go on allocating while this one captures. LibTorch before 2.1 has the strict mode only.
template <class G>
void begin(G& graph) {
    if constexpr (requires { graph.capture_begin({0, 0}, cudaStreamCaptureModeThreadLocal); })
        graph.capture_begin({0, 0}, cudaStreamCaptureModeThreadLocal);
    else
        graph.capture_begin();
}

}  // namespace

struct Graph::Captured {
    at::cuda::CUDAGraph graph;
};

Graph::Graph(const Queue& queue, std::function<void()> work) : work_(std::move(work)) {
    if (!queue.device().is_cuda() || !why_no_graphs().empty()) return;
    const Queue::Entry entry(queue);
    work_();
    work_();
    queue.finish();
    auto captured = std::make_unique<Captured>();
    bool began = false;
    try {
        begin(captured->graph);
        began = true;
        work_();
        captured->graph.capture_end();
        captured_ = std::move(captured);
    } catch (const std::exception& error) {
        if (began) {
            try {
                captured->graph.capture_end();  // leave the stream as it was
            } catch (const std::exception&) {
            }
        }
        const std::string what = error.what();
        const std::lock_guard lock(mutex);
        reason = "capturing them failed: " + what.substr(0, what.find('\n'));
    }
}

void Graph::launch() {
    if (captured_)
        captured_->graph.replay();
    else
        work_();
}

#else

struct Graph::Captured {};
Graph::Graph(const Queue&, std::function<void()> work) : work_(std::move(work)) {}
void Graph::launch() { work_(); }

#endif

Graph::~Graph() = default;

}  // namespace pf::nn
