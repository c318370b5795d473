"""What the peers publish: network, batch, data and target of their smallest 2-D example. Add a peer: one line."""
from dataclasses import dataclass


@dataclass(frozen=True)
class Row:
    id: str
    source: str            # where the settings stand
    hidden: tuple
    activation: str        # of the peer, a name in torch.nn
    ours: str              # the nearest here
    batch: int
    data: str              # a data set of this program, of the peer's kind
    prediction: str        # velocity or noise
    schedule: str
    networks: int = 1      # trained one after the other in a step
    note: str = ""


ROWS = [
    Row("torchcfm", "github.com/atong01/conditional-flow-matching, examples/2D_tutorials, MLP(dim=2, w=64)", (64, 64, 64), "SELU", "silu", 256, "moons", "velocity", "linear",
        note="SELU there, SiLU here; theirs leads eight Gaussians to moons"),
    Row("ring_of_11", "the course experiment: nets 3-1024-16-2 for velocity and score, batch 1000", (1024, 16), "SiLU", "silu", 1000, "ring_of_11", "velocity", "square_root", networks=2),
    Row("mit_labs", "MIT 6.S184, labs: MLP of four layers of 64, batch 1000", (64, 64, 64, 64), "SiLU", "silu", 1000, "moons", "velocity", "linear"),
    Row("flow_matching", "github.com/facebookresearch/flow_matching, examples/2d_flow_matching: MLP 4 × 512, batch 4096", (512, 512, 512, 512), "SiLU", "silu", 4096, "checkerboard", "velocity",
        "linear"),
    Row("tiny_diffusion", "github.com/tanelp/tiny-diffusion: MLP 3 × 128, GELU, batch 32", (128, 128, 128), "GELU", "gelu", 32, "moons", "noise", "ddpm",
        note="sinusoidal embeddings of inputs and time are left out on both sides"),
]
