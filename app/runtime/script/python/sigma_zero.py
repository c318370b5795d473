def sigma_zero(t, c):
    return 0.0
