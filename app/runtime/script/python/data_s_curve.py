def data_s_curve(n, rng, noise):
    angle, sign = 1.5 * math.pi * uniform(n, rng), 1.0 - 2 * torch.randint(2, (n,), generator=rng)
    return 1.6 * torch.stack([sign * angle.sin(), sign * (angle.cos() - 1)], 1) + noise * normal(n, rng)
