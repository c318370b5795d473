def conversion(prediction, want, c, sd):
    """(a, b) with wanted = a x + b prediction: velocity, score or denoiser. σ_d = sd is that of edm_f."""
    alpha, beta, d_alpha, d_beta, beta_d_beta = c
    one, zero, beta2 = torch.ones_like(alpha), torch.zeros_like(alpha), beta * beta
    determinant, variance = d_alpha * beta2 - alpha * beta_d_beta, beta2 + alpha * alpha * sd * sd
    if want == "velocity":
        return {"velocity": lambda: (zero, one),
                "score": lambda: (d_alpha / alpha, beta2 * d_alpha / alpha - beta_d_beta),
                "noise": lambda: (d_alpha / alpha, d_beta - beta * d_alpha / alpha),
                "data": lambda: (beta_d_beta / beta2, d_alpha - alpha * beta_d_beta / beta2),
                "v": lambda: (zero, torch.where(alpha > beta, d_beta / alpha, -d_alpha / beta)),
                "edm_f": lambda: ((beta_d_beta + alpha * d_alpha * sd * sd) / variance, (d_alpha * beta - alpha * d_beta) * sd / variance.sqrt())}[prediction]()
    if want == "score":
        return {"velocity": lambda: (-d_alpha / determinant, alpha / determinant),
                "score": lambda: (zero, one),
                "noise": lambda: (zero, -1 / beta),
                "data": lambda: (-1 / beta2, alpha / beta2),
                "v": lambda: (-one, -alpha / beta),
                "edm_f": lambda: (-1 / variance, alpha * sd / (beta * variance.sqrt()))}[prediction]()
    return {"velocity": lambda: (-beta_d_beta / determinant, beta2 / determinant),
            "score": lambda: (1 / alpha, beta2 / alpha),
            "noise": lambda: (1 / alpha, -beta / alpha),
            "data": lambda: (zero, one),
            "v": lambda: (alpha, -beta),
            "edm_f": lambda: (alpha * sd * sd / variance, beta * sd / variance.sqrt())}[prediction]()


def inside(c):
    """Keeps 0/0 away at the ends."""
    alpha, beta, d_alpha, d_beta, beta_d_beta = c
    beta = beta.clamp(min=1e-6)
    return alpha.clamp(min=1e-6), beta, d_alpha, d_beta, torch.where(torch.isfinite(d_beta), beta * d_beta, beta_d_beta)


def target(prediction, c, sd):
    """(a, b) with the regression target a z + b ε of x = α z + β ε."""
    alpha, beta, d_alpha, d_beta, _ = c
    one, zero = torch.ones_like(alpha), torch.zeros_like(alpha)
    if prediction == "edm_f":
        root = (beta**2 + alpha**2 * sd * sd).sqrt()
        return beta / (sd * root), -alpha * sd / root
    return {"velocity": (d_alpha, d_beta), "score": (zero, -1 / beta), "noise": (zero, one), "data": (one, zero), "v": (-beta, alpha)}[prediction]
