// The safetensors format (huggingface.co/docs/safetensors): u64 little-endian length of the header, the header as JSON, the data.
#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>

#include "core/nn/description_json.h"
#include "core/nn/file_kind.h"
#include "core/nn/strict_json.h"

namespace pf::nn {
namespace {

static_assert(std::endian::native == std::endian::little, "tensors are stored as little-endian bytes and copied as they are");

constexpr std::size_t max_header = 1 << 20;

struct Tensor {
    std::string name;
    std::vector<long> shape;
    std::size_t bytes() const {
        std::size_t count = sizeof(float);
        for (const long n : shape) count *= static_cast<std::size_t>(n);
        return count;
    }
};

// In the order of parameter_count().
std::vector<Tensor> tensors_of(const Architecture& a) {
    std::vector<Tensor> tensors;
    long in = input_features(a);
    for (int layer = 0; layer <= a.depth; ++layer) {
        const long out = layer < a.depth ? a.hidden[layer] : 2;
        tensors.push_back({fmt::format("layers.{}.weight", layer), {out, in}});
        tensors.push_back({fmt::format("layers.{}.bias", layer), {out}});
        in = out;
    }
    return tensors;
}

void refuse_other_formats(const unsigned char* bytes, std::size_t size, const std::string& name) {
    const FileKind kind = file_kind({bytes, size});
    if (kind.id == "torch" || kind.id == "pickle")
        throw BadInput(fmt::format("{}: this is a PyTorch or pickle file, which is a program and is not opened; convert it in Python with "
                                   "safetensors.torch.save_file(torch.load(path, weights_only=True), 'weights.safetensors', "
                                   "metadata={{'probflow': description}})",
                                   name));
    if (!kind.id.empty() && kind.id != "safetensors") throw BadInput(fmt::format("{}: this is {}; expected weights as safetensors, as 'probflow train' writes them", name, kind.name));
}

// Where a tensor's bytes begin, after its entry was checked against what it must be.
std::size_t check_entry(const Json& entry, const Tensor& tensor, std::size_t data_size, const std::string& where) {
    StrictObject object(entry, where);
    if (object.text("dtype") != "F32") throw BadInput(where + ": expected dtype F32");
    const Json& shape = object.at("shape");
    if (shape != Json(tensor.shape)) throw BadInput(fmt::format("{}: expected shape {}", where, Json(tensor.shape).dump()));
    const Json& offsets = object.at("data_offsets");
    if (!offsets.is_array() || offsets.size() != 2) throw BadInput(where + ": expected two data_offsets");
    const long begin = StrictObject::count(offsets[0], static_cast<long>(data_size), where), end = StrictObject::count(offsets[1], static_cast<long>(data_size), where);
    object.finish();
    if (end - begin != static_cast<long>(tensor.bytes())) throw BadInput(where + ": data_offsets do not fit the shape");
    return static_cast<std::size_t>(begin);
}

// Tensors of the right sizes, none of which overlap, fill the data exactly: nothing is hidden between them.
void check_cover(std::vector<std::pair<std::size_t, std::size_t>> extents, std::size_t data_size, const std::string& name) {
    std::sort(extents.begin(), extents.end());
    std::size_t at = 0;
    for (const auto& [begin, bytes] : extents) {
        if (begin != at) throw BadInput(name + ": tensors overlap or leave holes");
        at += bytes;
    }
    if (at != data_size) throw BadInput(name + ": the data does not end with the last tensor");
}

}  // namespace

std::vector<unsigned char> to_safetensors(const Weights& weights) {
    check(static_cast<long>(weights.values.size()) == parameter_count(weights.description.architecture), "{} weights", weights.values.size());
    Json header{{"__metadata__", {{"format", "pt"}, {"probflow", to_json(weights.description)}}}};
    std::size_t at = 0;
    for (const Tensor& tensor : tensors_of(weights.description.architecture)) {
        header[tensor.name] = {{"dtype", "F32"}, {"shape", tensor.shape}, {"data_offsets", {at, at + tensor.bytes()}}};
        at += tensor.bytes();
    }
    std::string text = header.dump();
    text.resize((text.size() + 7) / 8 * 8, ' ');
    std::vector<unsigned char> out(8 + text.size() + at);
    const std::uint64_t length = text.size();
    std::memcpy(out.data(), &length, 8);
    std::memcpy(out.data() + 8, text.data(), text.size());
    std::memcpy(out.data() + 8 + text.size(), weights.values.data(), at);
    return out;
}

Weights from_safetensors(const unsigned char* bytes, std::size_t size, const std::string& name) {
    refuse_other_formats(bytes, size, name);
    std::uint64_t length = 0;
    if (size >= 8) std::memcpy(&length, bytes, 8);
    if (size < 10 || length < 2 || length > size - 8 || bytes[8] != '{') throw BadInput(name + ": not a safetensors file, or cut short");
    if (length > max_header) throw BadInput(name + ": its header is larger than 1 MB");
    const unsigned char* data = bytes + 8 + length;
    const std::size_t data_size = size - 8 - length;

    const Json json = parse_strictly(std::string(reinterpret_cast<const char*>(bytes) + 8, length), name);
    StrictObject header(json, name);
    const Json& metadata = header.at("__metadata__");
    if (!metadata.is_object() || !metadata.contains("probflow") || !metadata["probflow"].is_string())
        throw BadInput(name + ": no description of the network (__metadata__.probflow): these weights were not saved by probflow");
    Weights weights{description_from_json(metadata["probflow"].get<std::string>(), name + ": probflow"), {}};

    std::vector<std::pair<std::size_t, std::size_t>> extents;
    for (const Tensor& tensor : tensors_of(weights.description.architecture))
        extents.emplace_back(check_entry(header.at(tensor.name.c_str()), tensor, data_size, name + ": " + tensor.name), tensor.bytes());
    header.finish();
    check_cover(extents, data_size, name);

    weights.values.resize(data_size / sizeof(float));
    auto* to = reinterpret_cast<unsigned char*>(weights.values.data());
    for (const auto& [begin, count] : extents) to = static_cast<unsigned char*>(std::memcpy(to, data + begin, count)) + count;
    if (!std::all_of(weights.values.begin(), weights.values.end(), [](float w) { return std::isfinite(w); }))
        throw BadInput(name + ": contains weights that are not finite");
    return weights;
}

}  // namespace pf::nn
