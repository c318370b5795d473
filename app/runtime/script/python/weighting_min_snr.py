def weighting_min_snr(t, c, prediction, sd, gamma):
    """min(α²/β², γ) on the error of the denoiser (Hang et al. 2023)."""
    c = inside(c)
    return ((c[0] / c[1]) ** 2).clamp(max=gamma) * conversion(prediction, "denoiser", c, sd)[1] ** 2
