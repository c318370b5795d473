def grid_root(schedule, first, last, steps):
    return warped(first, last, steps, lambda u: u * (2 - u))
