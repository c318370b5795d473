"""The real window under Xvfb: that it opens, moves, trains, survives and ends."""
import os
import time
import unittest

from screen import HEIGHT, WIDTH, Window


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
        time.sleep(max(0, window.started + 13 - time.monotonic()))  # by then the notice that LibTorch is missing is gone
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

    def test_a_picture_is_of_the_scene_not_of_what_was_said_about_the_last_one(self):
        window = self.open("same_marginals")
        window.key("space")
        time.sleep(2)

        def saved():
            return sorted(name for name in os.listdir(window.folder.name) if name.endswith(".png"))

        for n in 1, 2:
            window.key("F12")
            window.wait(lambda: len(saved()) == n, "the picture")
            time.sleep(0.5)
        one, other, on_screen = (picture[74:560, 330:960] for picture in (*(window.read(os.path.join(window.folder.name, name)) for name in saved()), window.picture()))
        self.assertTrue((on_screen != one).any(), "nothing was said of it")
        self.assertEqual(int((one != other).sum()), 0, "it is in the second picture")

    def test_quits_cleanly(self):
        window = self.open()
        window.key("ctrl+q")
        self.assertEqual(window.program.wait(timeout=20), 0)


if __name__ == "__main__":
    unittest.main(verbosity=1)
