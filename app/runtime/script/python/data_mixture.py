def data_mixture(n, rng, components):
    """Components as (weight, mean, covariance)."""
    weight, mean, covariance = (torch.tensor([c[i] for c in components], dtype=torch.float64) for i in range(3))
    values, vectors = torch.linalg.eigh(covariance)
    root = vectors * values.clamp(min=0).sqrt()[:, None, :]
    k = torch.multinomial(weight / weight.sum(), n, replacement=True, generator=rng)
    return (mean[k] + (root[k] @ normal(n, rng).double()[:, :, None])[:, :, 0]).float()
