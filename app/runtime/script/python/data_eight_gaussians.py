def data_eight_gaussians(n, rng, radius, std):
    return circle_of_modes(n, rng, 8, radius, std)
