"""Films as scripts make them: read back by ffprobe and ffmpeg, frame by frame."""
import json
import math
import os
import re
import signal
import subprocess
import time
import unittest

import numpy

from support import PROGRAM, ProgramTest, ffprobe, run, weights_with_changes

SCENES = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../assets/scenes")


class Films(ProgramTest):
    def pixels(self, path, frame=None, alpha=False):
        """Pixels of a picture, or of one frame or all frames of a film, as ffmpeg reads them."""
        info = ffprobe(path)
        pick = [] if frame is None else ["-vf", f"select=eq(n\\,{frame})", "-frames:v", "1"]
        kind, channels = ("rgba", 4) if alpha else ("rgb24", 3)
        # Colours of the matrix that the film names.
        raw = subprocess.run(["ffmpeg", "-v", "error", "-i", path, *pick, "-fps_mode", "passthrough", "-sws_flags", "accurate_rnd+full_chroma_int", "-f", "rawvideo", "-pix_fmt", kind, "-"],
                             capture_output=True, check=True).stdout
        return numpy.frombuffer(raw, numpy.uint8).reshape(-1, info["height"], info["width"], channels)

    @staticmethod
    def psnr(a, b):
        return 10 * math.log10(255 ** 2 / max(1e-9, ((a.astype(float) - b.astype(float)) ** 2).mean()))

    def test_every_format_has_the_frames_length_size_and_pixels_that_were_asked_for(self):
        for name, pixels, more in (("a.mp4", "yuv420p", ()), ("b.mp4", "yuv444p", ("--chroma", "444")), ("c.webm", "yuv420p", ()), ("d.gif", ("bgra", "rgb8", "pal8"), ()),
                                   ("e.apng", "rgb24", ()), ("f.apng", "rgba", ("--transparent",))):
            out = self.path(name)
            self.succeed("render", self.scene(), "--out", out, "--size", "320x180", "--scale", "2", "--fps", "20", "--seconds", "1.5", "--motion", "there_and_back", "--loop", *more)
            film = ffprobe(out)
            self.assertEqual((film["width"], film["height"], int(film["nb_read_frames"]), film["avg_frame_rate"]), (640, 360, 30, "20/1"), film)
            self.assertIn(film["pix_fmt"], pixels, film)
            if not name.endswith("apng"):
                self.assertAlmostEqual(film["duration"], 1.5, delta=0.03)
        self.succeed("render", self.scene(), "--out", self.path("p.png"), "--sequence", "--size", "333x221", "--fps", "10", "--seconds", "1.2")
        pictures = sorted(f for f in os.listdir(self.folder) if f.startswith("p_"))
        self.assertEqual(pictures, [f"p_{k:04}.png" for k in range(1, 13)])
        self.assertEqual((ffprobe(self.path(pictures[0]))["width"], ffprobe(self.path(pictures[0]))["height"]), (333, 221))

    def test_a_frame_of_a_film_is_the_picture_at_its_time(self):
        how = ("--size", "480x270", "--equation")
        films = {name: self.path(name) for name in ("f.apng", "s.png", "f.mp4", "f.webm", "f.gif")}
        for name, out in films.items():
            more = ("--sequence",) if name == "s.png" else ("--chroma", "444") if name == "f.mp4" else ()
            size = ("--size", "480x272", "--equation") if name == "f.mp4" else how
            self.succeed("render", self.scene(), "--out", out, *size, "--fps", "10", "--seconds", "2", *more)
        # 20 frames, of which 17 move: frame 6 is at t = 6/16.
        self.succeed("render", self.scene(), "--out", self.path("t.png"), *how, "--t", "0.375")
        picture = self.pixels(self.path("t.png"))[0]
        self.assertTrue((self.pixels(films["f.apng"], 6)[0] == picture).all())
        self.assertTrue((self.pixels(self.path("s_0007.png"))[0] == picture).all())
        self.assertFalse((self.pixels(self.path("s_0008.png"))[0] == picture).all())
        self.assertGreater(self.psnr(self.pixels(films["f.gif"], 6)[0], picture), 38)
        self.assertGreater(self.psnr(self.pixels(films["f.webm"], 6)[0], picture), 25)
        self.succeed("render", self.scene(), "--out", self.path("u.png"), "--size", "480x272", "--equation", "--t", "0.375")
        self.assertGreater(self.psnr(self.pixels(films["f.mp4"], 6)[0], self.pixels(self.path("u.png"))[0]), 33)
        # The next frame is further away than the codec's error.
        self.assertLess(self.psnr(self.pixels(films["f.mp4"], 7)[0], self.pixels(self.path("u.png"))[0]), 28)

    def test_two_exports_are_the_same_bytes(self):
        for name in ("a", "b"):
            self.succeed("render", self.scene(), "--out", self.path(name + ".gif"), "--size", "320x180", "--fps", "20", "--seconds", "1", "--loop")
            self.succeed("render", self.scene(), "--out", self.path(name + ".png"), "--sequence", "--transparent", "--size", "320x180", "--fps", "5", "--seconds", "1")
        for one, other in [("a.gif", "b.gif")] + [(f"a_{k:04}.png", f"b_{k:04}.png") for k in range(1, 6)]:
            with open(self.path(one), "rb") as a, open(self.path(other), "rb") as b:
                self.assertEqual(a.read(), b.read(), one)

    def test_a_gif_keeps_the_colours_of_the_first_scene(self):
        with open(os.path.join(SCENES, "order.txt")) as order:
            first = next(line.strip() for line in order if line.strip() and not line.startswith("#"))
        with open(os.path.join(SCENES, first + ".json")) as file:
            scene = json.load(file)
        for colour, least in (("single", 40), ("start", 30)):
            scene["view"]["colour"] = colour
            with open(self.path("first.json"), "w") as file:
                json.dump(scene, file)
            for out in ("g.gif", "g.apng"):
                self.succeed("render", self.path("first.json"), "--out", self.path(out), "--size", "960x540", "--fps", "10", "--seconds", "2")
            worst = min(self.psnr(a, b) for a, b in zip(self.pixels(self.path("g.gif")), self.pixels(self.path("g.apng"))))
            self.assertGreater(worst, least, colour)

    def test_a_film_of_training_follows_the_steps(self):
        scene, out = self.network_scene(steps=80), self.path("t.apng")
        self.succeed("render", scene, "--out", out, "--training", "--engine", "fused", "--device", "cpu", "--size", "480x270", "--fps", "10", "--seconds", "2", "--easing", "slow_start")
        frames = self.pixels(out)
        self.assertEqual(len(frames), 20)
        self.assertTrue((frames[0] != frames[10]).any() and (frames[10] != frames[16]).any())
        self.assertTrue((frames[17] == frames[19]).all(), "the end holds")
        # At its end it shows what training shows, but for the line below and the marks of lanes.
        self.succeed("train", scene, "--out", self.path("w.safetensors"), "--engine", "fused", "--device", "cpu")
        self.succeed("render", scene, "--weights", self.path("w.safetensors"), "--engine", "fused", "--device", "cpu", "--out", self.path("end.png"), "--size", "480x270")
        self.assertTrue((frames[19][:250] == self.pixels(self.path("end.png"))[0][:250]).all())
        self.refuse(2, "render", self.scene(), "--out", out, "--training", says=["no network"])
        self.refuse(2, "render", scene, "--out", self.path("x.png"), "--training", says=["--sequence"])

    def test_a_film_of_training_does_again_what_was_changed_meanwhile(self):
        """With weights it is trained as they were: here with another learning rate first."""
        scene, out, cpu = self.network_scene(steps=40), self.path("t.apng"), ("--engine", "fused", "--device", "cpu", "--size", "320x180")
        film = ("render", scene, "--out", out, "--training", *cpu, "--fps", "10", "--seconds", "0.5")
        self.succeed("train", scene, "--out", self.path("w.safetensors"), *cpu[:4])
        self.succeed(*film)
        by_scene = self.pixels(out)
        self.succeed(*film, "--weights", self.path("w.safetensors"))
        self.assertTrue((self.pixels(out) == by_scene).all(), "nothing was changed while they were trained")
        with open(self.path("live.safetensors"), "wb") as file:
            file.write(weights_with_changes(self.path("w.safetensors"), [[0, "learning_rate", 0.02]]))
        told = run(*film, "--weights", self.path("live.safetensors"))
        self.assertIn("as it was trained", told.stderr)
        faster = self.network_scene(steps=40, learning_rate=0.02)
        self.succeed("render", faster, "--out", self.path("f.apng"), *film[4:])
        self.assertTrue((self.pixels(out) == self.pixels(self.path("f.apng"))).all())
        self.assertFalse((self.pixels(out) == by_scene).all())

    def test_what_a_film_cannot_be_is_said_in_one_sentence(self):
        for words, says in ((("--fps", "0"), "--fps"), (("--seconds", "0"), "--seconds"), (("--motion", "up"), "there_and_back"), (("--hold-end", "60"), "--hold-end"), (("--panes", "3"), "1 to 2"),
                            (("--transparent",), "PNG and APNG"), (("--size", "9000x100"), "8192"), (("--size", "6000x100", "--scale", "2"), "--scale"), (("--camera", "1"), "zoom"), (("--sweeps", "3"), "--sweeps"),
                            (("--sequence",), ".png")):
            self.refuse(2, "render", self.scene(), "--out", self.path("f.mp4"), *words, says=[says])
        self.refuse(2, "render", self.scene(), "--out", self.path("f.gif"), "--fps", "30", says=["10, 20, 25 or 50"])
        self.refuse(2, "render", self.scene(), "--out", self.path("f.webm"), "--chroma", "444", says=["--chroma"])

    def test_the_estimate_is_near_what_comes_out_and_makes_nothing(self):
        for name in ("f.mp4", "f.webm", "f.gif", "f.apng"):
            words = ("render", "eight_gaussians", "--out", self.path(name), "--size", "1280x720", "--fps", "20", "--seconds", "2")
            said = self.succeed(*words, "--estimate")
            self.assertFalse(os.path.exists(self.path(name)))
            self.assertIn("40 frames, 1280×720", said)
            number, unit = re.search(r"about ([0-9.]+) (kB|MB)", said).groups()
            guess = float(number) * {"kB": 1e3, "MB": 1e6}[unit]
            self.succeed(*words)
            self.assertLess(abs(math.log(guess / os.path.getsize(self.path(name)))), math.log(3), f"{name}: {said} {os.path.getsize(self.path(name))}")

    def test_progress_in_lines_for_another_program(self):
        done = run("render", self.scene(), "--out", self.path("f.gif"), "--size", "320x180", "--fps", "20", "--seconds", "2", "--report")
        self.assertEqual(done.returncode, 0, done.stderr)
        lines = [line.split() for line in done.stderr.splitlines()]
        self.assertEqual({line[0] for line in lines}, {"computing", "rendering"})
        self.assertEqual(lines[-1][:3], ["rendering", "40", "40"])
        self.assertTrue(all(len(line) == 4 and float(line[1]) <= float(line[2]) for line in lines))

    def test_cancelled_while_ffmpeg_stands_still_it_ends_at_once_and_leaves_nothing(self):
        folder = self.path("bin")
        os.mkdir(folder)
        with open(os.path.join(folder, "ffmpeg"), "w") as file:
            file.write("#!/bin/sh\nkill -STOP $$\n")
        os.chmod(os.path.join(folder, "ffmpeg"), 0o755)
        out = self.path("films")
        os.mkdir(out)
        env = {**os.environ, "PATH": folder + ":" + os.environ["PATH"]}
        process = subprocess.Popen([PROGRAM, "render", self.scene(), "--out", os.path.join(out, "f.mp4"), "--size", "640x360"], env=env, stderr=subprocess.PIPE, text=True)
        time.sleep(3)
        self.assertIsNone(process.poll())
        asked = time.monotonic()
        process.send_signal(signal.SIGTERM)
        said = process.communicate(timeout=20)[1]
        self.assertLess(time.monotonic() - asked, 5)
        self.assertEqual((process.returncode, os.listdir(out)), (1, []), said)
        self.assertIn("interrupted", said)


if __name__ == "__main__":
    unittest.main(verbosity=1)
