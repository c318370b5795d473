def sigma_beta(t, c, max):
    return max * float(c[1])
