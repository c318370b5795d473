def sigma_constant(t, c, max):
    return max
