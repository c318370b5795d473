def schedule_linear(t):
    """α, β, α̇, β̇ and β β̇ of the straight path (Lipman et al. 2022, eq. 20 with σ_min = 0)."""
    one = torch.ones_like(t)
    return t, 1 - t, one, -one, -(1 - t)
