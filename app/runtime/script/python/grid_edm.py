def grid_edm(schedule, first, last, steps, rho):
    return spaced_in(schedule, first, last, steps, lambda l: math.exp(-l / rho), lambda root: -rho * math.log(root))
