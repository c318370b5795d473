def data_gaussian(n, rng, long, short, angle):
    turn = math.radians(angle)
    axes = torch.tensor([[math.cos(turn), math.sin(turn)], [-math.sin(turn), math.cos(turn)]])
    return normal(n, rng) * torch.tensor([long, short]) @ axes
