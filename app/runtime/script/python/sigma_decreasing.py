def sigma_decreasing(t, c, max):
    return max * (1 - t)
