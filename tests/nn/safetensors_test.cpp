#include <cstdio>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <limits>

#include "core/math/errors.h"
#include "tests/catch.h"
#include "tests/nn/support.h"

using namespace pf;
using namespace pf::nn;
using namespace pf::nn::test;

namespace {

Weights example() {
    Weights w;
    w.description.architecture = architecture({6, 5}, Activation::tanh, 2);
    w.description.prediction = Prediction::v;
    w.description.schedule = {"vp", {{"b_min", 0.25}, {"b_max", 12.0}}};
    w.description.normalise = true;
    w.description.data_sd = 1.625;
    w.description.steps = 4321;
    Random random(4, "weights");
    for (long i = 0; i < parameter_count(w.description.architecture); ++i) w.values.push_back(static_cast<float>(random.normal()));
    return w;
}

std::vector<unsigned char> file_of(const std::string& header, std::size_t data) {
    std::vector<unsigned char> bytes(8 + header.size() + data);
    const std::uint64_t length = header.size();
    std::memcpy(bytes.data(), &length, 8);
    std::memcpy(bytes.data() + 8, header.data(), header.size());
    return bytes;
}

std::string header_of(const std::vector<unsigned char>& bytes) {
    std::uint64_t length = 0;
    std::memcpy(&length, bytes.data(), 8);
    return {reinterpret_cast<const char*>(bytes.data()) + 8, length};
}

std::string refusal(const std::vector<unsigned char>& bytes) {
    try {
        from_safetensors(bytes.data(), bytes.size(), "w.safetensors");
    } catch (const BadInput& e) {
        return e.what();
    }
    return "accepted";
}

// The valid file with `from` replaced by `to` in its header.
std::vector<unsigned char> altered(const std::string& from, const std::string& to) {
    const auto bytes = to_safetensors(example());
    std::string header = header_of(bytes);
    const auto at = header.find(from);
    REQUIRE(at != std::string::npos);
    header.replace(at, from.size(), to);
    auto out = file_of(header, 0);
    out.insert(out.end(), bytes.begin() + 8 + static_cast<std::ptrdiff_t>(header_of(bytes).size()), bytes.end());
    return out;
}

}  // namespace

TEST_CASE("weights survive safetensors, in memory and on disk", "[nn]") {
    const Weights w = example();
    const auto same = [&](const Weights& read) {
        const Description &a = w.description, &b = read.description;
        CHECK(read.values == w.values);
        CHECK(std::equal(a.architecture.hidden, a.architecture.hidden + max_depth, b.architecture.hidden));
        CHECK((a.architecture.depth == b.architecture.depth && a.architecture.activation == b.architecture.activation &&
               a.architecture.time == b.architecture.time && a.architecture.frequencies == b.architecture.frequencies));
        CHECK((a.prediction == b.prediction && a.schedule == b.schedule && a.normalise == b.normalise && a.data_sd == b.data_sd && a.steps == b.steps));
    };
    const auto bytes = to_safetensors(w);
    same(from_safetensors(bytes.data(), bytes.size(), "memory"));
    CHECK((8 + header_of(bytes).size()) % 8 == 0);

    const auto folder = std::filesystem::temp_directory_path() / ("probflow_nn_test_" + std::to_string(::getpid()));
    std::filesystem::create_directory(folder);
    const std::string path = folder / "w.safetensors";
    save_safetensors(path, w);
    save_safetensors(path, w);  // over the old one
    same(load_safetensors(path));
    CHECK(std::distance(std::filesystem::directory_iterator(folder), {}) == 1);  // no .part left behind
    CHECK_THROWS_AS(save_safetensors((folder / "no" / "w.safetensors").string(), w), std::runtime_error);
    CHECK_THROWS_AS(load_safetensors((folder / "none").string()), BadInput);
    CHECK_THROWS_AS(load_safetensors(folder.string()), BadInput);
    std::filesystem::remove_all(folder);
}

TEST_CASE("a PyTorch file or pickle is refused with how to convert it", "[nn]") {
    const std::string zip("PK\3\4\0\0\10\10\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0", 26);  // up to the length of the first entry's name
    for (const std::string& start : {zip + std::string("\20\0\0\0archive/data.pkl", 20), std::string("\x80\2}q\0(X\5\0\0\0stuff", 16), std::string("\x80\4\x95\0\0\0\0\0\0\0\0more", 15)}) {
        const auto sentence = refusal({start.begin(), start.end()});
        CHECK(sentence.find("w.safetensors: ") == 0);
        CHECK(sentence.find("safetensors.torch.save_file") != std::string::npos);
    }
    for (const auto& [start, name] : {std::pair{zip + std::string("\5\0\0\0x.npy", 9), "an NPZ"}, {zip + std::string("\5\0\0\0x.txt", 9), "a ZIP archive"}, {std::string("%PDF-1.7\n"), "a PDF"}}) {
        const auto sentence = refusal({start.begin(), start.end()});
        CHECK(sentence.find(std::string("w.safetensors: this is ") + name) == 0);
        CHECK(sentence.find("expected weights as safetensors") != std::string::npos);
    }
}

TEST_CASE("what is not exactly right is refused", "[nn]") {
    CHECK(refusal(altered("\"F32\"", "\"F32\"")) == "accepted");
    CHECK(refusal(altered("\"F32\"", "\"F16\"")).find("F32") != std::string::npos);
    CHECK(refusal(altered("layers.1.bias", "layers.1.bios")).find("'layers.1.bias' is missing") != std::string::npos);
    CHECK(refusal(altered("\"__metadata__\"", "\"extra\":{},\"__metadata__\"")).find("unknown key 'extra'") != std::string::npos);
    CHECK(refusal(altered("\"__metadata__\"", "\"__metadata__\":{},\"__metadata__\"")).find("twice") != std::string::npos);
    CHECK(refusal(altered("\"shape\":[6]", "\"shape\":[7]")).find("shape [6]") != std::string::npos);
    CHECK(refusal(altered("\"shape\":[6]", "\"shape\":[6.0]")) == "accepted");  // the same number
    CHECK(refusal(altered("\"data_offsets\":[144,168]", "\"data_offsets\":[140,164]")).find("overlap") != std::string::npos);
    CHECK(refusal(altered("\"data_offsets\":[144,168]", "\"data_offsets\":[144,172]")).find("do not fit") != std::string::npos);
    CHECK(refusal(altered("\"data_offsets\":[144,168]", "\"data_offsets\":[-1,23]")).find("whole number") != std::string::npos);
    CHECK(refusal(altered("\"data_offsets\":[144,168]", "\"data_offsets\":[99999,100023]")).find("whole number") != std::string::npos);
    CHECK(refusal(altered("\\\"tanh\\\"", "\\\"sine\\\"")).find("activation") != std::string::npos);
    CHECK(refusal(altered("\\\"vp\\\"", "\\\"vq\\\"")).find("schedule") != std::string::npos);
    CHECK(refusal(altered("\\\"vp\\\"", "\\\"linear\\\"")).find("schedule") != std::string::npos);  // has no b_min
    CHECK(refusal(altered("\\\"data_sd\\\":1.625", "\\\"data_sd\\\":1e999")).find("JSON") != std::string::npos);
    CHECK(refusal(altered("\\\"data_sd\\\":1.625", "\\\"data_sd\\\":-1")).find("data_sd") != std::string::npos);
    CHECK(refusal(altered("\\\"hidden\\\":[6,5]", "\\\"hidden\\\":[6,1025]")).find("hidden") != std::string::npos);
    CHECK(refusal(altered("\\\"probflow\\\":1", "\\\"probflow\\\":2")).find("version") != std::string::npos);
    CHECK(refusal(altered("\"probflow\"", "\"protflow\"")).find("not saved by probflow") != std::string::npos);

    const std::string deep = "{\"a\":" + std::string(200000, '[') + std::string(200000, ']') + "}";
    CHECK(refusal(file_of(deep, 0)).find("deeply") != std::string::npos);
    CHECK(refusal(file_of("{" + std::string((1 << 20) + 8, ' ') + "}", 0)).find("1 MB") != std::string::npos);
    CHECK(refusal({}).find("cut short") != std::string::npos);
    auto huge = to_safetensors(example());
    std::memset(huge.data(), 0xff, 8);
    CHECK(refusal(huge).find("cut short") != std::string::npos);
    for (const float bad : {std::numeric_limits<float>::quiet_NaN(), std::numeric_limits<float>::infinity()}) {
        Weights w = example();
        w.values.back() = bad;
        CHECK(refusal(to_safetensors(w)).find("not finite") != std::string::npos);
    }
}

namespace {

void damage_files(int count, std::uint64_t seed) {
    const auto valid = to_safetensors(example());
    const auto header_end = static_cast<int>(8 + header_of(valid).size());
    Random random(seed, "damage");
    int refused = 0, loaded = 0;
    for (int i = 0; i < count; ++i) {
        auto bytes = valid;
        const int reach = i % 2 ? header_end : static_cast<int>(bytes.size());  // half of them in the header
        for (int k = random.below(4); k >= 0; --k) {
            const int at = random.below(reach);
            switch (random.below(5)) {
                case 0: bytes[at] = static_cast<unsigned char>(random.below(256)); break;
                case 1: bytes[at] ^= static_cast<unsigned char>(1 << random.below(8)); break;
                case 2: bytes.erase(bytes.begin() + at); break;
                case 3: bytes.insert(bytes.begin() + at, bytes[random.below(reach)]); break;
                case 4: bytes.resize(bytes.size() - std::min<std::size_t>(bytes.size() - 1, random.below(64))); break;
            }
            if (static_cast<int>(bytes.size()) < reach) break;
        }
        try {
            const Weights w = from_safetensors(bytes.data(), bytes.size(), "damaged");
            ++loaded;
            REQUIRE(static_cast<long>(w.values.size()) == parameter_count(w.description.architecture));
            for (const float v : w.values) REQUIRE(std::isfinite(v));
        } catch (const BadInput& e) {
            ++refused;
            REQUIRE(std::string(e.what()).find("damaged") == 0);
        }
    }
    CHECK(refused > count * 2 / 3);
    CHECK(loaded > count / 60);  // a changed digit of a weight is a weight
}

}  // namespace

TEST_CASE("thousands of damaged files neither crash nor give weights that are not finite", "[nn]") { damage_files(6000, 6); }

TEST_CASE("100,000 damaged files neither crash nor give weights that are not finite", "[nn][long]") { damage_files(100'000, 7); }

TEST_CASE("a conditional network's labels come back; a file without the key has none", "[nn]") {
    Weights w = example();
    w.description.architecture.labels = 5;
    w.values.resize(static_cast<std::size_t>(parameter_count(w.description.architecture)), 0.5f);
    const auto bytes = to_safetensors(w);
    const Weights back = from_safetensors(bytes.data(), bytes.size(), "w");
    CHECK(back.description.architecture.labels == 5);
    CHECK(back.values == w.values);
    CHECK(header_of(to_safetensors(example())).find("labels") == std::string::npos);
    const auto plain = to_safetensors(example());
    CHECK(from_safetensors(plain.data(), plain.size(), "w").description.architecture.labels == 0);
}
