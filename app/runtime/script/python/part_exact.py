class Exact:
    """The field of a mixture of Gaussians in closed form; components as (weight, mean, covariance)."""

    def __init__(self, schedule, components):
        self.schedule = schedule
        self.weight, self.mean, self.covariance = (torch.tensor([c[i] for c in components], dtype=torch.float64) for i in range(3))
        self.weight = self.weight / self.weight.sum()

    def parts(self, x, t):
        """Responsibilities [N, K], Σ⁻¹(α m − x) [N, K, 2] and the schedule at t; p_t(x) = Σ w N(x; α m, α² C + β² I)."""
        c = self.schedule(torch.tensor(t, dtype=torch.float64))
        total = c[0] ** 2 * self.covariance + c[1] ** 2 * torch.eye(2, dtype=torch.float64)
        away = c[0] * self.mean - x.double()[:, None, :]
        pull = torch.einsum("kij,nkj->nki", torch.linalg.inv(total), away)
        logs = self.weight.log() - 0.5 * torch.logdet(total) - 0.5 * (away * pull).sum(2)
        return torch.softmax(logs, 1), pull, c

    def score(self, x, t):
        share, pull, _ = self.parts(x, t)
        return (share[:, :, None] * pull).sum(1).float()

    def denoiser(self, x, t):
        share, pull, c = self.parts(x, t)
        each = self.mean - c[0] * torch.einsum("kij,nkj->nki", self.covariance, pull)
        return (share[:, :, None] * each).sum(1).float()

    def velocity(self, x, t):
        c = self.schedule(torch.tensor(t, dtype=torch.float64))
        return float(c[2]) * self.denoiser(x, t) - float(c[4]) * self.score(x, t)
