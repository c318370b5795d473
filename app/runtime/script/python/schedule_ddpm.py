@lru_cache(maxsize=None)
def ddpm_table(steps):
    """log ᾱ_i, i = 0 … T (Ho et al. 2020, §4, with T steps instead of 1000)."""
    first, last = 0.1 / steps, 20.0 / steps
    i = torch.arange(steps, dtype=torch.float64)
    return torch.cat([torch.zeros(1, dtype=torch.float64), torch.log1p(-(first + (last - first) * i / (steps - 1))).cumsum(0)])


def schedule_ddpm(t, steps):
    """α, β, α̇, β̇ and β β̇; between the noise levels log ᾱ is linear."""
    table, i = ddpm_table(steps), steps * (1 - t)
    k = torch.where((i - i.round()).abs() < 1e-9 * steps, i.round(), i.ceil()).clamp(1, steps).long()
    slope = table[k] - table[k - 1]
    log_alpha_bar = table[k - 1] + (i - (k - 1)) * slope
    alpha, beta = torch.exp(0.5 * log_alpha_bar), torch.sqrt(torch.abs(torch.expm1(log_alpha_bar)))
    d_alpha = -0.5 * steps * slope * alpha
    return alpha, beta, d_alpha, -alpha * d_alpha / beta, -alpha * d_alpha
