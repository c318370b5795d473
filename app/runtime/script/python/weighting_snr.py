def weighting_snr(t, c, prediction, sd):
    """α²/β² on the error of the denoiser (Kingma et al. 2021, §4)."""
    c = inside(c)
    return (c[0] / c[1]) ** 2 * conversion(prediction, "denoiser", c, sd)[1] ** 2
