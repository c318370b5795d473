def weighting_likelihood(t, c, prediction, sd):
    """g² on the error of the score (Song et al. 2021, theorem 1)."""
    alpha, beta, d_alpha, _, beta_d_beta = c = inside(c)
    return 2 * (beta**2 * d_alpha / alpha - beta_d_beta) * conversion(prediction, "score", c, sd)[1] ** 2
