def normal(n, rng):
    return torch.randn(n, 2, generator=rng)


def uniform(n, rng):
    return torch.rand(n, generator=rng)


def circle_of_modes(n, rng, count, radius, std):
    angle = 2 * math.pi * torch.randint(count, (n,), generator=rng) / count
    return radius * torch.stack([angle.cos(), angle.sin()], 1) + std * normal(n, rng)
