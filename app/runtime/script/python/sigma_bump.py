def sigma_bump(t, c, max):
    return max * math.sin(math.pi * t)
