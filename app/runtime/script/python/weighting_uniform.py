def weighting_uniform(t, c, prediction, sd):
    return torch.ones_like(t)
