def schedule_edm(t, sigma_min, sigma_max, rho):
    """α ≡ 1, β by the noise levels of Karras et al. 2022, eq. 5; then α̇, β̇ and β β̇."""
    a, b = sigma_max ** (1 / rho), sigma_min ** (1 / rho)
    base = a + t * (b - a)
    beta = base**rho
    d_beta = rho * (b - a) * beta / base
    return torch.ones_like(t), beta, torch.zeros_like(t), d_beta, beta * d_beta
