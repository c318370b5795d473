class Lane:
    """dX = [u + ½σ_t² s] dt + σ_t dW from N(0, β_0² I) at the first time."""

    def __init__(self, model, score_model, sigma, solver, grid, steps, particles, times):
        self.model, self.score_model, self.shape, self.solver, self.particles = model, score_model, sigma, solver, particles
        self.times = grid(model.schedule, *times, steps)

    def coefficients(self, t):
        return self.model.schedule(torch.tensor(t, dtype=torch.float64))

    def sigma(self, t):
        return self.shape(t, self.coefficients(t))

    def drift(self, x, t):
        u, sigma = self.model.velocity(x, t), self.sigma(t)
        return u + 0.5 * sigma**2 * self.score_model.score(x, t) if sigma > 0 else u

    def run(self, rng):
        x = float(self.coefficients(0.0)[1]) * torch.randn(self.particles, 2, generator=rng)
        for t, after in zip(self.times, self.times[1:]):
            x = self.solver(self, x, t, after - t, math.sqrt(after - t) * torch.randn(self.particles, 2, generator=rng))
        return x
