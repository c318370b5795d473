def data_checkerboard(n, rng):
    square = torch.randint(8, (n,), generator=rng)
    row = square // 2
    column = 2 * (square % 2) + row % 2
    return -4 + 2 * (torch.stack([column, row], 1) + torch.rand(n, 2, generator=rng))
