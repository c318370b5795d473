def data_spirals(n, rng, turns, noise):
    first, last = 0.5 * math.pi, 2 * math.pi * turns
    angle = torch.sqrt(first**2 + uniform(n, rng) * (last**2 - first**2))
    turned = angle + math.pi * torch.randint(2, (n,), generator=rng)
    return 3.5 * (angle / last)[:, None] * torch.stack([turned.cos(), turned.sin()], 1) + noise * normal(n, rng)
