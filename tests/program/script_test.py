"""Scenes as PyTorch scripts: what is written, and, where PyTorch for Python is there, that it draws the same distribution and has the same field."""
import json
import os
import subprocess
import sys
import unittest

import numpy

from support import ProgramTest

HAS_TORCH = subprocess.run([sys.executable, "-c", "import torch"], capture_output=True).returncode == 0


def sliced_w2(a, b):
    """Between two samples of the same size, over 64 directions."""
    angle = numpy.pi * (numpy.arange(64) + 0.5) / 64
    directions = numpy.stack([numpy.cos(angle), numpy.sin(angle)])
    return float(numpy.sqrt(((numpy.sort(a @ directions, 0) - numpy.sort(b @ directions, 0)) ** 2).mean()))


class Script(ProgramTest):
    def script(self, scene):
        out = self.path("scene.py")
        self.succeed("script", scene, "--out", out)
        with open(out, encoding="utf-8") as file:
            text = file.read()
        compile(text, out, "exec")
        return out, text

    def test_numbers_of_the_scene_stand_in_the_script(self):
        scene = self.network_scene(clip=2.5)
        _, text = self.script(scene)
        for part in ("class Learned", "def data_eight_gaussians", "def schedule_linear", "def solver_heun", "hidden=[16, 16]", "steps=60, batch=128, learning_rate=0.005", "clip=2.5", "SEED = 3",
                     "radius=3", "steps=10, particles=200, times=(0, 1)"):
            self.assertIn(part, text)
        for absent in ("class Exact", "def schedule_vp", "def data_moons"):
            self.assertNotIn(absent, text)

    def test_it_trains_where_the_program_does(self):
        # A weight of SNR on the error of the denoiser grows without bound towards the data, of the velocity it does not.
        for prediction, weighting, trained in (("data", "snr", "(0, 0.999)"), ("velocity", "snr", "(0, 1)"), ("noise", "likelihood", "(0.001, 0.999)"), ("velocity", "uniform", "(0, 1)")):
            with self.subTest(prediction=prediction, weighting=weighting):
                scene = self.network_scene()
                with open(scene, encoding="utf-8") as file:
                    changed = json.load(file)
                changed["models"][0]["objective"] = {"id": prediction, "weighting": {"id": weighting}}
                with open(scene, "w", encoding="utf-8") as file:
                    json.dump(changed, file)
                _, text = self.script(scene)
                self.assertIn(f"trained={trained}", text)

    def test_titles_cannot_break_out(self):
        _, text = self.script(self.scene(title='"""\nimport os # \\', sentence="a\\"))
        names = {}
        exec(compile(text.split("import argparse")[0], "docstring", "exec"), names)
        self.assertIn('"""\nimport os # \\', names["__doc__"])

    def test_what_it_cannot_say_is_refused_with_the_place(self):
        lane = {"model": "truth", "solver": {"id": "heun"}, "steps": 10, "particles": 100}
        one = {"panes": 1}
        for changes, says in (({"lanes": [{**lane, "solver": {"id": "unipc"}}], "view": one}, ["lanes[0].solver", "unipc"]),
                              ({"lanes": [{**lane, "process": "noising"}], "view": one}, ["lanes[0].process", "noising"]),
                              ({"models": [{"name": "truth", "field": "memorising"}], "lanes": [lane], "view": one}, ["models[0].field", "memorising"]),
                              ({"data": {"id": "formula", "formula": "exp(-x^2-y^2)"}, "models": [{"name": "truth", "field": "network"}], "lanes": [lane], "view": one}, ["data", "formula"]),
                              ({"source": {"id": "moons"}, "models": [{"name": "truth", "field": "network"}], "lanes": [lane], "view": one}, ["source"])):
            self.refuse(2, "script", self.scene(**changes), "--out", self.path("scene.py"), says=says)

    def test_every_built_in_scene_is_written_or_refused_in_one_sentence(self):
        written = 0
        for line in self.succeed("scenes").splitlines():
            out = self.path("scene.py")
            done = self.run_script(line.split()[0], out)
            if done:
                written += 1
                with open(out, encoding="utf-8") as file:
                    compile(file.read(), out, "exec")
        self.assertGreater(written, 8)

    def run_script(self, scene, out):
        from support import run
        done = run("script", scene, "--out", out)
        if done.returncode == 0:
            return True
        self.assertEqual(done.returncode, 2, done.stderr)
        self.assertIn("a PyTorch script has no words for", done.stderr)
        return False

    def run_python(self, *words):
        environment = {k: v for k, v in os.environ.items() if k not in ("DISPLAY",)}
        done = subprocess.run([sys.executable, "-B", *map(str, words)], capture_output=True, text=True, timeout=600, env={**environment, "OMP_NUM_THREADS": "1"})
        self.assertEqual(done.returncode, 0, done.stderr)
        return done.stdout

    @unittest.skipUnless(HAS_TORCH, "PyTorch for Python is not there: scripts are compiled and not run")
    def test_the_field_with_the_same_weights(self):
        """Velocity, score and denoiser at random points, for every prediction, schedule and kind of network."""
        points = numpy.random.default_rng(2).normal(0, 2, (50, 2)).astype(numpy.float32)
        numpy.save(self.path("at.npy"), points)
        kinds = [("velocity", {"id": "linear"}, {}), ("score", {"id": "vp"}, {"time": "fourier", "frequencies": 3}), ("noise", {"id": "trigonometric"}, {"activation": "tanh", "normalise": True}),
                 ("data", {"id": "square_root"}, {"activation": "gelu"}), ("v", {"id": "ddpm", "steps": 100}, {"activation": "relu"}), ("edm_f", {"id": "edm"}, {}),
                 ("edm_f", {"id": "ve"}, {}), ("noise", {"id": "sub_vp"}, {"normalise": True})]
        for prediction, schedule, network in kinds:
            model = {"name": "flow", "field": "network", "schedule": schedule, "objective": {"id": prediction}, "network": {"hidden": [12, 8], **network}, "training": {"steps": 3, "batch": 16}}
            scene = self.scene(data={"id": "moons"}, models=[model], lanes=[{"model": "flow", "steps": 4, "particles": 10}], view={"panes": 1})
            self.succeed("train", scene, "--out", self.path("w.safetensors"))
            out, _ = self.script(scene)
            for t in (0.3,):
                self.succeed("field", scene, "--weights", self.path("w.safetensors"), "--t", t, "--at", self.path("at.npy"), "--out", self.path("f.npz"))
                check = ("import importlib.util, json, numpy, sys, torch\n"
                         "spec = importlib.util.spec_from_file_location('scene', sys.argv[1]); scene = importlib.util.module_from_spec(spec); spec.loader.exec_module(scene)\n"
                         "model = scene.make_models()['flow']; model.load(sys.argv[2]); x = torch.tensor(numpy.load(sys.argv[3]))\n"
                         "print(json.dumps({w: getattr(model, w)(x, float(sys.argv[4])).tolist() for w in ('velocity', 'score', 'denoiser')}))\n")
                answer = json.loads(self.run_python("-c", check, out, self.path("w.safetensors"), self.path("at.npy"), t))
                with numpy.load(self.path("f.npz")) as ours:
                    for want in ("velocity", "score", "denoiser"):
                        scale = abs(ours["flow_" + want]).max()
                        numpy.testing.assert_allclose(answer[want], ours["flow_" + want], atol=2e-5 * scale, err_msg=f"{prediction} {schedule} {want} t={t}")

    @unittest.skipUnless(HAS_TORCH, "PyTorch for Python is not there: scripts are compiled and not run")
    def test_exact_lanes_and_every_data_set_draw_the_same_distribution(self):
        """4,000 particles each, against what fresh draws of the script's data are apart: its data, its lanes, the program's lanes."""
        lanes = [{"model": "truth", "sigma": {"id": "zero"}, "solver": {"id": "rk4"}, "steps": 40, "grid": {"id": "log_snr"}, "particles": 4000},
                 {"model": "truth", "sigma": {"id": "beta", "max": 1.5}, "solver": {"id": "stochastic_heun"}, "steps": 120, "particles": 4000}]
        network = [{"name": "truth", "field": "network", "network": {"hidden": [4]}, "training": {"steps": 1, "batch": 8}}]
        for data in ("gaussian", "eight_gaussians", "ring_of_11", "moons", "rings", "spirals", "swiss_roll", "s_curve", "pinwheel", "checkerboard"):
            exact = data not in ("pinwheel", "checkerboard")
            changes = {"data": {"id": data}, "lanes": lanes} if exact else {"data": {"id": data}, "lanes": lanes, "models": network}
            out, _ = self.script(self.scene(**changes))
            check = ("import importlib.util, numpy, sys, torch\n"
                     "spec = importlib.util.spec_from_file_location('scene', sys.argv[1]); scene = importlib.util.module_from_spec(spec); spec.loader.exec_module(scene)\n"
                     "rng = torch.Generator().manual_seed(1)\n"
                     "draws = [scene.DATA(4000, rng).numpy() for _ in range(12)]\n"
                     "numpy.savez(sys.argv[2], data=draws, lanes=[lane.run(rng).numpy() for lane in scene.make_lanes(scene.make_models())])\n")
            self.run_python("-c", check, out, self.path("theirs.npz"))
            with numpy.load(self.path("theirs.npz")) as theirs:
                draws = theirs["data"]
                floor = [sliced_w2(a, b) for a, b in zip(draws, numpy.roll(draws, 1, axis=0))]
                bound = 2 * numpy.mean(floor)  # of 12 pairs; a field with one mode left out is at 7
                if exact:
                    self.succeed("sample", self.scene(**changes), "--out", self.path("ours.npz"))
                    with numpy.load(self.path("ours.npz")) as ours:
                        samples = [ours["lane1_x"][-1], ours["lane2_x"][-1], *theirs["lanes"]]
                else:
                    z = self.path("data.csv")  # the program's own draws: the points that its weightless lanes would have to reach
                    self.succeed("sample", self.scene("noised.json", data={"id": data}, models=[{"name": "truth", "field": "memorising"}],
                                                      lanes=[{"model": "truth", "process": "noising", "sigma": {"id": "zero"}, "solver": {"id": "heun"}, "steps": 2, "particles": 4000}], view={"panes": 1}), "--out", z)
                    rows = numpy.loadtxt(z, delimiter=",", skiprows=1)
                    samples = [rows[rows[:, 0] == rows[:, 0].max(), 2:4]]
                for k, sample in enumerate(samples):
                    self.assertLess(numpy.mean([sliced_w2(sample, draw) for draw in draws]), bound, f"{data} {k}")

    @unittest.skipUnless(HAS_TORCH, "PyTorch for Python is not there: scripts are compiled and not run")
    def test_training_reaches_the_same_distribution(self):
        model = {"name": "flow", "field": "network", "schedule": {"id": "linear"}, "objective": {"id": "velocity", "weighting": {"id": "usual"}, "times": {"id": "logit_normal"}},
                 "network": {"hidden": [48, 48]}, "training": {"steps": 1500, "batch": 256, "learning_rate": 0.004, "ema": 0.99}}
        lanes = [{"model": "flow", "sigma": {"id": "zero"}, "solver": {"id": "heun"}, "steps": 30, "particles": 4000},
                 {"model": "flow", "sigma": {"id": "constant", "max": 0.7}, "solver": {"id": "euler_maruyama"}, "steps": 100, "particles": 4000}]
        scene = self.scene(data={"id": "moons"}, models=[model], lanes=lanes)
        out, _ = self.script(scene)
        said = self.run_python(out, "--out", self.path("theirs"))
        self.assertIn("lane 2: 4000 samples", said)
        self.succeed("sample", scene, "--out", self.path("ours.npz"))
        with numpy.load(self.path("ours.npz")) as ours:
            for number in (1, 2):
                theirs = numpy.loadtxt(self.path(f"theirs-lane{number}.csv"), delimiter=",", skiprows=1)
                x = ours[f"lane{number}_x"][-1]
                # Two trained networks differ by more than two samples: a tenth of the data's width; untrained ones by more than one width.
                self.assertLess(sliced_w2(theirs, x), 0.3, f"lane {number}")
                numpy.testing.assert_allclose(theirs.mean(0), x.mean(0), atol=0.35)
                numpy.testing.assert_allclose(numpy.cov(theirs.T), numpy.cov(x.T), atol=0.5)


if __name__ == "__main__":
    unittest.main(verbosity=1)
