def data_moons(n, rng, noise):
    """Two half circles of radius 2 about the origin; the noise is in units of that radius."""
    angle, lower = math.pi * uniform(n, rng), torch.randint(2, (n,), generator=rng).bool()
    x = torch.where(lower, 1 - angle.cos(), angle.cos()) - 0.5
    y = torch.where(lower, 0.5 - angle.sin(), angle.sin()) - 0.25
    return 2 * torch.stack([x, y], 1) + 2 * noise * normal(n, rng)
