def sigma_reverse(t, c, max):
    """The diffusion of the noising process, capped (Anderson 1982)."""
    alpha, beta, d_alpha, _, beta_d_beta = map(float, c)
    return min(max, math.sqrt(2 * (beta * beta * d_alpha / alpha - beta_d_beta))) if alpha > 0 else max
