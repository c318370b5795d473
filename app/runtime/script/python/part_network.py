ACTIVATIONS = {"silu": torch.nn.functional.silu, "tanh": torch.tanh, "relu": torch.relu, "gelu": torch.nn.functional.gelu}


class Learned(torch.nn.Module):
    """A multilayer perceptron from (x, y, features of t) to two numbers, what it predicts, and how it is trained."""

    def __init__(self, schedule, prediction, hidden, activation, frequencies, normalise, sd, weighting, times, trained, training):
        super().__init__()
        self.schedule, self.prediction, self.activation, self.frequencies = schedule, prediction, ACTIVATIONS[activation], frequencies
        self.normalise, self.sd, self.weighting, self.times, self.trained, self.training_ = normalise, sd, weighting, times, trained, training
        widths = [3 if frequencies == 0 else 2 + 2 * frequencies, *hidden, 2]
        self.layers = torch.nn.ModuleList(torch.nn.Linear(a, b) for a, b in zip(widths, widths[1:]))

    def scaling(self, c, t):
        """prediction(x, t) = output · net(input · x, time)."""
        alpha, beta = c[0], c[1]
        edm, one = self.prediction == "edm_f", torch.ones_like(t)
        time = torch.log(beta.clamp(min=1e-3) / alpha.clamp(min=1e-3)) / 4 if edm else t
        into = 1 / (beta**2 + alpha**2 * self.sd**2).sqrt() if edm or self.normalise else one
        if edm or not self.normalise:
            return into, one, time
        a, b = target(self.prediction, c, self.sd)
        return into, (a * a * self.sd**2 + b * b).sqrt(), time

    def forward(self, x, time):
        time = time.float().reshape(-1, 1).expand(len(x), 1)
        if self.frequencies > 0:
            angle = 2 * math.pi * time * torch.arange(1, self.frequencies + 1)
            time = torch.stack([angle.sin(), angle.cos()], 2).flatten(1)
        h = torch.cat([x, time], 1)
        for layer in self.layers[:-1]:
            h = self.activation(layer(h))
        return self.layers[-1](h)

    @torch.no_grad()
    def wanted(self, want, x, t):
        t = torch.tensor(t, dtype=torch.float64)
        c = self.schedule(t)
        into, out, time = self.scaling(c, t)
        a, b = conversion(self.prediction, want, c, self.sd)
        return float(a) * x + float(b * out) * self(float(into) * x, time)

    def velocity(self, x, t):
        return self.wanted("velocity", x, t)

    def score(self, x, t):
        return self.wanted("score", x, t)

    def denoiser(self, x, t):
        return self.wanted("denoiser", x, t)

    def draw_times(self, n, rng):
        low, high = self.trained
        t = self.times(n, rng, self.schedule)
        for _ in range(100):
            outside = (t < low) | (t > high)
            if not outside.any():
                break
            t = torch.where(outside, self.times(n, rng, self.schedule), t)
        return t.clamp(low, high)

    def loss(self, z, rng):
        """Conditional flow or denoising score matching on one batch of data."""
        epsilon, t = torch.randn(len(z), 2, generator=rng, dtype=torch.float64), self.draw_times(len(z), rng)
        c = self.schedule(t)
        (a, b), (into, out, time) = target(self.prediction, c, self.sd), self.scaling(c, t)
        x = into[:, None] * (c[0][:, None] * z + c[1][:, None] * epsilon)
        wish = (a[:, None] * z + b[:, None] * epsilon) / out[:, None]
        weight = self.weighting(t, c, self.prediction, self.sd) * out**2
        return (weight.float()[:, None] * (self(x.float(), time) - wish.float()) ** 2).mean()

    def learn(self, data, rng, name):
        """Adam, with the moving average of the weights in the end."""
        spec = self.training_
        adam = torch.optim.Adam(self.parameters(), betas=(0.9, 0.999), eps=1e-8)
        average = [p.detach().clone() for p in self.parameters()]
        for step in range(spec["steps"]):
            rate = spec["learning_rate"]
            if spec["decay"] == "cosine":
                rate *= (1 + math.cos(math.pi * step / spec["steps"])) / 2
            for group in adam.param_groups:
                group["lr"] = rate
            loss = self.loss(data(spec["batch"], rng).double(), rng)
            adam.zero_grad()
            loss.backward()
            if spec["clip"] > 0:
                torch.nn.utils.clip_grad_norm_(self.parameters(), spec["clip"])
            adam.step()
            keep = min(spec["ema"], (step + 2) / (step + 11))
            with torch.no_grad():
                for a, p in zip(average, self.parameters()):
                    a.lerp_(p, 1 - keep)
            if (step + 1) % max(1, spec["steps"] // 10) == 0:
                print(f"{name}: step {step + 1}, loss {loss.item():.4g}")
        with torch.no_grad():
            for a, p in zip(average, self.parameters()):
                p.copy_(a)

    def load(self, path):
        self.load_state_dict(read_safetensors(path))


def read_safetensors(path):
    """Tensors by name from a safetensors file of float32."""
    with open(path, "rb") as file:
        header = json.loads(file.read(struct.unpack("<Q", file.read(8))[0]))
        bytes_ = bytearray(file.read())
    out = {}
    for name, entry in header.items():
        if name != "__metadata__":
            first, last = entry["data_offsets"]
            out[name] = torch.frombuffer(bytes_[first:last], dtype=torch.float32).reshape(entry["shape"])
    return out
