def solver_ddim(lane, x, t, dt, dW):
    """Exact for a denoiser that is held over the step (Song, Meng & Ermon 2020, eq. 12 with η = 0)."""
    s, e = lane.coefficients(t), lane.coefficients(t + dt)
    ratio = float(e[1] / s[1])
    return ratio * x + (float(e[0]) - float(s[0]) * ratio) * lane.model.denoiser(x, t)
