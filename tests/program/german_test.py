"""Where numbers have commas, without a home and without a network (german.py): the tests named here run as they are, and all of them in `tests/run full`."""
import json
import os
import re
import tempfile
import time
import unittest

from screen import Window
from support import ProgramTest, run

AS_THEY_ARE = """
command_line_test.Scenes.test_bad_input_is_one_sentence_and_code_2
tasks_test.TasksTest.test_own_data_saved_and_opened
""".split()
ELSEWHERE = {"LC_ALL": "C", "LOCPATH": "", "LD_PRELOAD": "", "HOME": "/"}
SIGMA = ("222", "508")  # the slider of lane 2 in same_marginals


def load_tests(loader, tests, _):
    tests.addTests(loader.loadTestsFromNames(AS_THEY_ARE))
    return tests


class Commands(ProgramTest):
    def outcome(self, words, env):
        """What a command says, and the files it writes."""
        with tempfile.TemporaryDirectory() as folder:
            done = run(*words, env=env, cwd=folder)
            self.assertEqual(done.returncode, 0, done.stderr)
            files = {}
            for name in os.listdir(folder):
                with open(os.path.join(folder, name), "rb") as file:
                    files[name] = file.read()
            return re.sub(r"\d+ ms", "some ms", done.stdout), files

    def test_every_command_says_and_writes_what_it_does_elsewhere(self):
        scene, network, points = self.scene(), self.network_scene(steps=20), self.path("points.csv")
        with open(points, "w") as file:
            file.write("x,y\n" + "".join(f"{0.25 * k},{1e-3 * k * k}\n" for k in range(40)))
        picture = ("--t", "0.75", "--size", "320x240")
        for words in (("render", "--help"), ("check", points), ("share", network), ("script", network, "--out", "s.py"), ("sample", scene, "--log-p", "--out", "s.csv"),
                      ("field", scene, "--t", "0.25", "--grid", "8", "--out", "f.csv"), ("schedule", scene, "--points", "11", "--out", "p.csv"),
                      ("fokker-planck", scene, "--grid", "32", "--steps", "10", "--out", "d.csv"), ("evaluate", scene, "--metrics", "m.csv", "--json"),
                      ("train", network, "--out", "w.safetensors", "--log", "l.csv"), ("study", scene, "--vary", "sigma.max=0.5,1.5", "--out", "t.csv", "--plot", "t.svg"),
                      ("render", scene, *picture, "--out", "f.svg"), ("render", scene, *picture, "--camera", "0.5,-0.25,1.5", "--out", "f.png"),
                      ("render", scene, "--size", "320x180", "--fps", "10", "--seconds", "0.5", "--out", "f.gif")):
            with self.subTest(words=words):
                (said, files), (said_elsewhere, files_elsewhere) = self.outcome(words, {}), self.outcome(words, ELSEWHERE)
                self.assertEqual(said, said_elsewhere)
                self.assertEqual(sorted(files), sorted(files_elsewhere))
                self.assertEqual([name for name in files if files[name] != files_elsewhere[name]], [])


class InAWindow(unittest.TestCase):
    def open(self, *words, **env):
        window = Window(*words, env={"PROBFLOW_NN": "/nonexistent", **env})
        self.addCleanup(window.close)
        return window

    def quit(self, window, *answer):
        window.key("ctrl+q", *answer)
        self.assertEqual(window.program.wait(timeout=20), 0)

    def about(self, window, what):
        with open(f"/proc/{window.program.pid}/{what}") as file:
            return file.read()

    def test_numbers_are_typed_with_points_and_nothing_is_left_without_a_home(self):
        window = self.open("same_marginals", XDG_CONFIG_HOME=None, XDG_STATE_HOME=None)
        self.assertIn(os.path.join(os.environ["LC_ALL"], "LC_NUMERIC"), self.about(window, "maps"), "no German numbers in the program")
        self.assertNotRegex("\n" + self.about(window, "environ").replace("\0", "\n"), "\n(HOME|XDG_[A-Z_]*)=")
        if os.environ["PROBFLOW_WITHOUT_NETWORK"]:
            self.assertEqual([line.split(":")[0].strip() for line in self.about(window, "net/dev").splitlines()[2:]], ["lo"])
        window.key("space")
        window.click(122, 441)  # lane 2
        window.tool("mousemove", *SIGMA, "sleep", "0.2", "keydown", "ctrl", "click", "1", "keyup", "ctrl")
        time.sleep(0.4)
        window.type("1.25")
        window.key("Return")
        self.assertEqual(window.scene()["lanes"][1]["sigma"], {"id": "constant", "max": 1.25})
        self.quit(window, "shift+d")
        self.assertEqual([name for name in os.listdir(window.folder.name) if not name.endswith(".png")], [])

    def test_settings_are_kept_with_points_and_read_again(self):
        with tempfile.TemporaryDirectory() as folder:
            kept = []
            for keys in ("ctrl+equal",), ():
                window = self.open(XDG_CONFIG_HOME=folder)
                window.key(*keys)
                self.quit(window)
                with open(os.path.join(folder, "probflow", "settings.json")) as file:
                    kept.append(json.load(file))
            self.assertEqual(kept[0]["scale"], 1.25)
            self.assertEqual(kept[0], kept[1])


if __name__ == "__main__":
    unittest.main(verbosity=1)
