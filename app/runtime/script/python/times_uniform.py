def times_uniform(n, rng, schedule, t_min, t_max):
    return t_min + (t_max - t_min) * torch.rand(n, generator=rng, dtype=torch.float64)
