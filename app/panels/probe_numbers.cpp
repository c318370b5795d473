#include "app/panels/probe_numbers.h"

#include <cmath>

#include "core/math/format.h"

namespace pf::panels {
namespace {

// Without a sign where nothing but zeros is left of the number.
std::string text(double v, int decimals) {
    const std::string out = fmt::format("{:.{}f}", v, decimals);
    return out.starts_with('-') && out.find_first_not_of("-0.") == std::string::npos ? out.substr(1) : out;
}
std::string text(const Eigen::Vector2d& v, int decimals) { return fmt::format("({}, {})", text(v.x(), decimals), text(v.y(), decimals)); }
double size(const Eigen::Vector2d& v) { return v.norm(); }
double size(double v) { return std::abs(v); }

template <class T>
void add(std::vector<ProbeRow>& rows, std::string_view symbol, std::string_view unit, std::string_view meaning, const std::optional<T>& field, const std::optional<T>& exact, int decimals) {
    if (!field && !exact) return;
    ProbeRow row{symbol, unit, meaning, {}, {}, {}, {}};
    if (field) row.field = text(*field, decimals);
    if (exact) row.exact = text(*exact, decimals);
    if (field && exact) {
        const T difference = *field - *exact;
        row.difference = text(difference, decimals);
        row.size = text(size(difference), decimals);
    }
    rows.push_back(std::move(row));
}

}  // namespace

std::vector<ProbeRow> probe_rows(const ProbeLane& lane, int decimals) {
    const ProbeValues &f = lane.field, &e = lane.exact;
    std::vector<ProbeRow> rows;
    add(rows, "u", "per t", "velocity: how the ODE moves x", f.velocity, e.velocity, decimals);
    add(rows, "s", "1/unit", "score: the gradient of log p", f.score, e.score, decimals);
    add(rows, "D", "units", "denoiser: the mean of the data z, given x", f.denoiser, e.denoiser, decimals);
    add(rows, "ε", "", "the mean of the noise, given x", f.noise, e.noise, decimals);
    add(rows, "∇·u", "per t", "divergence of the velocity: how fast the flow spreads here", f.divergence, e.divergence, decimals);
    add(rows, "log p", "nats", lane.log_p_by_ode ? "log density, by the divergence along the lane's ODE from N(0, β₀² I)" : "log density, in closed form", f.log_p, e.log_p, decimals);
    return rows;
}

std::string probe_line(const ProbeLane& lane) {
    constexpr int decimals = 6;
    std::string out = fmt::format("lane {}: x = ({:.{}f}, {:.{}f}), t = {:.{}f}", lane.at.lane + 1, lane.at.x[0], decimals, lane.at.x[1], decimals, lane.t, decimals);
    for (const ProbeRow& row : probe_rows(lane, decimals)) {
        if (!row.field.empty()) out += fmt::format(", {} = {}", row.symbol, row.field);
        if (!row.exact.empty()) out += fmt::format(", exact {} = {}", row.symbol, row.exact);
        if (!row.size.empty()) out += fmt::format(", |difference| = {}", row.size);
    }
    return out;
}

std::string posterior_line(const ProbePosterior& p) {
    std::string out = fmt::format("mean of {} conditional velocities {} ± {}, u {}", p.z.rows(), text(p.mean_velocity, 2), text(p.standard_error, 2), text(p.velocity, 2));
    if (p.velocity_error.norm() > 0) out += " ± " + text(p.velocity_error, 2);
    if (p.effective_draws > 0) out += fmt::format("; p(z|x) by importance weights over {} draws, worth {:.0f}", posterior_draws, p.effective_draws);
    return out;
}

bool same_numbers(const ProbeLane& a, const ProbeLane& b) { return a.at.x == b.at.x && a.t == b.t && a.field == b.field && a.exact == b.exact; }

}  // namespace pf::panels
