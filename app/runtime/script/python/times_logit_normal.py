def times_logit_normal(n, rng, schedule, mean, sd):
    """Esser et al. 2024, eq. 19."""
    return torch.sigmoid(mean + sd * torch.randn(n, generator=rng, dtype=torch.float64))
