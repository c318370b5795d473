#pragma once
#include <functional>
#include <memory>
#include <string>

#include "core/nn/module_queue.h"

namespace pf::nn {

// Work whose operations a GPU keeps as one CUDA graph: launching it costs the host one call instead of one per operation. On the CPU, built without
// the CUDA headers, or where the driver refuses the capture, it is simply run; why_no_graphs() says which.
class Graph {
public:
    // Runs `work` twice in the queue before capturing it, so it must do no harm now: handles, workspaces and kernels are made ready at first use.
    // `work` must use the same memory each time, take nothing from the host and wait for nothing.
    Graph(const Queue& queue, std::function<void()> work);
    ~Graph();
    Graph(const Graph&) = delete;
    Graph& operator=(const Graph&) = delete;

    // Into the queue of the caller's Queue::Entry.
    void launch();

private:
    struct Captured;
    std::function<void()> work_;
    std::unique_ptr<Captured> captured_;  // null: run it
};

// As a sentence, for people with a GPU; empty: captured where there is a GPU. Thread-safe.
std::string why_no_graphs();

}  // namespace pf::nn
