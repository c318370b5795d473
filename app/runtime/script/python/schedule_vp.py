def schedule_vp(t, b_min, b_max):
    """α, β, α̇, β̇ and β β̇ (Song et al. 2020, eq. 32–33, with τ = 1 − t)."""
    tau = 1 - t
    integral, b = tau * (b_min + 0.5 * tau * (b_max - b_min)), b_min + tau * (b_max - b_min)
    alpha, beta = torch.exp(-0.5 * integral), torch.sqrt(-torch.expm1(-integral))
    d_alpha = 0.5 * b * alpha
    return alpha, beta, d_alpha, -alpha * d_alpha / beta, -alpha * d_alpha
