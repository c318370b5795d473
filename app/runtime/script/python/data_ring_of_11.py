def data_ring_of_11(n, rng, radius, std):
    return circle_of_modes(n, rng, 11, radius, std)
