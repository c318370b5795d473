#pragma once
#include <array>
#include <functional>
#include <map>
#include <memory>
#include <vector>

#include "core/nn/module_graph.h"
#include "core/nn/module_mlp.h"

namespace pf::nn {

// How one network is trained: the moving average and Adam's moments (Kingma & Ba 2014, arXiv:1412.6980, algorithm 1) on flat buffers. Only for the
// files of the module; under inference mode, inside a Queue::Entry.
class Training {
public:
    explicit Training(Mlp& mlp);
    virtual ~Training() = default;

    // As Network::train_steps, for arguments that were checked; reports are NaN before.
    virtual void train(BatchSource& source, const Hyperparameters* hyper, int steps, StepReport* reports) = 0;
    virtual int steps_at_once() const = 0;

    void reset();                                          // the average becomes the weights, the optimiser forgets
    const at::Tensor& average() const { return average_; }  // [parameter_count]

protected:
    static constexpr double beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8;
    // What step `k` (from 1) of Adam and of the average takes, apart from the gradient.
    struct Rates {
        double learning_rate;  // over the bias correction of m
        double root;           // 1 / √ bias correction of v
        double average;        // share of the new weights
    };
    static Rates rates(const Hyperparameters& hyper, long k);

    Mlp& mlp_;
    at::Tensor m_, v_, average_;  // [parameter_count]
    long steps_ = 0;              // that took effect
};

// One step after another, each waited for: the reference, and how the CPU does it.
class StepByStep final : public Training {
public:
    StepByStep(Mlp& mlp, const Architecture& architecture);
    void train(BatchSource& source, const Hyperparameters* hyper, int steps, StepReport* reports) override;
    int steps_at_once() const override { return 1; }

private:
    void step(BatchSource& source, const Hyperparameters& hyper, StepReport& report);
    void fill_batch(BatchSource& source, int n);

    Architecture architecture_;
    at::Tensor input_, position_, time_, target_, weight_, root_;
    std::vector<int> label_;
};

// Steps that take nothing from the host and give nothing to it, for a GPU: the host packs batches and rates of a block of steps into one of two pinned buffers, the
// device copies it, runs the block as one graph, and copies losses and gradient norms back, while the host packs the next. A step that is not finite,
// and those after it in the same call, are undone by what the device itself finds.
class Blocks final : public Training {
public:
    Blocks(Mlp& mlp, const Architecture& architecture, const Queue& queue);
    ~Blocks() override;
    void train(BatchSource& source, const Hyperparameters* hyper, int steps, StepReport* reports) override;
    int steps_at_once() const override { return 2 * most; }

private:
    static constexpr int most = 32;
    // One step's numbers in a block, after its batch.
    enum Number { number, learning_rate, inverse_clip, average_share, m_share, v_share, corrected_rate, root_factor, numbers };
    struct Slot {
        at::Tensor seen, target, weight;           // [batch, 3 + label features] x, y, t and label; [batch, 2]; [batch, 1]
        std::array<at::Tensor, numbers> rate;      // scalars
        at::Tensor report;                         // [2]
    };
    struct Buffer {
        at::Tensor slots, reports;                 // [block, slot size], [block, 2]
        Mark done;
        StepReport* to = nullptr;                  // where the reports under way belong; null: none
        int steps = 0;
    };

    void resize(int batch);
    void pack(BatchSource& source, const Hyperparameters& hyper, long k, float* slot);
    void submit(BatchSource& source, const Hyperparameters* hyper, int steps, StepReport* reports);
    void collect(Buffer& buffer);
    Graph& graph(int steps);
    void step(const Slot& slot);
    void update(const Slot& slot);
    const at::Tensor& input(const Slot& slot);

    Architecture architecture_;
    Queue queue_;
    int batch_ = 0, next_ = 0;
    int block_ = 1;                                // steps of a block: `most`, fewer of very large batches; what is left over goes one by one
    bool over_ = false;                            // a step of this call was not finite
    long submitted_ = 0;                           // steps whose reports are under way
    std::array<Buffer, 2> buffers_;
    at::Tensor slots_, reports_;                   // as in a Buffer, on the device
    std::vector<Slot> slot_;                       // views into them
    at::Tensor frequencies_, angles_, input_;      // Fourier features, made on the device
    at::Tensor bad_, broken_, intact_, shorten_, root_;  // scalars: NaN or 0; 1 or 0; 0 or 1; ≥ 1; and [parameter_count]
    std::map<int, Graph> graphs_;                  // by steps
    std::vector<int> label_;
    std::vector<float> position_, time_;
};

}  // namespace pf::nn
