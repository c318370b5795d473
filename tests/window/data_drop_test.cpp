#include <chrono>
#include <filesystem>
#include <fstream>
#include <thread>

#include "app/window/data_drop.h"
#include "tests/catch.h"

using namespace pf;

namespace {

DataDrop::Outcome next_of(DataDrop& drop) {
    for (;;) {
        if (auto outcome = drop.poll()) return std::move(*outcome);
        std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
}

}  // namespace

TEST_CASE("files of data that are dropped are read in turn, and a bad one says why") {
    const auto folder = std::filesystem::temp_directory_path() / "probflow_data_drop_test";
    std::filesystem::create_directories(folder);
    const std::string good = (folder / "good.csv").string(), bad = (folder / "bad.csv").string();
    std::ofstream(good) << "x,y\n1,2\n3,4\n";
    std::ofstream(bad) << "1,2\n3,four\n";
    const std::string wide = (folder / "wide.csv").string();
    std::ofstream(wide) << "x,y,label\n1,2,0\n3,4,1\n";
    DataDrop drop;
    CHECK_FALSE(drop.reading());
    CHECK_FALSE(drop.poll());
    drop.read(good, 1);
    drop.read(bad, 1);
    drop.read(good, 1);
    drop.read(wide, 1);
    CHECK(drop.reading());
    const auto first = next_of(drop), second = next_of(drop), third = next_of(drop), fourth = next_of(drop);
    REQUIRE((first.points && third.points));
    CHECK(first.points->x.rows() == 2);
    CHECK(first.sentence == "good.csv: 2 points");
    CHECK_FALSE(first.warning);
    CHECK(fourth.sentence == "wide.csv: 2 points; 3 columns: the first two ('x', 'y') are taken as x and y, column 3 'label' is left out");
    CHECK(fourth.warning);
    CHECK_FALSE(second.points);
    CHECK(second.sentence == bad + ": line 2, column 2: 'four' is not a number; numbers have a decimal point");
    CHECK_FALSE(drop.reading());
    std::filesystem::remove_all(folder);
}
