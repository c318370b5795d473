def schedule_square_root(t):
    """α = t, β = √(1 − t); then α̇, β̇ and β β̇ (Holderrieth & Erives 2025)."""
    beta = torch.sqrt(1 - t)
    return t, beta, torch.ones_like(t), -0.5 / beta, torch.full_like(t, -0.5)
