"""Lectures from outside: listed, checked, refused, rendered, and given in the real window with a clicker alone."""
import json
import os
import signal
import subprocess
import time
import unittest

import numpy

from support import PROGRAM, ProgramTest, ffprobe
from screen import Window

LECTURES = os.path.join(os.path.dirname(__file__), "..", "..", "assets", "lectures")
NAMES = sorted(name for name in os.listdir(LECTURES) if name.endswith(".json"))


class Lectures(ProgramTest):
    def lecture(self, name="talk.json", **changes):
        """Two small stops with a transition of σ between; returns its path."""
        lecture = {"probflow_lecture": 1, "title": "Talk", "stops": [
            {"scene": "eight_gaussians", "title": "first", "caption": "One caption.", "watch": "this",
             "changes": {"lanes[0].particles": 200, "lanes[1].particles": 200}},
            {"title": "second", "caption": "Another caption, which is longer.", "watch": "that", "changes": {"lanes[1].sigma.max": 2},
             "transition": 1, "play": {"t": 0.6, "playing": False}}]}
        lecture.update(changes)
        with open(self.path(name), "w") as file:
            json.dump(lecture, file)
        return self.path(name)

    def test_lists_and_checks_every_shipped_lecture(self):
        lines = self.succeed("lectures").splitlines()
        self.assertEqual(sorted(line.split()[0] + ".json" for line in lines), NAMES)
        for line in lines:
            self.assertRegex(self.succeed("check", line.split()[0]), r"a valid lecture, '.+', \d+ stops, [\d.]+ minutes")
        self.assertIn("a valid lecture, 'Talk', 2 stops, 2 minutes", self.succeed("check", self.lecture()))

    def test_bad_lectures_are_one_sentence_and_code_2(self):
        stops = [{"scene": "moons", "watch": 3}]
        self.refuse(2, "check", self.lecture(stops=stops), says=["talk.json: stops[0].watch: expected a text, got 3"])
        self.refuse(2, self.lecture(stops=stops), says=["talk.json: stops[0].watch"])  # before any window
        self.refuse(2, "render", self.lecture(stops=stops), "--out", self.path("f.mp4"), says=["talk.json: stops[0].watch"])
        self.refuse(2, "check", self.lecture(probflow_lecture=2), says=["talk.json: probflow_lecture", "newer"])
        self.refuse(2, "check", self.lecture(stop=1), says=["talk.json: unknown key 'stop'"])
        self.refuse(2, "sample", self.lecture(), "--out", self.path("s.npz"), says=["talk.json"])
        self.refuse(2, "render", self.lecture(), "--out", self.path("p.png"), says=["p.png", "film"])
        self.refuse(2, "render", self.lecture(), "--out", self.path("f.mp4"), "--weights", "w.safetensors", says=["--weights"])

    def test_renders_all_stops_with_their_words(self):
        film = self.path("talk.mp4")
        self.succeed("render", self.lecture(), "--out", film, "--size", "640x360", "--fps", "10", "--seconds", "2")
        seen = ffprobe(film)
        self.assertEqual((seen["width"], seen["height"], int(seen["nb_read_frames"])), (640, 360, 20 + 10 + 20))
        raw = subprocess.run(["ffmpeg", "-v", "error", "-i", film, "-f", "rawvideo", "-pix_fmt", "gray", "-"], capture_output=True, check=True).stdout
        frames = numpy.frombuffer(raw, numpy.uint8).reshape(-1, 360, 640).astype(int)
        words, panes = slice(0, 50), slice(70, 330)
        differ = lambda a, b, rows: abs(frames[a][rows] - frames[b][rows]).mean()
        self.assertLess(differ(2, 18, words), 0.5)
        self.assertGreater(differ(18, 22, words), 2)  # another title and caption
        self.assertLess(differ(22, 48, words), 0.5)
        self.assertGreater(differ(9, 19, panes), 0.3)  # t runs
        self.assertGreater(differ(22, 27, panes), 0.3)  # σ and t move
        self.assertLess(differ(32, 48, panes), 0.2)  # and stand still

    def test_an_interrupted_film_leaves_nothing(self):
        before = sorted(os.listdir(self.folder)) + ["talk.json"]
        program = subprocess.Popen([PROGRAM, "render", self.lecture(), "--out", self.path("talk.mp4"), "--seconds", "60"], stderr=subprocess.PIPE, text=True)
        time.sleep(3)
        program.send_signal(signal.SIGINT)
        said = program.communicate(timeout=20)[1]
        self.assertEqual(program.returncode, 1)
        self.assertIn("nothing was written", said)
        self.assertEqual(sorted(os.listdir(self.folder)), sorted(before))

    def test_every_shipped_lecture_renders(self):
        """Networks train for a few steps only here."""
        for name in NAMES:
            with self.subTest(lecture=name):
                with open(os.path.join(LECTURES, name)) as file:
                    lecture = json.load(file)
                for stop in lecture["stops"]:
                    if not stop.get("train"):
                        continue
                    with open(os.path.join(LECTURES, "..", "scenes", stop["scene"] + ".json")) as file:
                        models = json.load(file)["models"]
                    few = {f"models[{i}].training.steps": 20 for i, model in enumerate(models) if model["field"] == "network"}
                    stop["changes"] = {**stop.get("changes", {}), **few}
                film = self.path(name + ".mp4")
                self.succeed("render", self.lecture(name, **lecture), "--out", film, "--size", "320x180", "--fps", "2", "--seconds", "1", timeout=800)
                moves = sum(stop.get("transition", 0) for stop in lecture["stops"][1:])
                self.assertEqual(int(ffprobe(film)["nb_read_frames"]), round(2 * (len(lecture["stops"]) + moves)))


class Given(unittest.TestCase):
    def open(self, *words):
        window = Window(*words)
        self.addCleanup(window.close)
        return window

    def top(self, window):
        return window.picture()[0:100].astype(int)

    def test_with_a_clicker_alone_through_a_storm_of_sizes(self):
        window = self.open("one_marginal")
        window.key("F5")
        window.wait(lambda: window.picture()[200:600, 40:300].std() > 1, "a picture that fills the window")
        first = self.top(window)
        window.key("Next")
        second = self.top(window)
        self.assertGreater(abs(second - first).mean(), 1, "PageDown changes no words")
        for i in range(40):
            window.tool("windowsize", window.id, str(640 + 37 * i % 640), str(400 + 53 * i % 320))
            if i % 8 == 0:
                window.tool("key", "Next" if i % 16 == 0 else "Prior")
        window.tool("windowsize", window.id, "1280", "720")
        time.sleep(1)
        self.assertIsNone(window.program.poll())
        for _ in range(14):
            window.key("Prior")
        window.wait(lambda: abs(self.top(window) - first).mean() < 0.2, "the first stop again")
        window.key("period")
        window.wait(lambda: window.picture().max() == 0, "a black screen")
        window.key("Next")
        window.wait(lambda: abs(self.top(window) - first).mean() < 0.2, "the same stop after black")
        for _ in range(14):
            window.key("Next")
        window.key("Escape")
        window.wait(lambda: window.canvas().std() > 5, "the last stop with its panels")
        window.key("ctrl+q")
        self.assertEqual(window.program.wait(timeout=20), 0)

    def test_quitting_asks_for_stops_that_were_changed(self):
        window = self.open("one_marginal")
        window.key("g", "Next", "ctrl+q")
        self.assertIsNone(window.program.poll(), "changes at the first stop are given up without a question")
        window.key("Return")
        self.assertEqual(window.program.wait(timeout=20), 0)
        saved = [name for name in os.listdir(window.folder.name) if name.endswith(".json")]
        self.assertEqual(len(saved), 1)
        again = self.open(os.path.join(window.folder.name, saved[0]))
        again.key("ctrl+q")
        self.assertEqual(again.program.wait(timeout=20), 0)

    def test_the_audience_has_a_window_of_its_own(self):
        window = self.open("one_marginal")
        window.key("shift+F5")
        other = window.tool("search", "--sync", "--name", "^probflow: audience$").split()[0]
        window.tool("windowsize", other, "640", "360")
        window.tool("windowmove", other, "600", "300")
        time.sleep(1.5)
        there = lambda: window.picture()[300:660, 600:1240].astype(int)
        window.wait(lambda: there()[150:300].std() > 5, "a picture in the second window")
        first = there()[0:60]
        window.tool("windowfocus", other)
        window.key("Next")  # the clicker's keys go to whichever window has the focus
        window.wait(lambda: abs(there()[0:60] - first).mean() > 1, "the next words in the second window")
        window.key("period")
        window.wait(lambda: there().max() == 0, "black for the audience")
        self.assertGreater(window.picture()[100:290, 420:590].std(), 3, "black for the lecturer too")
        window.key("period")
        window.wait(lambda: there().max() > 50, "the picture again")
        window.tool("windowfocus", window.id)
        window.key("shift+F5")
        window.wait(lambda: not window.tool("search", "--name", "^probflow: audience$"), "the second window closed")
        self.assertIsNone(window.program.poll())
        window.key("ctrl+q")
        self.assertEqual(window.program.wait(timeout=20), 0)


if __name__ == "__main__":
    unittest.main(verbosity=1)
