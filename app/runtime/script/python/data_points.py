def data_points(n, rng, points):
    """Draws repeat the points given."""
    return torch.tensor(points)[torch.randint(len(points), (n,), generator=rng)]
