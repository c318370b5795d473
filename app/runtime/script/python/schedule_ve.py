def schedule_ve(t, sigma_min, sigma_max):
    """α ≡ 1, β falls geometrically; then α̇, β̇ and β β̇ (Song et al. 2020, eq. 30–31)."""
    rate = math.log(sigma_min / sigma_max)
    beta = sigma_max * torch.exp(rate * t)
    return torch.ones_like(t), beta, torch.zeros_like(t), rate * beta, rate * beta * beta
