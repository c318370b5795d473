"""The real window under Xvfb: it opens, moves, trains, survives, quits, and rests when there is nothing to do."""
import json
import os
import time
import unittest

from desktop import HEIGHT, WIDTH, Window, WindowTestCase


class WindowTest(WindowTestCase):
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
        # Without waiting between them: 500 sizes in five calls.
        for part in range(5):
            words = []
            for i in range(100 * part, 100 * part + 100):
                words += ["windowsize", window.id, str(640 + 37 * i % 640), str(400 + 53 * i % 320)]
            window.tool(*words)
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

    def test_draws_nothing_while_nothing_changes(self):
        """Paused and idle it sleeps: less than 3 % of one core."""
        window = self.open(env={"PROBFLOW_NN": "/nonexistent"})
        window.key("space")
        self.still(window)
        spent = lambda: sum(int(n) for n in open(f"/proc/{window.program.pid}/stat").read().rsplit(")", 1)[1].split()[11:13]) / os.sysconf("SC_CLK_TCK")
        window.wait(lambda: -spent() + (time.sleep(2), spent())[1] < 0.06, "a window that sleeps", 60)
        self.assertTrue((window.canvas() == window.canvas()).all())
        window.key("End")  # and it wakes
        window.wait(lambda: window.canvas().std() > 5, "a picture after the sleep")

    def test_settings_are_remembered_and_damage_is_said(self):
        first = self.open()
        settings = first.path("probflow/settings.json")
        first.key("F4", "F2", "ctrl+m")
        first.wait(lambda: os.path.exists(settings) and json.load(open(settings))["reduced_motion"], "the settings")
        first.key("ctrl+q")
        first.program.wait(timeout=20)
        kept = json.load(open(settings))
        self.assertEqual((kept["theme"], kept["controls_open"], kept["width"], kept["height"]), ("light", False, WIDTH, HEIGHT))
        second = self.open(folder=first.folder)
        picture = second.picture()
        self.assertGreater(picture[300, 3:100].mean(), 200, "the light theme, without controls")
        self.assertTrue((self.still(second) == second.canvas()).all(), "reduced motion begins paused")
        second.key("ctrl+q")
        second.program.wait(timeout=20)
        with open(settings, "w") as file:
            file.write("{\"theme\": \"pink\"}")
        third = self.open(folder=first.folder)
        self.assertLess(third.picture()[300, 3:100].mean(), 80, "the usual theme")

    def test_runs_without_home(self):
        environment = {"PROBFLOW_NN": "/nonexistent", "LC_ALL": "de_DE.UTF-8"}
        window = self.open(env=environment, without=["HOME", "XDG_CONFIG_HOME", "XDG_STATE_HOME"])
        window.key("F4")
        window.key("ctrl+q")
        self.assertEqual(window.program.wait(timeout=20), 0)

    def test_quits_cleanly(self):
        window = self.open()
        window.key("ctrl+q")
        self.assertEqual(window.program.wait(timeout=20), 0)


if __name__ == "__main__":
    unittest.main(verbosity=1)
