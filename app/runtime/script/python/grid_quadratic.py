def grid_quadratic(schedule, first, last, steps):
    return warped(first, last, steps, lambda u: u * u)
