def warped(first, last, steps, warp):
    times = [first + (last - first) * warp(i / steps) for i in range(steps + 1)]
    times[0], times[-1] = first, last
    return times


def half_log_snr(schedule, t):
    c = schedule(torch.tensor(t, dtype=torch.float64))
    return math.log(c[0] / c[1])


def time_of(schedule, wanted):
    """The t at which log(α/β) has a value, by bisection."""
    low, high = 0.0, 1.0
    for _ in range(60):
        middle = 0.5 * (low + high)
        if half_log_snr(schedule, middle) < wanted:
            low = middle
        else:
            high = middle
    return 0.5 * (low + high)


def spaced_in(schedule, first, last, steps, clock, inverse):
    """Equal steps in clock(log(α/β)); where that is infinite at an end, the outermost step leads to a margin from it."""
    at = lambda t: schedule(torch.tensor(t, dtype=torch.float64))
    open_start, open_end = at(first)[0] == 0, at(last)[1] == 0
    begin, end = (1 if open_start else 0), (steps - 1 if open_end else steps)
    times = warped(first, last, steps, lambda u: u)
    if end <= begin:
        return times
    margin = min(1e-3, (last - first) / 4)
    a = clock(half_log_snr(schedule, first + margin if open_start else first))
    b = clock(half_log_snr(schedule, last - margin if open_end else last))
    for i in range(max(begin, 1), min(end, steps - 1) + 1):
        times[i] = time_of(schedule, inverse(a + (b - a) * (i - begin) / (end - begin)))
    return times
