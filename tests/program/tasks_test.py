"""The ten most common tasks, done as a person does them: with mouse and keys in the real window. What came of it is read from the files it writes."""
import json
import os
import time
import unittest

from desktop import HEIGHT, WIDTH, WindowTestCase

CONTROLS = int(0.275 * WIDTH)  # width of the panel on the left
SLIDERS = int(0.72 * CONTROLS)


def small(title="Mine"):
    """Exact, quick, two lanes; the second has noise."""
    return {"probflow": 1, "title": title, "sentence": "A test.", "seed": 3, "data": {"id": "eight_gaussians"},
            "models": [{"name": "truth", "field": "exact", "schedule": {"id": "linear"}}],
            "lanes": [{"model": "truth", "sigma": {"id": "zero"}, "solver": {"id": "heun"}, "steps": 20, "particles": 300},
                      {"model": "truth", "sigma": {"id": "constant", "max": 1.0}, "solver": {"id": "euler_maruyama"}, "steps": 60, "particles": 300}],
            "view": {"panes": 2, "layers": ["density", "particles", "trails"]}}


class TasksTest(WindowTestCase):
    def window(self, *words):
        return self.open(*words, env={"PROBFLOW_NN": "/nonexistent"})

    def mine(self):
        import tempfile
        folder = tempfile.TemporaryDirectory()
        with open(os.path.join(folder.name, "mine.json"), "w") as file:
            json.dump(small(), file)
        window = self.open(os.path.join(folder.name, "mine.json"), env={"PROBFLOW_NN": "/nonexistent"}, folder=folder)
        window.key("space")
        return window

    def rows(self, window):
        """Heights in the panel of controls, from its head to the time bar."""
        return range(90, HEIGHT - 110, 14)

    def by_effect(self, window, act, done, what):
        """Tries rows of the controls from above until the scene has changed as wanted; what changed otherwise is undone."""
        before = window.scene()
        for y in self.rows(window):
            act(y)
            after = window.scene()
            if done(before, after):
                return before, after
            window.key("Escape")
            if after != before:
                window.key("ctrl+z")
        self.fail(f"no row of the controls did this: {what}")

    def test_1_opens_a_file_by_its_name_and_saves_it_under_another(self):
        window = self.window()
        with open(window.path("mine.json"), "w") as file:
            json.dump(small("Opened by name"), file)
        window.key("ctrl+o")
        window.type(window.path("mine.json"))
        window.key("Return")
        window.wait(lambda: window.scene()["title"] == "Opened by name", "the opened scene")
        window.key("ctrl+shift+s")
        window.key("ctrl+a")
        window.type("copy")
        window.key("Return")
        window.wait(lambda: os.path.exists(window.path("copy.json")), "the saved scene")
        self.assertEqual(json.load(open(window.path("copy.json")))["title"], "Opened by name")
        kept = window.path("probflow/settings.json")
        window.wait(lambda: os.path.exists(kept) and window.path("copy.json") in json.load(open(kept))["recent_files"], "the recent files")

    def test_2_pauses_and_scrubs_with_the_mouse(self):
        window = self.mine()
        self.still(window)
        track = HEIGHT - 60
        window.click(WIDTH - 30, track)
        data = self.still(window)
        window.click(0.45 * WIDTH, track)
        middle = self.still(window)
        self.assertGreater(abs(data - middle).mean(), 1)
        window.drag((0.45 * WIDTH, track), (WIDTH - 2, track))
        window.drag((WIDTH - 30, track), (WIDTH - 30, track))
        window.click(WIDTH - 30, track)
        self.assertTrue((self.still(window) == data).all())

    def test_3_drags_sigma_and_undoes_it(self):
        window = self.mine()
        window.click(0.68 * WIDTH, 300)  # the right pane: its lane is selected
        sigma = lambda scene: scene["lanes"][1]["sigma"].get("max")
        before, after = self.by_effect(window, lambda y: window.drag((SLIDERS, y), (SLIDERS + 50, y)), lambda a, b: sigma(a) != sigma(b), "σ of the SDE")
        self.assertEqual({**after, "lanes": before["lanes"]}, before)
        window.key("ctrl+z")
        self.assertEqual(window.scene(), before)
        window.key("ctrl+y")
        self.assertEqual(window.scene(), after)

    def test_4_switches_between_ode_and_sde(self):
        window = self.mine()
        kind = lambda scene: scene["lanes"][0]["sigma"]["id"]
        self.assertEqual(kind(window.scene()), "zero")
        window.key("s")
        self.assertEqual(kind(window.scene()), "constant")
        window.key("s")
        self.assertEqual(kind(window.scene()), "zero")

    def test_5_changes_data_and_schedule_from_their_lists(self):
        window = self.mine()

        def choose(y):
            window.click(SLIDERS, y)
            window.key("Down", "Down", "Return")

        schedule = lambda scene: scene["models"][0]["schedule"]["id"]
        self.by_effect(window, choose, lambda a, b: schedule(a) != schedule(b), "another schedule")
        before = window.scene()
        window.key("F6")
        for _ in range(12):  # the first list of the controls is that of the data
            window.key("Down")
            window.key("space", "Down", "Return")
            if window.scene()["data"] != before["data"]:
                break
            window.key("Escape")
        self.assertNotEqual(window.scene()["data"], before["data"])

    def test_6_trains_and_sees_the_loss(self):
        window = self.open("moons")
        numbers = lambda: window.picture()[80:600, WIDTH - CONTROLS + 10:].astype(int)
        window.key("space")
        self.still(window)
        before = numbers()
        window.key("t")
        window.wait(lambda: (abs(numbers() - before) > 40).mean() > 0.01, "a curve of the loss", 60)

    def test_7_saves_a_picture_and_opens_the_scene_in_it(self):
        window = self.mine()
        window.key("4")
        window.tool("key", "F12")
        window.wait(lambda: os.path.exists(window.path("mine.png")), "the picture")
        window.key("1")
        self.assertEqual(window.scene()["view"]["panes"], 1)
        window.key("ctrl+o")
        window.type("mine.png")
        window.key("Return")
        window.wait(lambda: window.scene()["view"]["panes"] == 4, "the scene in the picture")

    def test_8_saves_where_it_came_from_and_says_what_is_wrong_with_a_file(self):
        window = self.mine()
        window.key("d")
        window.key("ctrl+s")
        window.wait(lambda: "density" not in json.load(open(window.path("mine.json")))["view"]["layers"], "the saved scene")
        with open(window.path("bad.json"), "w") as file:
            file.write("{\"probflow\": 1, \"colour\": 3}")
        window.key("ctrl+o")
        window.type("bad.json")
        without = window.picture().astype(int)
        window.key("Return")
        window.wait(lambda: (abs(window.picture().astype(int) - without) > 60).sum() > 200, "a sentence")
        window.key("Escape", "Escape")
        self.assertEqual(window.scene()["title"], "Mine")

    def test_9_presents_three_scenes_with_a_clicker(self):
        window = self.window()
        panel = lambda: window.picture()[100:560, 4:CONTROLS - 4].astype(int)
        controls = panel()
        first = window.scene()["title"]
        window.key("F5")
        window.wait(lambda: abs(panel() - controls).mean() > 2, "the canvas where the controls were")
        titles = [first]
        for _ in range(3):
            window.key("Next")
            titles.append(window.scene()["title"])
        self.assertEqual(len(set(titles)), 4)
        window.key("Prior")
        self.assertEqual(window.scene()["title"], titles[2])
        window.key("period")
        window.wait(lambda: window.picture().max() == 0, "a black screen")
        window.key("Next")
        window.wait(lambda: window.picture().max() > 100, "the picture again")
        self.assertEqual(window.scene()["title"], titles[2], "the key that ends the black does no more")
        window.key("Escape")
        window.wait(lambda: panel()[:, 2:10].std() < 12, "the controls again")

    def test_10_changes_theme_and_size(self):
        window = self.mine()
        corner = lambda: window.picture()[HEIGHT - 5, 5].astype(int).mean()
        self.assertLess(corner(), 80)
        window.key("F4")
        window.wait(lambda: corner() > 200, "the light theme")
        before = window.picture().astype(int)
        window.key("ctrl+equal")
        window.wait(lambda: (abs(window.picture().astype(int) - before) > 60).mean() > 0.01, "larger text")
        window.key("ctrl+0")
        window.wait(lambda: (abs(window.picture().astype(int) - before) > 60).mean() < 0.01, "text as before")


if __name__ == "__main__":
    unittest.main(verbosity=1)
