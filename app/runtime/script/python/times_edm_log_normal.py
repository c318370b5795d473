@lru_cache(maxsize=None)
def edm_times(schedule, mean, sd):
    """t where log(β/α) is mean + sd · s, for s = −8 … 8 in steps of 1/32."""
    return torch.tensor([time_of(schedule, -(mean + sd * (i / 32 - 8))) for i in range(513)], dtype=torch.float64)


def times_edm_log_normal(n, rng, schedule, mean, sd):
    """log(β/α) is Gaussian (Karras et al. 2022, table 1)."""
    table = edm_times(schedule, mean, sd)

    def draw():
        place = ((torch.randn(n, generator=rng, dtype=torch.float64) + 8) * 32).clamp(0, 511)
        i = place.long()
        return table[i] + (place - i) * (table[i + 1] - table[i])

    t = draw()
    for _ in range(100):  # again where the path has no such β/α
        outside = (t <= 0) | (t >= 1)
        if not outside.any():
            break
        t = torch.where(outside, draw(), t)
    return t
