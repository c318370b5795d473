def schedule_sub_vp(t, b_min, b_max):
    """α, β, α̇, β̇ and β β̇ (Song et al. 2020, eq. 27 and 33): the standard deviation of the noise is 1 − α²."""
    tau = 1 - t
    integral, b = tau * (b_min + 0.5 * tau * (b_max - b_min)), b_min + tau * (b_max - b_min)
    alpha, beta = torch.exp(-0.5 * integral), -torch.expm1(-integral)
    d_alpha = 0.5 * b * alpha
    d_beta = -2 * alpha * d_alpha
    return alpha, beta, d_alpha, d_beta, beta * d_beta
