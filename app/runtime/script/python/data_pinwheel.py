def data_pinwheel(n, rng, blades, twist, length, width):
    place = normal(n, rng) * torch.tensor([length, width]) + torch.tensor([2.0, 0.0])
    angle = 2 * math.pi * torch.randint(blades, (n,), generator=rng) / blades + twist * place.norm(dim=1)
    c, s = angle.cos(), angle.sin()
    return torch.stack([c * place[:, 0] - s * place[:, 1], s * place[:, 0] + c * place[:, 1]], 1)
