"""The real window under Xvfb, with real keys and mouse, looked at through screenshots."""
import os
import signal
import subprocess
import tempfile
import time
import unittest

import numpy

PROGRAM = os.environ["PROBFLOW"]
WIDTH, HEIGHT = 1280, 720


class Window:
    """Xvfb with the program in it; keys and mouse by xdotool, pictures by import."""

    def __init__(self, *words, env=None):
        self.folder = tempfile.TemporaryDirectory()
        read, write = os.pipe()
        self.server = subprocess.Popen(["Xvfb", "-displayfd", str(write), "-screen", "0", f"{WIDTH}x{HEIGHT}x24", "-nolisten", "tcp"],
                                       pass_fds=[write], stderr=subprocess.DEVNULL)
        os.close(write)
        with os.fdopen(read) as file:
            display = ":" + file.readline().strip()
        self.env = {**os.environ, "DISPLAY": display, "XDG_CONFIG_HOME": self.folder.name, "XDG_STATE_HOME": self.folder.name, **(env or {})}
        self.env.pop("WAYLAND_DISPLAY", None)
        self.started = time.monotonic()
        self.program = subprocess.Popen([PROGRAM, *words], env=self.env, cwd=self.folder.name, stderr=subprocess.PIPE, text=True)
        self.id = self.tool("search", "--sync", "--onlyvisible", "--name", "^probflow").split()[0]
        self.opened_as = self.tool("getwindowgeometry", "--shell", self.id)
        self.tool("windowmove", self.id, "0", "0")
        self.tool("windowsize", self.id, str(WIDTH), str(HEIGHT))
        self.tool("windowfocus", self.id)
        self.wait(lambda: self.canvas().std() > 5, "something on the canvas")
        time.sleep(1)

    def tool(self, *words):
        return subprocess.run(["xdotool", *words], env=self.env, capture_output=True, text=True, timeout=30).stdout

    def key(self, *keys):
        for key in keys:
            self.tool("key", "--delay", "60", key)
        time.sleep(0.4)

    def picture(self):
        raw = subprocess.run(["import", "-window", "root", "-depth", "8", "rgb:-"], env=self.env, capture_output=True, timeout=30, check=True).stdout
        return numpy.frombuffer(raw, numpy.uint8).reshape(HEIGHT, WIDTH, 3)

    def canvas(self):
        """The middle of the canvas, away from panels, legends and time bar."""
        return self.picture()[150:480, 420:860].astype(int)

    def wait(self, condition, what, seconds=20):
        end = time.monotonic() + seconds
        while not condition():
            if self.program.poll() is not None:
                raise AssertionError(f"the program ended while waiting for {what}: {self.program.stderr.read()}")
            if time.monotonic() > end:
                raise AssertionError(f"waited in vain for {what}")
            time.sleep(0.1)

    def close(self):
        if self.program.poll() is None:
            self.program.send_signal(signal.SIGKILL)
        self.program.communicate()
        self.server.terminate()
        self.server.wait()
        self.folder.cleanup()


class WindowTest(unittest.TestCase):
    def open(self, *words, **options):
        window = Window(*words, **options)
        self.addCleanup(window.close)
        return window

    def still(self, window):
        """Waits until results have settled, then returns the canvas; fails if it still moves."""
        window.wait(lambda: (window.canvas() == (time.sleep(0.7), window.canvas())[1]).all(), "a still picture")
        return window.canvas()

    def test_opens_moving_pauses_steps_and_scrubs_back_to_the_same_picture(self):
        window = self.open(env={"PROBFLOW_NN": "/nonexistent"})  # no torch needed
        size = dict(line.split("=") for line in window.opened_as.split())
        self.assertLessEqual((int(size["WIDTH"]), int(size["HEIGHT"])), (WIDTH, HEIGHT), "larger than the screen")
        self.assertLessEqual(int(size["HEIGHT"]), HEIGHT)
        first = window.canvas()
        time.sleep(0.5)
        self.assertTrue((first != window.canvas()).any(), "nothing moves")
        window.key("space")
        self.still(window)
        window.key("End")
        data = self.still(window)
        window.key("Home")
        noise = self.still(window)
        self.assertGreater(abs(data - noise).mean(), 3)
        window.key("Right")
        self.assertTrue((self.still(window) != noise).any(), "a step changes nothing")
        window.key("End")
        self.assertTrue((self.still(window) == data).all(), "scrubbing away and back gives another picture")

    def test_survives_a_storm_of_sizes(self):
        window = self.open(env={"PROBFLOW_NN": "/nonexistent"})
        for i in range(60):
            window.tool("windowsize", window.id, str(640 + 37 * i % 640), str(400 + 53 * i % 320))
        window.tool("windowsize", window.id, str(WIDTH), str(HEIGHT))
        time.sleep(1)
        self.assertIsNone(window.program.poll())
        self.assertGreater(window.canvas().std(), 5)

    def test_trains_while_it_plays(self):
        """Opens on moons, presses the key that trains, and the learned pane fills."""
        window = self.open("moons")
        window.wait(lambda: window.canvas().std() > 5, "the exact pane")
        before = window.picture()[150:480, 370:600].astype(int)  # the left pane waits for its network
        time.sleep(2)
        window.key("t")
        window.wait(lambda: abs(window.picture()[150:480, 370:600].astype(int) - before).mean() > 3, "a learned flow", 60)

    def test_quits_cleanly(self):
        window = self.open()
        window.key("ctrl+q")
        self.assertEqual(window.program.wait(timeout=20), 0)


if __name__ == "__main__":
    unittest.main(verbosity=1)
