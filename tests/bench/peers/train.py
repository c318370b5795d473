#!/usr/bin/env python3
"""Steps of training a second: stock PyTorch (and JAX) against probflow, one thread each, row by row of rows.py. Median of five."""
import argparse
import json
import math
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time

os.environ.setdefault("OMP_NUM_THREADS", "1")
# One core for all that is timed: this program trains with as many threads as it may run on.
os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
os.environ.setdefault("MKL_NUM_THREADS", "1")
os.environ.setdefault("XLA_FLAGS", "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1")
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from rows import ROWS  # noqa: E402

REPEATS = 5


def median_rate(run, seconds):
    """Calls run(n) with n that lasts about `seconds`; the median of five rates."""
    run(3)
    start = time.perf_counter()
    run(3)
    n = max(3, int(3 * seconds / max(1e-6, time.perf_counter() - start)))
    rates = []
    for _ in range(REPEATS):
        start = time.perf_counter()
        run(n)
        rates.append(n / (time.perf_counter() - start))
    return statistics.median(rates)


def moons_like(torch, n):
    """Two half circles: what the peers draw their batches from takes little of a step, and so does this."""
    angle = torch.rand(n) * math.pi
    upper = torch.rand(n) < 0.5
    x = torch.stack([torch.where(upper, torch.cos(angle), 1 - torch.cos(angle)), torch.where(upper, torch.sin(angle), 0.5 - torch.sin(angle))], 1)
    return 3 * (x - torch.tensor([0.5, 0.25])) + 0.1 * torch.randn(n, 2)


def torch_steps(row):
    """run(n): n steps as the peers write them: draw, interpolate, mean squared error, backward, Adam."""
    import torch

    torch.set_num_threads(1)
    networks = []
    for _ in range(row.networks):
        layers, width = [], 3
        for hidden in row.hidden:
            layers += [torch.nn.Linear(width, hidden), getattr(torch.nn, row.activation)()]
            width = hidden
        network = torch.nn.Sequential(*layers, torch.nn.Linear(width, 2))
        networks.append((network, torch.optim.Adam(network.parameters(), lr=1e-3)))

    def run(n):
        for _ in range(n):
            for network, optimiser in networks:
                z, noise, t = moons_like(torch, row.batch), torch.randn(row.batch, 2), torch.rand(row.batch, 1)
                x = t * z + (1 - t) * noise
                target = noise if row.prediction == "noise" else z - noise
                loss = ((network(torch.cat([x, t], 1)) - target) ** 2).mean()
                optimiser.zero_grad()
                loss.backward()
                optimiser.step()

    return run


def jax_steps(row):
    """The same, compiled as one function; None without JAX and optax."""
    try:
        import jax
        import jax.numpy as jnp
        import optax
    except ImportError:
        return None
    activation = {"SELU": jax.nn.selu, "SiLU": jax.nn.silu, "GELU": jax.nn.gelu}[row.activation]
    adam = optax.adam(1e-3)

    def init(key):
        sizes, out = (3, *row.hidden, 2), []
        for a, b in zip(sizes, sizes[1:]):
            key, k = jax.random.split(key)
            out.append((jax.random.normal(k, (a, b)) / math.sqrt(a), jnp.zeros(b)))
        return out

    def network(parameters, x):
        for weights, bias in parameters[:-1]:
            x = activation(x @ weights + bias)
        return x @ parameters[-1][0] + parameters[-1][1]

    @jax.jit
    def step(parameters, state, key):
        key, a, b, c, d = jax.random.split(key, 5)
        angle, upper = jax.random.uniform(a, (row.batch,)) * math.pi, jax.random.uniform(b, (row.batch,)) < 0.5
        z = 3 * jnp.stack([jnp.where(upper, jnp.cos(angle), 1 - jnp.cos(angle)), jnp.where(upper, jnp.sin(angle), 0.5 - jnp.sin(angle))], 1)
        noise, t = jax.random.normal(c, (row.batch, 2)), jax.random.uniform(d, (row.batch, 1))
        target = noise if row.prediction == "noise" else z - noise
        gradient = jax.grad(lambda p: ((network(p, jnp.concatenate([t * z + (1 - t) * noise, t], 1)) - target) ** 2).mean())(parameters)
        updates, state = adam.update(gradient, state)
        return optax.apply_updates(parameters, updates), state, key

    models = [init(jax.random.PRNGKey(i)) for i in range(row.networks)]
    states = [(p, adam.init(p), jax.random.PRNGKey(9)) for p in models]

    def run(n):
        for _ in range(n):
            for i in range(row.networks):
                states[i] = step(*states[i])
        jax.block_until_ready(states[0][0])

    return run


def our_rate(program, row, seconds):
    """`probflow train` for two lengths: the difference leaves out the start. One thread: the fused engine's, data and targets included."""
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "scene.json")
        scene = {"probflow": 1, "title": row.id, "sentence": row.source, "seed": 7, "data": {"id": row.data},
                 "models": [{"name": "flow", "field": "network", "schedule": {"id": row.schedule}, "objective": {"id": row.prediction},
                             "network": {"hidden": list(row.hidden), "activation": row.ours}, "training": {"batch": row.batch, "ema": 0, "learning_rate": 0.001, "decay": "constant"}}],
                 "lanes": [{"model": "flow"}]}
        with open(path, "w") as file:
            json.dump(scene, file)

        def timed(steps):
            start = time.perf_counter()
            subprocess.run([program, "train", path, "--out", os.path.join(folder, "w.safetensors"), "--steps", str(steps), "--engine", "fused"],
                           check=True, capture_output=True, env={**os.environ, "OMP_NUM_THREADS": "1"})
            return time.perf_counter() - start

        start = min(timed(1) for _ in range(3))
        n = 64
        while timed(n) - start < seconds / 2:
            n *= 2
        return statistics.median(n / max(1e-9, timed(n) - start) for _ in range(REPEATS)) / row.networks


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--program", default="probflow", help="the probflow to time")
    parser.add_argument("--seconds", type=float, default=2, help="length of one measurement")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("rows", nargs="*", help="ids of rows.py; all without")
    os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})  # one core for all that is timed
    options = parser.parse_args()
    chosen = [row for row in ROWS if not options.rows or row.id in options.rows]
    if len(chosen) < len(options.rows):
        parser.error(f"known rows: {', '.join(row.id for row in ROWS)}")
    try:
        import torch
    except ImportError:
        parser.error("this Python has no torch: pip install torch")
    results = []
    print(f"{platform.processor() or platform.machine()}, PyTorch {torch.__version__}, one thread each", file=sys.stderr)
    for row in chosen:
        ours = our_rate(options.program, row, options.seconds)
        peers = {"PyTorch": median_rate(torch_steps(row), options.seconds)}
        jax = jax_steps(row)
        if jax:
            peers["JAX"] = median_rate(jax, options.seconds)
        results.append({"row": row.id, "source": row.source, "note": row.note, "probflow": ours, **peers})
        if not options.json:
            print(f"{row.id:15} {'-'.join(map(str, row.hidden)):16} batch {row.batch:5}   probflow {ours:8.1f} steps/s   "
                  + "   ".join(f"{name} {rate:8.1f} ({ours / rate:.2f} ×)" for name, rate in peers.items()), flush=True)
    if options.json:
        print(json.dumps({"torch": torch.__version__, "machine": platform.platform(), "rows": results}, indent=2))


if __name__ == "__main__":
    main()
