"""What the whole-program tests share: the program under test and a folder of its own for each test."""
import json
import os
import subprocess
import tempfile
import unittest

PROGRAM = os.environ["PROBFLOW"]


def run(*words, timeout=600, env=None, cwd=None):
    """The finished process; text output. No display, so that nothing depends on one."""
    environment = {k: v for k, v in os.environ.items() if k not in ("DISPLAY", "WAYLAND_DISPLAY")}
    environment.update(env or {})
    return subprocess.run([PROGRAM, *map(str, words)], capture_output=True, text=True, timeout=timeout, env=environment, cwd=cwd)


def ffprobe(path):
    """Format, frame count, size and duration of a film, as another program reads it."""
    text = subprocess.run(["ffprobe", "-v", "error", "-count_frames", "-select_streams", "v:0", "-show_entries",
                           "stream=codec_name,width,height,nb_read_frames,pix_fmt,avg_frame_rate:format=duration", "-of", "json", path],
                          capture_output=True, text=True, check=True).stdout
    answer = json.loads(text)
    return {**answer["streams"][0], "duration": float(answer["format"].get("duration", "nan"))}


def weights_with_changes(path, changes):
    """The bytes of a file of weights as if hyper-parameters had been changed while they were trained: [step, key, value] each."""
    with open(path, "rb") as file:
        header, values = json.loads(file.read(int.from_bytes(file.read(8), "little"))), file.read()
    description = json.loads(header["__metadata__"]["probflow"])
    header["__metadata__"]["probflow"] = json.dumps(description | {"changes": changes})
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    return len(text).to_bytes(8, "little") + text + values


class ProgramTest(unittest.TestCase):
    def setUp(self):
        self._folder = tempfile.TemporaryDirectory()
        self.folder = self._folder.name

    def tearDown(self):
        self._folder.cleanup()

    def path(self, name):
        return os.path.join(self.folder, name)

    def succeed(self, *words, **options):
        done = run(*words, **options)
        self.assertEqual(done.returncode, 0, f"{words}: {done.stderr}")
        return done.stdout

    def refuse(self, code, *words, says=(), **options):
        """Ends with `code`, one line on standard error that says all of `says`, and leaves the folder as it was."""
        before = sorted(os.listdir(self.folder))
        done = run(*words, **options)
        self.assertEqual(done.returncode, code, f"{words}: {done.stdout}{done.stderr}")
        self.assertEqual(len(done.stderr.strip().splitlines()), 1, done.stderr)
        for fragment in says:
            self.assertIn(fragment, done.stderr)
        self.assertEqual(sorted(os.listdir(self.folder)), before)

    def scene(self, name="scene.json", **changes):
        """A small exact scene file with `changes` on top; returns its path."""
        scene = {"probflow": 1, "title": "Test", "sentence": "A test.", "seed": 3, "data": {"id": "eight_gaussians"},
                 "models": [{"name": "truth", "field": "exact", "schedule": {"id": "linear"}}],
                 "lanes": [{"model": "truth", "sigma": {"id": "zero"}, "solver": {"id": "heun"}, "steps": 20, "particles": 300},
                           {"model": "truth", "sigma": {"id": "constant", "max": 1.0}, "solver": {"id": "euler_maruyama"}, "steps": 60, "particles": 300}],
                 "view": {"panes": 2, "layers": ["density", "particles", "trails"], "density": "exact"}}
        scene.update(changes)
        path = self.path(name)
        with open(path, "w") as file:
            json.dump(scene, file)
        return path

    def network_scene(self, **training):
        """A small network on a Gaussian mixture of two modes, trained in a second."""
        spec = {"steps": 60, "batch": 128, "learning_rate": 0.005, "decay": "cosine", "ema": 0.9}
        spec.update(training)
        return self.scene("network.json",
                          models=[{"name": "flow", "field": "network", "schedule": {"id": "linear"}, "objective": {"id": "velocity"},
                                   "network": {"hidden": [16, 16], "activation": "silu", "time": "raw"}, "training": spec}],
                          lanes=[{"model": "flow", "sigma": {"id": "zero"}, "solver": {"id": "heun"}, "steps": 10, "particles": 200}],
                          view={"panes": 1, "layers": ["density", "particles"]})
