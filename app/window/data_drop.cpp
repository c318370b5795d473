#include "app/window/data_drop.h"

#include <chrono>
#include <exception>

namespace pf {

void DataDrop::read(const std::string& path, std::uint64_t seed) {
    waiting_.emplace_back(path, seed);
    if (!current_.valid()) next();
}

std::optional<DataDrop::Outcome> DataDrop::poll() {
    if (!current_.valid() || current_.wait_for(std::chrono::seconds(0)) != std::future_status::ready) return {};
    Outcome outcome = current_.get();
    next();
    return outcome;
}

void DataDrop::next() {
    if (waiting_.empty()) return;
    const auto [path, seed] = waiting_.front();
    waiting_.pop_front();
    current_ = std::async(std::launch::async, [path = path, seed = seed] {
        try {
            FilePoints points = read_data_file(path, seed);
            std::string sentence = describe(points, path);
            const bool warning = is_warning(points);
            return Outcome{std::move(points), std::move(sentence), warning};
        } catch (const std::exception& error) {
            return Outcome{std::nullopt, error.what(), true};
        }
    });
}

}  // namespace pf
