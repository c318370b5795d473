"""The command line as scripts use it: real files, read by numpy and ffprobe."""
import base64
import csv
import gzip
import json
import os
import pickle
import signal
import struct
import subprocess
import time
import unittest
import xml.etree.ElementTree
import zipfile

import numpy

from support import PROGRAM, ProgramTest, ffprobe, run, weights_with_changes


def image_data(png):
    """The compressed pixels of a PNG, without what else it holds."""
    at, out = 8, b""
    while at < len(png):
        length, kind = struct.unpack(">I4s", png[at:at + 8])
        out += png[at + 8:at + 8 + length] if kind == b"IDAT" else b""
        at += 12 + length
    return out


class Scenes(ProgramTest):
    def test_weights_in_a_scene_are_used(self):
        """A picture of a trained scene holds the weights: nothing is trained again, and the same comes out."""
        scene = self.network_scene()
        self.succeed("train", scene, "--out", self.path("w.safetensors"))
        self.succeed("render", scene, "--weights", self.path("w.safetensors"), "--out", self.path("p.png"), "--size", "320x240", "--t", "0.5")
        self.succeed("sample", scene, "--weights", self.path("w.safetensors"), "--out", self.path("a.npz"))
        told = run("sample", self.path("p.png"), "--out", self.path("b.npz"))
        self.assertEqual(told.returncode, 0, told.stderr)
        self.assertNotIn("training", told.stderr)
        with numpy.load(self.path("a.npz")) as a, numpy.load(self.path("b.npz")) as b:
            self.assertTrue((a["lane1_x"] == b["lane1_x"]).all())

    def test_metrics_and_loss_as_arrays(self):
        """Tables end as CSV or NPZ: the same numbers."""
        scene = self.network_scene()
        self.succeed("train", scene, "--out", self.path("w.safetensors"), "--log", self.path("log.npz"))
        with numpy.load(self.path("log.npz")) as log:
            self.assertEqual(set(log["model"]), {"flow"})
            self.assertEqual(log["step"].dtype, numpy.float64)
            self.assertEqual(log["step"][-1], 60)
            self.assertGreater(log["loss"][0], 0)
        for name in ("m.csv", "m.npz"):
            self.succeed("evaluate", scene, "--weights", self.path("w.safetensors"), "--metrics", self.path(name))
        with open(self.path("m.csv"), newline="", encoding="utf-8") as file:
            rows = list(csv.DictReader(file))
        with numpy.load(self.path("m.npz")) as metrics:
            self.assertEqual(list(metrics["metric"]), [row["metric"] for row in rows])
            self.assertEqual(list(metrics["unit"]), [row["unit"] for row in rows])
            self.assertEqual(list(metrics["value"]), [float(row["value"]) for row in rows])
            self.assertTrue(numpy.isnan(metrics["value_half_width_95"]).all(), "one draw has no interval")

    def test_lists_and_checks_every_built_in_scene(self):
        lines = self.succeed("scenes").splitlines()
        self.assertGreaterEqual(len(lines), 6)
        for line in lines:
            name, sentence = line.split(None, 1)
            self.assertGreater(len(sentence), 20)
            self.assertIn("valid", self.succeed("check", name))

    def test_help_names_every_command(self):
        text = self.succeed("--help")
        for word in ("scenes", "check", "schema", "share", "train", "sample", "field", "schedule", "evaluate", "study", "fokker-planck", "script", "render", "bench"):
            self.assertIn(f"probflow {word}", text)
            self.assertIn("--help", self.succeed(word, "--help"))

    def test_bad_input_is_one_sentence_and_code_2(self):
        self.refuse(2, "check", self.path("none.json"), says=["none.json"])
        self.refuse(2, "check", "eight_gausians", says=["eight_gausians", "eight_gaussians"])
        scene = self.scene(lanes=[{"model": "truth", "solver": {"id": "rk5"}}])
        self.refuse(2, "check", scene, says=["scene.json", "lanes[0].solver", "rk5", "rk4"])
        self.refuse(2, "sample", self.scene(seed=-1), "--out", self.path("s.npz"), says=["seed"])
        self.refuse(2, "sample", self.scene(), says=["--out"])
        self.refuse(2, "sample", self.scene(), "--oot", self.path("a.npz"), says=["'--oot'", "is '--out' meant?"])
        self.refuse(2, "moons", "--weights", "w", says=["moons", "opens the window"])
        self.refuse(2, "field", self.scene(), "--t", "nan", "--out", self.path("f.npz"), says=["--t", "nan"])
        self.refuse(2, "study", self.scene(), "--vary", "steps=4", "--out", self.path("s.xlsx"), says=["--out", "s.xlsx", ".csv or .npz"])
        self.refuse(2, "study", self.scene(), "--vary", "steps=4", "--plot", self.path("s.png"), says=["--plot", ".svg"])
        self.refuse(2, "evaluate", self.scene(), "--metrics", self.path("m.txt"), says=["--metrics", ".csv or .npz"])
        self.refuse(2, "study", self.scene(), "--vary", "steps=4.5", says=["nothing could be measured", "4.5"])
        unknown = subprocess.run([PROGRAM, "order", "nosuch"], capture_output=True, text=True, timeout=60)
        self.assertEqual((unknown.returncode, unknown.stdout), (2, ""))
        self.assertIn("nosuch", unknown.stderr)
        self.refuse(2, "dance", self.scene(), says=["dance"])
        self.refuse(2, "trian", self.scene(), says=["unknown command 'trian'", "is 'train' meant?"])
        self.refuse(2, "trian", says=["'trian' is neither a command nor a scene, a lecture or a file", "is 'train' meant?"])
        self.refuse(2, "one_margnal", says=["is 'one_marginal' meant?"])
        self.refuse(2, "bogus", says=["'bogus' is neither a command", "probflow --help", "probflow scenes", "probflow lectures"])
        self.refuse(2, "field", self.scene(), "--t", "1.5", "--out", self.path("f.npz"), says=["--t"])
        self.refuse(2, "render", self.scene(), "--out", self.path("film.avi"), says=["film.avi", ".png, .svg)"])
        self.refuse(2, "render", self.scene(), "--out", self.path("film.mp4"), "--size", "333x221", says=["333"])
        self.refuse(2, "train", self.scene(), "--out", self.path("w.safetensors"), says=["no network"])
        with open(self.path("w.pt"), "wb") as file:
            file.write(b"PK\x03\x04" + bytes(100))
        self.refuse(2, "sample", self.network_scene(), "--weights", self.path("w.pt"), "--out", self.path("s.npz"), says=["w.pt", "safetensors"])


    def test_a_file_that_is_no_scene_is_called_what_it_is(self):
        numpy.savez(self.path("a.npz"), x=numpy.zeros((3, 2)))
        numpy.savez_compressed(self.path("b.npz"), x=numpy.zeros((3, 2)))
        for name in "a.npz", "b.npz":
            self.refuse(2, "check", self.path(name), says=[name, "an NPZ", "numpy.save("])
            self.refuse(2, "sample", self.network_scene(), "--weights", self.path(name), "--out", self.path("s.npz"), says=[name, "an NPZ", "safetensors"])
        with zipfile.ZipFile(self.path("w.pt"), "w") as file:
            file.writestr("archive/data.pkl", pickle.dumps([1]))
        self.refuse(2, "check", self.path("w.pt"), says=["w.pt", "a PyTorch file", "--weights"])
        for name, data, says in (("a.pkl", pickle.dumps([1]), "a Python pickle"), ("a.txt.gz", gzip.compress(b"1,2\n"), "gzip; unpack it first"), ("wide.json", "{}".encode("utf-16"), "UTF-16 text; save it as UTF-8"),
                                 ("empty.json", b"", "is empty"), ("a.csv", gzip.compress(b"1,2\n"), "packed with gzip, which its name does not say"), ("wide.csv", "1,2\n".encode("utf-16-le"), "UTF-16 text")):
            with open(self.path(name), "wb") as file:
                file.write(data)
            self.refuse(2, "check", self.path(name), says=[name, says])
        self.refuse(2, "check", self.folder, says=[self.folder, "is a folder"])
        self.refuse(2, "check", PROGRAM, says=["a program (ELF)"])
        self.refuse(2, "train", "noise_to_data", "--out", self.path("w.safetensors"), says=["'noise_to_data' is a lecture"])

    def test_where_nothing_can_be_written_is_said_before_anything_is_computed(self):
        slow, nowhere = self.network_scene(steps=10000000), self.path("no/such")
        for words in (["train", "--out"], ["train", "--out", self.path("w.safetensors"), "--log"], ["sample", "--out"], ["field", "--t", "0.5", "--out"], ["fokker-planck", "--out"], ["evaluate", "--metrics"],
                      ["evaluate", "--csv"], ["study", "--vary", "steps=4", "--out"], ["render", "--out"]):
            name = nowhere + {"train": ".csv", "sample": ".npz", "field": ".npz", "fokker-planck": ".npz", "render": ".png"}.get(words[0], ".csv")
            self.refuse(2, words[0], slow, *words[1:], name, says=[words[-1], "there is no folder"], timeout=60)
        self.refuse(2, "study", slow, "--vary", "steps=4", "--plot", nowhere + ".svg", says=["--plot", "there is no folder"], timeout=60)
        self.refuse(2, "field", slow, "--t", "0.5", "--at", self.path("none.npy"), "--out", self.path("f.npz"), says=["none.npy: there is no such file"], timeout=60)
        self.refuse(2, "train", slow, "--out", self.folder, says=["--out", "is a folder"], timeout=60)
        with open(self.scene(), "rb") as file:
            before = file.read()
        for words in (["script", self.path("scene.json")], ["train", self.path("scene.json")]):
            self.refuse(2, *words, "--out", self.path("scene.json"), says=["--out", "is the scene itself"])
        with open(self.path("scene.json"), "rb") as file:
            self.assertEqual(file.read(), before)
        self.refuse(2, "evaluate", self.scene(), "--csv", self.path("m.csv"), "--metrics", self.path("m.csv"), says=["--csv", "--metrics"])

    def test_options_without_a_part_are_refused(self):
        self.refuse(2, "sample", self.scene(lanes=[{"model": "truth"}], view={"panes": 1}), "--pair", "--out", self.path("s.npz"), says=["--pair", "one lane"])
        self.refuse(2, "fokker-planck", self.scene(), "--steps", "10", "--slices", "33", "--out", self.path("d.npz"), says=["--slices", "11 densities"])
        for out, words in (("f.svg", ["--estimate"]), ("s.png", ["--sheet", "0,1", "--estimate"]), ("f.svg", ["--motion", "backward"]), ("s.svg", ["--sheet", "0,1", "--t", "0.5"])):
            self.refuse(2, "render", self.scene(), "--out", self.path(out), *words, says=[next(word for word in reversed(words) if word.startswith("--")), "has no part in a"])
        for words in ["--estimate"], ["--training"], ["--sheet", "0,1"], ["--motion", "backward"], ["--transparent"]:
            self.refuse(2, "render", "noise_to_data", "--out", self.path("f.mp4"), *words, says=[words[0], "has no part in the film of a lecture"], timeout=60)
        for words in ["--motion", "backward"], ["--hold-end", "5"], ["--loop"], ["--estimate"]:
            self.refuse(2, "render", self.scene(), "--out", self.path("p.png"), *words, says=[words[0], "has no part in one picture"])
        # Length and rate stand in the synopsis for every ending: a script may give them, and is told.
        picture = ("render", self.scene(), "--out", self.path("p.png"), "--size", "160x90")
        self.assertEqual(run(*picture).stderr, "")
        told = run(*picture, "--fps", "25", "--seconds", "3")
        self.assertEqual((told.returncode, told.stderr), (0, "--fps, --seconds: has no part in one picture; with --sequence it is a film\n"))
        self.refuse(2, "render", self.scene(), "--out", self.path("f.svg"), "--theme", "pink", says=["--theme", "pink"])
        self.refuse(2, "render", self.scene(), "--out", self.path("f.svg"), "--t", "2", says=["--t"])
        self.refuse(2, "render", "noise_to_data", "--out", self.path("f.mp4"), "--theme", "pink", says=["--theme", "pink"], timeout=60)


class OwnData(ProgramTest):
    """Trains without further settings, on whatever the user brings."""

    def distance_after(self, scene, steps):
        weights = self.path("w.safetensors")
        self.succeed("train", scene, "--steps", str(steps), "--out", weights)
        report = json.loads(self.succeed("evaluate", scene, "--weights", weights, "--particles", "1000", "--json"))
        return report["lanes"][0]["metrics"]["sliced_w2"]["value"]

    def test_a_csv_file(self):
        angle = numpy.random.default_rng(1).uniform(0, 2 * numpy.pi, 2000)
        path = self.path("circle.csv")
        numpy.savetxt(path, 2 * numpy.c_[numpy.cos(angle), numpy.sin(angle)], delimiter=",", header="x,y", comments="")
        self.assertIn("valid", self.succeed("check", path))
        few, many = self.distance_after(path, 2), self.distance_after(path, 400)
        self.assertLess(many, 0.3 * few)
        with open(self.path("bad.csv"), "w") as file:
            file.write("1,2\n3,x\n")
        self.refuse(2, "check", self.path("bad.csv"), says=["bad.csv", "line 2, column 2", "'x'"])

    def test_what_is_left_out_or_out_of_reach_is_said_once_on_standard_error(self):
        rows = numpy.random.default_rng(1).normal(size=(500, 3)) * [300, 300, 1] + [1000, 2000, 0]
        far, wide, near = self.path("far.csv"), self.path("wide.npy"), self.path("near.csv")
        numpy.savetxt(far, rows, delimiter=",", header="x,y,label", comments="")
        numpy.save(wide, (rows - [1000, 2000, 0]) / [300, 300, 1])
        numpy.savetxt(near, numpy.load(wide)[:, :2], delimiter=",")
        for words in (["check", far], ["train", far, "--steps", "2", "--out", self.path("w.safetensors")], ["study", far, "--vary", "steps=4", "--weights", self.path("w.safetensors"), "--particles", "100"]):
            done = run(*words)
            self.assertEqual(done.returncode, 0, done.stderr)
            said = [line for line in done.stderr.splitlines() if "far.csv" in line]
            self.assertEqual(len(said), 1, done.stderr)
            for part in ("3 columns: the first two ('x', 'y') are taken as x and y, column 3 'label' is left out", "standard deviation (3", "write (x − ", "(y − 2000)/"):
                self.assertIn(part, said[0])
        self.assertIn("column 3 is left out", run("check", wide).stderr)
        self.assertEqual(run("check", near).stderr, "")

    def test_a_formula(self):
        scene = self.scene(data={"id": "formula", "formula": "exp(-(x^2+y^2-4)^2)"}, models=[{"name": "truth", "field": "network"}])
        few, many = self.distance_after(scene, 2), self.distance_after(scene, 400)
        self.assertLess(many, 0.3 * few)
        self.refuse(2, "check", self.scene(data={"id": "formula", "formula": "exp(-x^2-z)"}), says=["data.formula", "column 10", "'z'"])


class Sample(ProgramTest):
    def test_trajectories_for_numpy(self):
        out = self.path("s.npz")
        self.succeed("sample", self.scene(), "--out", out)
        with numpy.load(out) as data:
            self.assertEqual(data["lane1_x"].shape, (21, 300, 2))
            self.assertEqual(data["lane1_x"].dtype, numpy.float32)
            self.assertEqual(data["lane2_x"].shape, (61, 300, 2))
            numpy.testing.assert_allclose(data["lane1_t"], numpy.linspace(0, 1, 21), atol=1e-6)
            self.assertEqual(int(data["lane1_nfe"]), 40)
            numpy.testing.assert_array_equal(data["lane1_x"][0], data["lane2_x"][0])  # the same starting noise
            self.assertTrue(numpy.isfinite(data["lane2_x"]).all())
            # At t = 1 the particles sit on a circle of modes: nobody is left near the centre.
            self.assertGreater(numpy.linalg.norm(data["lane1_x"][-1], axis=1).min(), 1.0)

    def test_log_p_along_the_ode(self):
        out = self.path("s.npz")
        said = self.succeed("sample", self.scene(), "--log-p", "--out", out)
        self.assertIn("no log p", said)  # lane 2 is an SDE
        with numpy.load(out) as data:
            self.assertNotIn("lane2_log_p", data)
            self.assertEqual(data["lane1_log_p"].shape, (21, 300))
            start = -numpy.log(2 * numpy.pi) - 0.5 * (data["lane1_x"][0] ** 2).sum(-1)
            numpy.testing.assert_allclose(data["lane1_log_p"][0], start, atol=1e-5)
            self.assertTrue(numpy.isfinite(data["lane1_log_p"]).all())

    def test_the_same_scene_gives_the_same_bits(self):
        first, second = self.path("a.npz"), self.path("b.npz")
        self.succeed("sample", self.scene(), "--out", first)
        self.succeed("sample", self.scene(), "--out", second)
        with open(first, "rb") as a, open(second, "rb") as b:
            self.assertEqual(a.read(), b.read())


class Numbers(ProgramTest):
    """CSV by the ending: the numbers of the NPZ, with names and units."""

    def table(self, name):
        with open(self.path(name), newline="", encoding="utf-8") as file:
            rows = list(csv.reader(file))
        return rows[0], numpy.array(rows[1:], float)

    def test_trajectories(self):
        self.succeed("sample", self.scene(), "--log-p", "--out", self.path("s.npz"))
        self.succeed("sample", self.scene(), "--log-p", "--out", self.path("s.csv"), env={"LC_ALL": "de_DE.UTF-8"})
        self.assertEqual(sorted(os.listdir(self.folder)), ["s-lane2_x.csv", "s.csv", "s.npz", "scene.json"])
        with numpy.load(self.path("s.npz")) as npz:
            about = json.loads(npz["about"].item())
            self.assertEqual(about["lane1_x"], {"axes": ["lane1_t", "particle", "xy"], "unit": "x"})
            self.assertEqual(set(about), set(npz.files) - {"about"})
            head, rows = self.table("s.csv")
            self.assertEqual(head, ["lane1_t [1]", "particle", "lane1_x_x [x]", "lane1_x_y [x]", "lane1_log_p [nats]"])
            self.assertEqual(len(rows), 21 * 300)
            numpy.testing.assert_array_equal(rows[:, 0].reshape(21, 300)[:, 0], npz["lane1_t"])
            numpy.testing.assert_array_equal(rows[:, 2:4].astype(numpy.float32).reshape(21, 300, 2), npz["lane1_x"])
            numpy.testing.assert_array_equal(rows[:, 4].astype(numpy.float32).reshape(21, 300), npz["lane1_log_p"])
            head, rows = self.table("s-lane2_x.csv")
            numpy.testing.assert_array_equal(rows[:, 2:4].astype(numpy.float32).reshape(61, 300, 2), npz["lane2_x"])
        self.refuse(2, "sample", self.scene(), "--out", self.path("s.txt"), says=["s.txt", ".npz or .csv"])

    def test_fields_densities_and_schedules(self):
        scene = self.scene()
        for ending in "npz", "csv":
            self.succeed("field", scene, "--t", "0.5", "--grid", "12", "--out", self.path("f." + ending))
            self.succeed("fokker-planck", scene, "--grid", "32", "--steps", "10", "--out", self.path("d." + ending))
            self.succeed("schedule", scene, "--points", "11", "--out", self.path("p." + ending))
        with numpy.load(self.path("f.npz")) as npz:
            head, rows = self.table("f.csv")
            self.assertEqual(head[:4], ["y [x]", "x [x]", "truth_velocity_x [x]", "truth_velocity_y [x]"])
            self.assertIn("truth_density [1/x²]", head)
            numpy.testing.assert_array_equal(rows[:, 2:4].astype(numpy.float32).reshape(12, 12, 2), npz["truth_velocity"])
            numpy.testing.assert_array_equal(rows[:12, 1].astype(numpy.float32), npz["x"])
        with numpy.load(self.path("d.npz")) as npz:
            head, rows = self.table("d.csv")
            self.assertEqual(head, ["t [1]", "y [x]", "x [x]", "exact_p [1/x²]", "lane1_p [1/x²]", "lane2_p [1/x²]"])
            numpy.testing.assert_array_equal(rows[:, 4].astype(numpy.float32).reshape(npz["lane1_p"].shape), npz["lane1_p"])
        head, rows = self.table("p.csv")
        self.assertEqual(head[:3], ["t [1]", "truth_alpha [1]", "truth_beta [1]"])
        numpy.testing.assert_allclose(rows[:, 1], numpy.linspace(0, 1, 11), atol=1e-15)
        numpy.testing.assert_allclose(rows[:, 2], 1 - numpy.linspace(0, 1, 11), atol=1e-15)
        numpy.testing.assert_array_equal(rows[:, head.index("lane2_sigma [x]")], 1)


class Share(ProgramTest):
    def test_a_line_stands_for_the_scene(self):
        points = numpy.random.default_rng(1).normal(size=(200, 2)).astype(numpy.float32)
        scene = self.scene(data={"id": "points", "points": points.tolist()}, models=[{"name": "truth", "field": "memorising"}])
        line = self.succeed("share", scene).strip()
        self.assertTrue(line.startswith("probflow:"))
        self.assertNotIn("\n", line)
        self.assertEqual(self.succeed("share", line).strip(), line)
        self.succeed("sample", scene, "--out", self.path("a.npz"))
        self.succeed("sample", line, "--out", self.path("b.npz"))
        with open(self.path("a.npz"), "rb") as a, open(self.path("b.npz"), "rb") as b:
            self.assertEqual(a.read(), b.read())
        self.refuse(2, "check", line[:-9], says=["shared line", "copy all of it"])
        many = numpy.random.default_rng(1).normal(size=(20000, 2)).tolist()
        large = self.scene("large.json", data={"id": "points", "points": [[round(x, 2), round(y, 2)] for x, y in many]}, models=[{"name": "truth", "field": "memorising"}])
        self.refuse(2, "share", large, says=["save a file instead"])


class Field(ProgramTest):
    def test_grid_and_points(self):
        scene, out = self.scene(), self.path("f.npz")
        self.succeed("field", scene, "--t", "0.5", "--grid", "40", "--out", out)
        with numpy.load(out) as data:
            x, y, density, score = data["x"], data["y"], data["truth_density"], data["truth_score"]
            self.assertEqual(score.shape, (40, 40, 2))
            self.assertEqual(data["truth_divergence"].shape, (40, 40))
            cell = (x[1] - x[0]) * (y[1] - y[0])
            self.assertAlmostEqual(density.sum() * cell, 1, delta=0.01)
            # u = α̇ D − β β̇ s with α = t, β = 1 − t: ties three outputs together.
            numpy.testing.assert_allclose(data["truth_velocity"], data["truth_denoiser"] + 0.5 * score, atol=1e-4)
            at = numpy.stack([numpy.repeat(x[None, :], 40, 0), numpy.repeat(y[:, None], 40, 1)], -1).reshape(-1, 2)
        numpy.save(self.path("at.npy"), at)
        again = self.path("g.npz")
        self.succeed("field", scene, "--t", "0.5", "--at", self.path("at.npy"), "--out", again)
        with numpy.load(again) as data:
            numpy.testing.assert_array_equal(data["truth_score"].reshape(40, 40, 2), score)
        numpy.save(self.path("bad.npy"), at[:, :1])
        self.refuse(2, "field", scene, "--t", "0.5", "--at", self.path("bad.npy"), "--out", self.path("h.npz"), says=["bad.npy", "[N, 2]"])


class Evaluate(ProgramTest):
    def test_exact_lanes_are_at_their_noise_floor(self):
        lanes = [{"model": "truth", "sigma": {"id": "zero"}, "solver": {"id": "heun"}, "steps": 60, "particles": 2000},
                 {"model": "truth", "sigma": {"id": "beta", "max": 1.0}, "solver": {"id": "stochastic_heun"}, "steps": 100, "particles": 2000}]
        report = json.loads(self.succeed("evaluate", self.scene(lanes=lanes), "--json", "--repeat", "3", "--metrics", self.path("m.csv")))
        with open(self.path("m.csv"), newline="") as file:
            rows = list(csv.DictReader(file))
        self.assertEqual({(row["lane"], row["metric"]) for row in rows}, {(str(lane["lane"]), name) for lane in report["lanes"] for name in lane["metrics"]})
        for row in rows:
            metric = report["lanes"][int(row["lane"]) - 1]["metrics"][row["metric"]]
            self.assertEqual((float(row["value"]), int(row["points"])), (metric["value"], metric["points"]))
            self.assertTrue(row["unit"])
            self.assertEqual(row["ratio"] == "", metric["ratio"] is None)
        text = self.succeed("evaluate", self.scene(lanes=lanes))
        self.assertRegex(text, r"modes_missed .* ratio –\n")
        self.assertRegex(text, r"sliced_w2 .* noise floor [0-9.e-]+, sd [0-9.e-]+ \(n = 2000\)")
        self.assertRegex(text, r"NLL .* ± [0-9.e-]+ \(95 %\) nats")
        told = " ".join(self.succeed("evaluate", "--help").split())  # however wide its lines are
        for name, metric in report["lanes"][0]["metrics"].items():
            self.assertIn(f"{name}: {metric['definition']}", told)
        self.assertIn("Of at most 1024 points", report["lanes"][0]["metrics"]["exact_w2"]["definition"])
        for lane in report["lanes"]:
            self.assertEqual(lane["modes"]["covered"], 8)
            nothing = lane["metrics"].pop("modes_missed")  # none are missed, nor are they by exact draws: 0 of 0
            self.assertEqual((nothing["value"], nothing["floor"], nothing["ratio"]), (0, 0, None))
            for name, metric in lane["metrics"].items():
                # Mean of three draws against the mean of twenty pairs: the ratio of two exact samples spreads by less than a half.
                self.assertTrue(0.5 < metric["ratio"] < 1.6, f"{name}: {metric}")
        # A single coarse step is far from it: the number must say so.
        lanes = [{"model": "truth", "sigma": {"id": "zero"}, "solver": {"id": "euler"}, "steps": 1, "particles": 2000}]
        report = json.loads(self.succeed("evaluate", self.scene(lanes=lanes, view={"panes": 1}), "--json", "--particles", "3000"))
        self.assertEqual(report["lanes"][0]["particles"], 3000)
        self.assertGreater(report["lanes"][0]["metrics"]["sliced_w2"]["ratio"], 2)


    def test_likelihood_and_intervals(self):
        lanes = [{"model": "truth", "sigma": {"id": "zero"}, "solver": {"id": "rk4"}, "steps": 60, "particles": 500}]
        report = json.loads(self.succeed("evaluate", self.scene(lanes=lanes, view={"panes": 1}), "--json", "--repeat", "2"))
        lane = report["lanes"][0]
        self.assertGreater(lane["metrics"]["exact_w2"]["ratio_half_width_95"], 0)
        self.assertLess(abs(lane["likelihood"]["kl_to_data"]["mean"]), 0.01)
        self.assertEqual(lane["likelihood"]["points"], 4000)


class FokkerPlanck(ProgramTest):
    def test_a_wrong_equation_is_found_out_and_numpy_reads_the_densities(self):
        out = self.path("d.npz")
        lines = self.succeed("fokker-planck", "broken_no_score", "--grid", "64", "--steps", "40", "--discrepancies", "--out", out)
        self.assertIn("Score term left out", lines)
        self.assertIn("finite N", lines)
        with numpy.load(out) as data:
            cell = (data["x"][1] - data["x"][0]) * (data["y"][1] - data["y"][0])
            exact, right, wrong = (data[name][-1] for name in ("exact_p", "lane1_p", "lane2_p"))
            self.assertEqual(data["lane1_p"].shape, (len(data["t"]), 64, 64))
            self.assertEqual(data["lane1_histogram"].shape, data["lane1_p"].shape)
            self.assertAlmostEqual(float(right.sum() * cell), 1, places=4)
            self.assertLess(float(abs(right - exact).sum() * cell), 0.01)
            self.assertGreater(float(abs(wrong - exact).sum() * cell), 0.5)

    def test_as_many_steps_as_asked_for(self):
        for words, steps in ([], 64), (["--steps", "50"], 50), (["--steps", "10"], 10):
            self.assertIn(f"{steps} steps to t = 1:", self.succeed("fokker-planck", self.scene(), "--grid", "32", "--out", self.path("d.npz"), *words))

    def test_what_ends_early_and_what_is_too_narrow_says_what_can_be_done(self):
        out = self.path("d.npz")
        ve = self.scene(models=[{"name": "truth", "field": "exact", "schedule": {"id": "ve"}}])
        self.assertRegex(self.succeed("fokker-planck", ve, "--grid", "64", "--out", out),
                         r"64 steps to t = 0\.\d+ \(from t = 0\.\d+ to 1 p_t has parts narrower than the cells, which are [0-9.]+ wide: a finer --grid goes further\): L1")
        self.assertIn("needs a larger box (--box 2 --grid 128:", self.succeed("fokker-planck", "broken_no_score", "--grid", "64", "--out", out))
        self.assertNotIn("larger box", self.succeed("fokker-planck", "broken_no_score", "--box", "2", "--grid", "128", "--out", out))

    def test_a_formula_is_compared_with_its_particles(self):
        scene = self.path("formula.json")
        model = {"name": "f", "field": "formula", "velocity": ["-y", "x"], "score": ["-x", "-y"], "schedule": {"id": "linear"}}
        lane = {"model": "f", "sigma": {"id": "formula", "expression": "0.5*sqrt(1-t)"}, "solver": {"id": "euler_maruyama"}, "steps": 50, "particles": 20000}
        with open(scene, "w", encoding="utf-8") as file:
            json.dump({"probflow": 1, "models": [model], "lanes": [lane], "view": {"panes": 1}}, file)
        lines = self.succeed("fokker-planck", scene, "--grid", "64", "--steps", "40", "--out", self.path("f.npz"))
        self.assertIn("to the lane's 20000 particles", lines)
        distance = float(lines.split("32² bins: L1 ")[1].split(",")[0])
        self.assertLess(distance, 0.2)  # 20,000 particles on these bins leave about 0.1
        model["velocity"][1] = "x+*2"
        with open(scene, "w", encoding="utf-8") as file:
            json.dump({"probflow": 1, "models": [model], "lanes": [lane], "view": {"panes": 1}}, file)
        self.refuse(2, "check", scene, says=["models[0].velocity[1]", "column 3"])


class Study(ProgramTest):
    def test_table_plot_and_refused_rows(self):
        out, plot = self.path("s.csv"), self.path("s.svg")
        self.succeed("study", self.scene(), "--vary", "steps=0,1,4,16", "--repeat", "2", "--out", out, "--plot", plot)
        with open(out, newline="") as file:
            rows = list(csv.DictReader(file))
        self.assertEqual(len(rows), 2 * 4)
        refused = [row for row in rows if row["reason"]]
        self.assertEqual([row["varied_value"] for row in refused], ["0", "0"])
        self.assertIn("steps", refused[0]["reason"])
        first = rows[1]
        self.assertEqual((first["lane"], first["steps"], first["evaluations_per_particle"], first["metric"], first["unit"]), ("1", "1", "2", "sliced_w2", "x"))
        self.assertGreater(float(rows[1]["ratio"]), 2 * float(rows[3]["ratio"]))
        self.assertGreater(float(first["value_half_width_95"]), 0)
        xml.etree.ElementTree.parse(plot)
        report = json.loads(self.succeed("study", self.scene(), "--vary", "sigma.max=0.5", "--metric", "mmd", "--json"))
        self.assertIn("reason", report["rows"][0])
        self.assertIn("mmd", report["rows"][1]["metrics"])

    def test_bad_input_and_interrupts_leave_nothing(self):
        scene, out = self.scene(), self.path("s.csv")
        for arguments, says in ((["--vary", "steps"], "--vary"), (["--vary", "speed=1"], "speed"), (["--vary", "steps=4", "--lanes", "3"], "--lanes"),
                                (["--vary", "steps=4", "--metric", "w3"], "--metric")):
            self.refuse(2, "study", scene, *arguments, "--out", out, says=[says])
        process = subprocess.Popen([PROGRAM, "study", scene, "--vary", "steps=4096", "--repeat", "100", "--particles", "20000", "--out", out], stderr=subprocess.PIPE, stdout=subprocess.PIPE)
        time.sleep(2)
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=20)
        self.assertEqual(process.returncode, 1)
        self.assertEqual(os.listdir(self.folder), ["scene.json"])


class Train(ProgramTest):
    def test_train_then_use_the_weights(self):
        scene, weights, log = self.network_scene(), self.path("w.safetensors"), self.path("log.csv")
        self.succeed("train", scene, "--out", weights, "--log", log, "--device", "cpu")
        with open(weights, "rb") as file:
            header = json.loads(file.read(int.from_bytes(file.read(8), "little")))
        self.assertIn("probflow", header["__metadata__"])
        shapes = [header[name]["shape"] for name in ("layers.0.weight", "layers.1.weight", "layers.2.weight")]
        self.assertEqual(shapes, [[16, 3], [16, 16], [2, 16]])
        with open(log) as file:
            self.assertEqual(file.readline().strip(), "model,step,loss,floor,excess,t_from,t_to")
            for row in file:
                name, *numbers = row.strip().split(",")
                self.assertEqual(name, "flow")
                self.assertTrue(all(isinstance(float(number), float) for number in numbers) and float(numbers[0]) == int(numbers[0]), row)
        first, second = self.path("a.npz"), self.path("b.npz")
        self.succeed("sample", scene, "--weights", weights, "--out", first)
        self.succeed("sample", scene, "--out", second)  # trains first: the same seed, the same weights, the same bits
        with numpy.load(first) as a, numpy.load(second) as b:
            numpy.testing.assert_array_equal(a["lane1_x"], b["lane1_x"])
        with open(self.path("cut.safetensors"), "wb") as file, open(weights, "rb") as whole:
            file.write(whole.read()[:-7])
        self.refuse(2, "sample", scene, "--weights", self.path("cut.safetensors"), "--out", self.path("c.npz"), says=["cut.safetensors"])

    def test_what_was_changed_while_a_network_trained_is_done_again(self):
        """A saved scene whose network was trained with other values first is trained that way, unless asked not to."""
        scene, plain, faster = self.network_scene(), self.path("plain.safetensors"), self.path("faster.safetensors")
        self.succeed("train", scene, "--out", plain, "--device", "cpu")
        self.succeed("train", self.network_scene(learning_rate=0.02), "--out", faster, "--device", "cpu")
        with open(self.network_scene(), encoding="utf-8") as file:
            saved = json.load(file)

        def save(changes, name):
            """The scene with weights in it, as if they had been trained with these changes."""
            saved["weights"] = {"flow": base64.b64encode(weights_with_changes(plain, changes)).decode()}
            with open(self.path(name), "w", encoding="utf-8") as file:
                json.dump(saved, file)
            return self.path(name)

        def values(path):
            with open(path, "rb") as file:
                file.read(int.from_bytes(file.read(8), "little"))
                return file.read()

        out = self.path("again.safetensors")
        told = run("train", save([[0, "learning_rate", 0.02]], "first.json"), "--out", out, "--device", "cpu")
        self.assertEqual(told.returncode, 0, told.stderr)
        self.assertIn("as it was trained", told.stderr)
        self.assertEqual(values(out), values(faster))
        self.succeed("train", self.path("first.json"), "--afresh", "--out", out, "--device", "cpu")
        self.assertEqual(values(out), values(plain))
        self.succeed("train", save([[0, "learning_rate", 0.02], [30, "learning_rate", 0.005]], "both.json"), "--out", out, "--device", "cpu")
        self.assertNotIn(values(out), (values(plain), values(faster)))
        self.refuse(2, "check", save([[3, "clip", 1], [2, "clip", 2]], "falling.json"), says=["steps must not fall"])
        for changes, why in (([[0, "clip", 0], [9, "diverged, loss", 1]], "diverged at step 9"), ([[0, "clip", 0], [3, "momentum", 1]], "step 3: 'momentum'"), ([[0, "clip", 0], [4, "batch", -1]], "step 4: models[0].training.batch")):
            told = run("train", save(changes, "not.json"), "--out", out, "--device", "cpu")
            self.assertIn(why, told.stderr)
            self.assertEqual(values(out), values(plain))

    def test_without_the_module_networks_run_on_the_cpu_and_libtorch_says_what_to_install(self):
        missing = {"PROBFLOW_NN": "/nonexistent/libprobflow_nn.so"}
        self.succeed("sample", self.scene(), "--out", self.path("s.npz"), env=missing)
        self.succeed("sample", self.network_scene(), "--out", self.path("n.npz"), env=missing)
        self.refuse(3, "sample", self.network_scene(), "--engine", "libtorch", "--out", self.path("n.npz"), says=["libtorch-dev"], env=missing)

    def test_what_a_gpu_fails_at_is_done_on_the_cpu_unless_it_was_asked_for(self):
        module = os.environ["PROBFLOW_FAILING_GPU"]
        os.symlink(module, self.path("libcuda.so.1"))  # a driver to be found
        gpu = {"PROBFLOW_NN": module, "LD_LIBRARY_PATH": self.folder}
        scene, weights = self.network_scene(), self.path("w.safetensors")
        done = run("train", scene, "--out", weights, env=gpu)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("trained on the CPU from step 0: Potemkin 100 failed", done.stderr)
        for words in (["sample"], ["field", "--t", "0.5"]):
            here, there = self.path("here.npz"), self.path("there.npz")
            self.succeed(*words, scene, "--weights", weights, "--out", here)
            for device in [], ["--device", "auto"]:
                done = run(*words, scene, "--weights", weights, "--out", there, *device, env=gpu)
                self.assertEqual(done.returncode, 0, done.stderr)
                self.assertIn("the GPU failed (", done.stderr)
                self.assertIn("an illegal memory access", done.stderr)
                with numpy.load(here) as a, numpy.load(there) as b:
                    for name in a.files:
                        numpy.testing.assert_array_equal(a[name], b[name])
                os.remove(there)
            self.refuse(1, *words, scene, "--weights", weights, "--out", there, "--device", "cuda", says=["an illegal memory access"], env=gpu)

    def test_both_engines_train_to_the_same_numbers(self):
        for engine in "fused", "libtorch":
            self.succeed("sample", self.network_scene(), "--engine", engine, "--out", self.path(engine + ".npz"))
        with numpy.load(self.path("fused.npz")) as a, numpy.load(self.path("libtorch.npz")) as b:
            numpy.testing.assert_allclose(a["lane1_x"], b["lane1_x"], atol=1e-2)

    def test_interrupt_leaves_no_partial_file(self):
        out = self.path("w.safetensors")
        process = subprocess.Popen([PROGRAM, "train", self.network_scene(steps=10000000), "--out", out], stderr=subprocess.PIPE, stdout=subprocess.PIPE)
        time.sleep(3)
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=20)
        self.assertEqual(process.returncode, 1)
        self.assertEqual(os.listdir(self.folder), ["network.json"])

    def test_of_several_networks_all_are_written_or_none(self):
        def network(name, steps):
            return {"name": name, "field": "network", "network": {"hidden": [16]}, "training": {"steps": steps, "batch": 64}}
        both = self.scene("two.json", models=[network("quick", 20), network("endless", 10000000)], lanes=[{"model": "quick"}, {"model": "endless"}])
        process = subprocess.Popen([PROGRAM, "train", both, "--out", self.path("w.safetensors")], stderr=subprocess.PIPE, stdout=subprocess.PIPE)
        time.sleep(5)
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=20)
        self.assertEqual(process.returncode, 1)
        self.assertIn(b"nothing was written", said)
        self.assertEqual(os.listdir(self.folder), ["two.json"])


class Render(ProgramTest):
    def test_films_for_ffprobe(self):
        for name, codec, fps in (("f.mp4", "h264", 25), ("f.webm", "vp9", 25), ("f.gif", "gif", 20), ("f.apng", "apng", 10)):
            out = self.path(name)
            self.succeed("render", self.scene(), "--out", out, "--size", "480x270" if name != "f.mp4" else "480x272", "--fps", fps, "--seconds", "1")
            film = ffprobe(out)
            self.assertEqual((film["codec_name"], film["width"], int(film["nb_read_frames"])), (codec, 480, fps), film)
            if name != "f.apng":
                self.assertAlmostEqual(film["duration"], 1, delta=0.06)

    def test_pictures_are_repeatable_and_carry_their_scene(self):
        first, second = self.path("a.png"), self.path("b.png")
        for out in (first, second):
            self.succeed("render", self.scene(), "--out", out, "--size", "640x360", "--t", "0.8")
        with open(first, "rb") as a, open(second, "rb") as b:
            bytes_of_first = a.read()
            self.assertEqual(bytes_of_first, b.read())
        self.assertTrue(bytes_of_first.startswith(b"\x89PNG"))
        self.assertIn(b"probflow scene", bytes_of_first)

    def test_figures_and_sheets(self):
        scene = self.scene(view={"panes": 2, "layers": ["density", "contours", "particles", "trails", "trajectories", "velocity"], "density": "exact"})
        svg = "{http://www.w3.org/2000/svg}"
        for words, panes in ((["--t", "0.6"], 2), (["--sheet", "0,0.5,1"], 6)):
            out = self.path("page.svg")
            self.succeed("render", scene, *words, "--theme", "light", "--size", "900x600", "--out", out)
            root = xml.etree.ElementTree.parse(out).getroot()
            self.assertEqual(len(root.findall(f"{svg}clipPath")), panes)
            images = root.findall(f".//{svg}image")
            self.assertEqual(len(images), panes)  # the densities, and nothing else
            for image in images:
                self.assertTrue(image.get("href").startswith("data:image/png;base64,iVBOR"))
            groups = root.findall(f".//{svg}g[@class='particles']")
            self.assertEqual(len(groups), panes)
            self.assertGreater(min(len(group) for group in groups), 250)
            self.assertGreater(len(root.findall(f".//{svg}g[@class='lines']/{svg}path")), 100 * panes // 2)
            text = " ".join(word.text for word in root.findall(f"{svg}text"))
            for word in ("x₁", "x₂", "lane 1", "lane 2", "t = 0.60" if panes == 2 else "t = 0.50", "exact density, per unit area", "contours: hold 50, 80 and 95 %"):
                self.assertIn(word, text)
        self.succeed("render", scene, "--sheet", "0,0.5,1", "--size", "900x600", "--out", self.path("page.png"))
        self.assertIn("valid", self.succeed("check", self.path("page.png")))  # the scene is in it
        self.refuse(2, "render", scene, "--sheet", "0,2", "--out", self.path("bad.svg"), says=["--sheet", "0,2"])
        self.refuse(2, "render", scene, "--sheet", "0,1", "--out", self.path("bad.mp4"), says=["bad.mp4", ".png or .svg"])
        height = self.scene("height.json", view={"panes": 1, "layers": ["density"], "shape": "height"})
        self.refuse(2, "render", height, "--out", self.path("bad.svg"), says=["view.shape", "height"])

    def test_a_picture_opens_as_its_scene(self):
        scene = self.scene(title="In a picture")
        self.succeed("render", scene, "--out", self.path("a.png"), "--size", "640x360")
        self.assertEqual(self.succeed("share", self.path("a.png")), self.succeed("share", scene))

    def test_what_was_pinned_in_a_scene_is_in_its_pictures(self):
        seen = {"t": 0.4, "playing": False, "x": 0, "y": 0, "zoom": 1, "turn": -28, "tilt": 38, "pin": {"x": 0.5, "y": 0.25, "t": 0.4, "fan": True, "posterior": False}}
        plain, pinned = self.scene(), self.scene("pinned.json", viewpoint=seen)
        for scene, shown in ((plain, False), (pinned, True)):
            self.succeed("render", scene, "--t", "0.4", "--size", "900x600", "--out", self.path("a.svg"))
            with open(self.path("a.svg"), encoding="utf-8") as file:
                text = file.read()
            for words in ("ODE through x = (0.50, 0.25) at t = 0.40", "SDE from it to the data"):
                self.assertEqual(words in text, shown)
            self.assertNotIn("p(z|x)", text)
        def pixels(scene):
            self.succeed("render", scene, "--t", "0.4", "--size", "640x360", "--out", self.path("a.png"))
            with open(self.path("a.png"), "rb") as file:
                return image_data(file.read())

        picture = pixels(pinned)
        self.assertEqual(pixels(self.path("a.png")), picture)  # the pin is in the picture as in the file
        self.assertNotEqual(pixels(plain), picture)

    def test_without_ffmpeg_it_says_so_before_anything_is_computed(self):
        empty = self.path("empty")
        os.mkdir(empty)
        self.refuse(3, "render", self.scene(), "--out", self.path("f.mp4"), "--size", "480x272", says=["ffmpeg"], env={"PATH": empty})

    def test_window_without_display_is_a_missing_capability(self):
        done = run(timeout=60)
        self.assertEqual(done.returncode, 3, done.stderr)
        self.assertIn("display", done.stderr)


if __name__ == "__main__":
    unittest.main(verbosity=1)
