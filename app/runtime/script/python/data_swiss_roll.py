def data_swiss_roll(n, rng, noise):
    angle = 1.5 * math.pi * (1 + 2 * uniform(n, rng))
    return 0.25 * angle[:, None] * torch.stack([angle.cos(), angle.sin()], 1) + noise * normal(n, rng)
