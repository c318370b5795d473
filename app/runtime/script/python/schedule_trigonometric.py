def schedule_trigonometric(t):
    """α, β, α̇, β̇ and β β̇ (Albergo et al. 2023)."""
    half_pi = math.pi / 2
    alpha, beta = torch.sin(half_pi * t), torch.sin(half_pi * (1 - t))
    return alpha, beta, half_pi * beta, -half_pi * alpha, -half_pi * alpha * beta
