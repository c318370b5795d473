def grid_log_snr(schedule, first, last, steps):
    return spaced_in(schedule, first, last, steps, lambda l: l, lambda l: l)
