#include <fcntl.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <clocale>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <numeric>
#include <sstream>

#include "app/runtime/files/base64.h"
#include "app/runtime/files/csv.h"
#include "app/runtime/files/npz.h"
#include "tests/catch.h"
#include "tests/runtime/helpers.h"

using namespace pf;
using namespace pf::testing;

namespace {

std::string contents(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

std::string failure(const std::function<void()>& action) {
    try {
        action();
    } catch (const std::runtime_error& error) {
        return error.what();
    }
    return {};
}

}  // namespace

TEST_CASE("Base64 of RFC 4648, and nothing else") {
    const std::pair<std::string, std::string> known[]{{"", ""}, {"f", "Zg=="}, {"fo", "Zm8="}, {"foo", "Zm9v"}, {"foob", "Zm9vYg=="}, {"fooba", "Zm9vYmE="}, {"foobar", "Zm9vYmFy"}};
    for (const auto& [plain, coded] : known) {
        CHECK(to_base64({reinterpret_cast<const unsigned char*>(plain.data()), plain.size()}) == coded);
        const auto back = from_base64(coded);
        REQUIRE(back);
        CHECK(std::string(back->begin(), back->end()) == plain);
    }
    for (const char* bad : {"Z", "Zg=", "Zg==Zg==", "Zh==", "Zm9=", "Z g=", "Zm9v\n", "====", "Zm\xff="}) CHECK_FALSE(from_base64(bad));
}

TEST_CASE("A file is written whole or not at all") {
    const Folder folder;
    const auto path = folder.file("a.txt");
    atomic_write(path, "old");
    CHECK(contents(path) == "old");
    SECTION("abandoned") {
        AtomicFile file(path);
        file.write("new");
        CHECK(folder.entries() == 2);
        CHECK(contents(path) == "old");
    }
    SECTION("replaced, through a link too") {
        REQUIRE(symlink(path.c_str(), folder.file("link").c_str()) == 0);
        atomic_write(folder.file("link"), "new");
        CHECK(contents(path) == "new");
        CHECK(std::filesystem::is_symlink(folder.file("link")));
        std::filesystem::remove(folder.file("link"));
    }
    SECTION("the disk is full") {
        // Writing past the limit fails as on a full disk, once the signal is ignored.
        rlimit before{};
        getrlimit(RLIMIT_FSIZE, &before);
        const auto handler = std::signal(SIGXFSZ, SIG_IGN);
        const rlimit small{4096, before.rlim_max};
        setrlimit(RLIMIT_FSIZE, &small);
        const auto why = failure([&] { atomic_write(path, std::string(100'000, 'x')); });
        setrlimit(RLIMIT_FSIZE, &before);
        std::signal(SIGXFSZ, handler);
        CHECK(why.find(path + ": writing failed") == 0);
        CHECK(contents(path) == "old");
    }
    CHECK(folder.entries() == 1);
}

TEST_CASE("A folder that cannot be written is named") {
    for (const std::string path : {"/proc/probflow.json", "/nonexistent/a.json"}) {
        const auto why = failure([&] { atomic_write(path, "x"); });
        CHECK(why.find(path + ": cannot be written (") == 0);
    }
    const Folder folder;
    std::filesystem::create_directory(folder.file("taken"));
    CHECK(failure([&] { atomic_write(folder.file("taken"), "x"); }).find("cannot be replaced") != std::string::npos);
    CHECK(folder.entries() == 1);
}

TEST_CASE("CSV has decimal points in every locale, and numbers that read back") {
    const std::string before = std::setlocale(LC_ALL, nullptr);
    std::setlocale(LC_ALL, "de_DE.UTF-8");
    Csv csv({"t", "x"});
    csv.row(std::vector<double>{0.1, 1e-300});
    csv.row(std::vector<double>{-0.5, 1.0 / 3});
    std::setlocale(LC_ALL, before.c_str());
    CHECK(csv.text() == "t,x\n0.1,1e-300\n-0.5,0.3333333333333333\n");
    CHECK_THROWS_AS(csv.row(std::vector<double>{1}), std::logic_error);
}

TEST_CASE("NPY data starts at a multiple of 64") {
    for (std::size_t n : {1u, 1234u, 123456789u}) {
        const std::size_t shape[]{n, 2, n};
        CHECK(npy_header(false, shape).size() % 64 == 0);
    }
}

TEST_CASE("NPZ: what is written is what numpy and we read") {
    const Folder folder;
    std::vector<float> x(2 * 3 * 4);
    std::iota(x.begin(), x.end(), 0.5f);
    const std::vector<double> t{0, 1.0 / 3, 1};
    const double scalar = 7;
    const auto path = folder.file("a.npz");
    {
        NpzWriter npz(path);
        npz.add("x", {2, 3, 4}, x.data());
        npz.add("t", {3}, t.data());
        npz.add("nfe", {}, &scalar);
        npz.add("none", {0, 2}, x.data());
        npz.finish();
    }
    const auto back = read_npz(path, 1000);
    REQUIRE(back.size() == 4);
    CHECK(back.at("x").shape == std::vector<std::size_t>{2, 3, 4});
    CHECK(back.at("x").values == std::vector<double>(x.begin(), x.end()));
    CHECK(back.at("t").values == t);
    CHECK(back.at("nfe").values == std::vector<double>{7});
    CHECK(back.at("none").values.empty());

    const auto script = folder.file("check.py");
    std::ofstream(script) << "import sys, zipfile, numpy\n"
                             "assert zipfile.ZipFile(sys.argv[1]).testzip() is None\n"
                             "a = numpy.load(sys.argv[1])\n"
                             "assert sorted(a.files) == ['nfe', 'none', 't', 'x']\n"
                             "assert a['x'].dtype == numpy.float32 and a['x'].shape == (2, 3, 4)\n"
                             "assert (a['x'].ravel() == numpy.arange(24) + 0.5).all()\n"
                             "assert a['t'].dtype == numpy.float64 and a['t'][1] == 1 / 3 and a['nfe'] == 7 and a['none'].shape == (0, 2)\n"
                             "numpy.save(sys.argv[2], a['x'])\n";
    const auto command = "/usr/bin/python3 " + script + " " + path + " " + folder.file("b.npy");
    REQUIRE(std::system(command.c_str()) == 0);
    CHECK(read_npy(folder.file("b.npy"), 24).values == back.at("x").values);
    CHECK(refusal([&] { read_npy(folder.file("b.npy"), 23); }).find("expected at most 23 numbers") != std::string::npos);
}

TEST_CASE("An NPZ that is not finished leaves nothing") {
    const Folder folder;
    {
        NpzWriter npz(folder.file("a.npz"));
        const float value = 1;
        npz.add("x", {1}, &value);
    }
    CHECK(folder.entries() == 0);
}

TEST_CASE("arrays as numpy writes them: whole numbers, either order of bytes and of indices; others are refused with the cure") {
    const Folder folder;
    const std::string script = folder.file("write.py");
    std::ofstream(script) << R"(import sys
import numpy
a = numpy.array([[1, -2, 3], [-4, 5, -6]])
for kind in ("<f4", ">f4", "<f8", ">f8", "i1", "<i2", ">i2", "<i4", "<i8", ">i8"):
    for order in ("C", "F"):
        numpy.save(f"{sys.argv[1]}/{'big' if kind[0] == '>' else ''}{kind.strip('<>')}{order}.npy", numpy.array(a, dtype=kind, order=order))
numpy.save(f"{sys.argv[1]}/u1.npy", numpy.array([[200, 255]], dtype="u1"))
numpy.save(f"{sys.argv[1]}/bool.npy", numpy.array([[True, False]]))
numpy.save(f"{sys.argv[1]}/cube.npy", numpy.asfortranarray(numpy.arange(24.0).reshape(2, 3, 4)))
numpy.save(f"{sys.argv[1]}/complex.npy", numpy.array([[1j, 2]]))
numpy.save(f"{sys.argv[1]}/half.npy", numpy.array([[1, 2]], dtype="f2"))
)";
    REQUIRE(std::system(("/usr/bin/python3 " + script + " " + folder.file("")).c_str()) == 0);
    for (const char* kind : {"f4", "bigf4", "f8", "bigf8", "i1", "i2", "bigi2", "i4", "i8", "bigi8"})
        for (const char* order : {"C", "F"}) {
            const std::string name = fmt::format("{}{}.npy", kind, order);
            CAPTURE(name);
            const NpyArray read = read_npy(folder.file(name), 10);
            CHECK(read.shape == std::vector<std::size_t>{2, 3});
            CHECK(read.values == std::vector<double>{1, -2, 3, -4, 5, -6});
        }
    CHECK(read_npy(folder.file("u1.npy"), 10).values == std::vector<double>{200, 255});
    CHECK(read_npy(folder.file("bool.npy"), 10).values == std::vector<double>{1, 0});
    std::vector<double> in_order(24);
    std::iota(in_order.begin(), in_order.end(), 0.0);
    CHECK(read_npy(folder.file("cube.npy"), 24).values == in_order);
    for (const char* name : {"complex.npy", "half.npy"}) CHECK(refusal([&] { read_npy(folder.file(name), 10); }).find("; in numpy: a.astype(float)") != std::string::npos);
}

TEST_CASE("Damaged NPY files are refused, never more than that") {
    const std::size_t shape[]{5, 2};
    std::string good = npy_header(false, shape) + std::string(40, '\0');
    const auto parse = [](const std::string& bytes) { return parse_npy({reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size()}, "p.npy", 100); };
    CHECK(parse(good).values.size() == 10);
    Random r(3, "damage");
    int refused = 0;
    for (int i = 0; i < 5000; ++i) {
        std::string bytes = good;
        for (int k = 0; k <= r.below(3); ++k) bytes[static_cast<std::size_t>(r.below(128))] = static_cast<char>(r.below(256));
        if (r.below(3) == 0) bytes.resize(static_cast<std::size_t>(r.below(static_cast<int>(bytes.size()))));
        const auto why = refusal([&] { parse(bytes); });
        if (!why.empty()) ++refused;
    }
    CHECK(refused > 1000);
    CHECK(refusal([&] { parse("hello, world"); }) == "p.npy: not an NPY file");
}
