#include "core/math/schedule/time_of.h"

namespace pf {

double time_of(const Schedule& schedule, double half_log_snr) {
    double low = 0, high = 1;
    for (double middle = 0.5; low < middle && middle < high; middle = 0.5 * (low + high)) (schedule.at(middle).half_log_snr() < half_log_snr ? low : high) = middle;
    // low and high are neighbours; 0 and 1 themselves were never asked.
    return low == 0 && schedule.at(0).half_log_snr() >= half_log_snr ? 0 : high == 1 && schedule.at(1).half_log_snr() <= half_log_snr ? 1 : 0.5 * (low + high);
}

}  // namespace pf
