"""Films from the real window under Xvfb: the export is a process of its own."""
import glob
import json
import os
import shutil
import subprocess
import tempfile
import time
import unittest

from screen import HEIGHT, WIDTH, Window
from support import ffprobe


class WindowFilmTest(unittest.TestCase):
    def open(self, *words, **options):
        window = Window(*words, **options)
        self.addCleanup(window.close)
        return window

    def films(self, window, ending="mp4"):
        return glob.glob(os.path.join(window.folder.name, "*." + ending))

    def memory(self, window):
        with open(f"/proc/{window.program.pid}/status") as status:
            return next(int(line.split()[1]) for line in status if line.startswith("VmRSS"))

    def children(self, pid):
        found = subprocess.run(["ps", "-o", "pid=,args=", "--ppid", str(pid)], capture_output=True, text=True).stdout
        return [(int(line.split()[0]), line) for line in found.splitlines()]

    def start(self, window, small=False):
        """Ctrl+E opens the dialog, Enter exports as it stands, or at 720p."""
        window.key("ctrl+e")
        if small:
            window.tool("mousemove", "318", "178", "click", "1")
            time.sleep(0.5)
        window.key("Return")
        window.wait(lambda: self.children(window.program.pid), "the export process")
        return self.children(window.program.pid)[0][0]

    def test_a_storm_of_sizes_does_not_touch_the_film(self):
        window = self.open(env={"PROBFLOW_NN": "/nonexistent"})
        window.key("space")
        self.start(window, small=True)
        window.key("Escape")
        before = self.memory(window)
        for i in range(500):
            window.tool("windowsize", window.id, str(300 + 37 * i % 900), str(200 + 53 * i % 500))
            if i % 50 == 0:
                window.key("2" if i % 100 else "1")
        window.tool("windowsize", window.id, str(WIDTH), str(HEIGHT))
        self.assertIsNone(window.program.poll())
        self.assertLess(self.memory(window) - before, 80_000, "kB more after the storm")
        window.wait(lambda: self.films(window), "the film", 600)
        film = ffprobe(self.films(window)[0])
        self.assertEqual((film["width"], film["height"], int(film["nb_read_frames"])), (1280, 720, 400), film)
        self.assertEqual(self.films(window, "part"), [])
        window.key("space")  # and it goes on
        self.assertTrue((window.canvas() != (time.sleep(0.5), window.canvas())[1]).any())

    def test_pictures_figures_and_films_of_a_changed_scene_say_that_its_sentence_is_old(self):
        window = self.open(env={"PROBFLOW_NN": "/nonexistent"})
        self.assertFalse(window.scene()["sentence"].startswith("Changed since"))
        window.key("s")  # noise in the lane that had none
        self.assertTrue(window.scene()["sentence"].startswith("Changed since. It was: "))
        window.key("shift+F12")
        window.wait(lambda: self.films(window, "svg"), "the figure")
        with open(self.films(window, "svg")[0], encoding="utf-8") as figure:
            self.assertIn("Changed since. It was: ", figure.read())
        window.key("k")  # pins a particle
        export = self.start(window)
        with open(f"/proc/{export}/cmdline", encoding="utf-8") as words:
            path = next(word for word in words.read().split("\0") if word.endswith("scene.json"))
        with open(path, encoding="utf-8") as file:
            scene = json.load(file)
        self.assertTrue(scene["sentence"].startswith("Changed since. It was: "))
        self.assertGreaterEqual(scene["viewpoint"]["pin"]["particle"], 0)

    def test_cancelled_it_leaves_nothing_and_can_begin_again(self):
        window = self.open(env={"PROBFLOW_NN": "/nonexistent"})
        self.start(window)
        window.wait(lambda: self.films(window, "part"), "frames", 60)
        window.tool("mousemove", "340", "450", "click", "1")  # its button
        window.wait(lambda: not self.children(window.program.pid), "the end of the export", 5)
        self.assertEqual(self.films(window) + self.films(window, "part"), [])
        self.assertIsNone(window.program.poll())
        self.start(window)

    def test_an_ffmpeg_that_is_killed_is_told_and_the_window_lives(self):
        window = self.open(env={"PROBFLOW_NN": "/nonexistent"})
        export = self.start(window)
        window.wait(lambda: self.films(window, "part"), "frames", 60)
        encoder = next(pid for pid, words in self.children(export) if "ffmpeg" in words)
        os.kill(encoder, 9)
        window.wait(lambda: not self.children(window.program.pid), "the end of the export")
        self.assertEqual(self.films(window) + self.films(window, "part"), [])
        self.assertIsNone(window.program.poll())

    def test_without_ffmpeg_the_dialog_offers_pictures_and_makes_them(self):
        tools = tempfile.TemporaryDirectory()
        self.addCleanup(tools.cleanup)
        for tool in ("xdotool", "import"):
            os.symlink(shutil.which(tool), os.path.join(tools.name, tool))
        window = self.open(env={"PROBFLOW_NN": "/nonexistent", "PATH": tools.name})
        self.start(window)
        window.wait(lambda: len(self.films(window, "png.part")) > 3, "pictures", 60)
        window.program.send_signal(15)
        window.program.wait(timeout=20)

    def test_quitting_asks_about_a_film_and_stops_it_or_waits_for_it(self):
        window = self.open(env={"PROBFLOW_NN": "/nonexistent"})
        export = self.start(window)
        window.wait(lambda: self.films(window, "part"), "frames", 60)
        window.key("Escape", "ctrl+q", "ctrl+q")
        time.sleep(1)
        self.assertTrue(os.path.exists(f"/proc/{export}"), "the film is given up without a question")
        window.key("shift+x")
        self.assertEqual(window.program.wait(timeout=20), 0)
        self.assertFalse(os.path.exists(f"/proc/{export}"))
        self.assertEqual(self.films(window) + self.films(window, "part"), [])

        patient = self.open(env={"PROBFLOW_NN": "/nonexistent"})
        self.start(patient, small=True)
        patient.key("Escape", "ctrl+q", "Return")
        time.sleep(1)
        self.assertIsNone(patient.program.poll())
        self.assertEqual(patient.program.wait(timeout=600), 0)
        self.assertEqual(int(ffprobe(self.films(patient)[0])["nb_read_frames"]), 400)

    def test_a_signal_leaves_no_part_of_a_film(self):
        window = self.open(env={"PROBFLOW_NN": "/nonexistent"})
        export = self.start(window)
        window.wait(lambda: self.films(window, "part"), "frames", 60)
        window.program.send_signal(15)
        self.assertEqual(window.program.wait(timeout=20), 128 + 15)
        self.assertFalse(os.path.exists(f"/proc/{export}"))
        self.assertEqual(self.films(window) + self.films(window, "part"), [])


if __name__ == "__main__":
    unittest.main(verbosity=1)
