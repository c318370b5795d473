#include "core/nn/recycler.h"

#include <array>
#include <atomic>
#include <thread>
#include <vector>

#include "tests/catch.h"

using namespace pf::nn;

TEST_CASE("What comes back is given out again, and never to two at once") {
    Recycler<int> all;
    int made = 0;
    const auto take = [&] { return all.take([&] { return ++made; }); };
    auto a = take(), b = take();
    CHECK((*a == 1 && *b == 2));
    const auto shared = a;
    a.reset();
    CHECK(*take() == 3);  // the first is still held; this one comes back at once
    CHECK(*take() == 3);
    b.reset();
    CHECK(*take() == 2);
    CHECK(made == 3);

    Recycler<int> busy;
    std::atomic<int> new_ones = 0, twice = 0;
    std::array<std::atomic<int>, 64> held{};
    {
        std::vector<std::jthread> threads;
        for (int k = 0; k < 4; ++k)
            threads.emplace_back([&] {
                for (int i = 0; i < 5000; ++i) {
                    const auto mine = busy.take([&] { return new_ones++; });
                    if (held[static_cast<std::size_t>(*mine)]++ != 0) ++twice;
                    --held[static_cast<std::size_t>(*mine)];
                }
            });
    }
    CHECK(twice == 0);
    CHECK(new_ones <= 4);
}
