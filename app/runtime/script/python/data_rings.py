def data_rings(n, rng, count, noise):
    angle, radius = 2 * math.pi * uniform(n, rng), 3.0 * (1 + torch.randint(count, (n,), generator=rng)) / count
    return torch.stack([radius * angle.cos(), radius * angle.sin()], 1) + noise * normal(n, rng)
