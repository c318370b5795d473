"""The ten most common tasks, by a real mouse and real keys in the real window."""
import os
import subprocess
import time
import unittest


from screen import HEIGHT, PROGRAM, WIDTH, Window

LEFT, RIGHT = (450, 330), (730, 330)  # the middles of two panes between controls and numbers
TRACK = HEIGHT - 45                   # on the time bar


class TasksTest(unittest.TestCase):
    def open(self, *words):
        window = Window(*words)
        self.addCleanup(window.close)
        window.key("space")
        return window

    def differs(self, window, before, what):
        window.wait(lambda: abs(window.canvas() - before).mean() > 1, what)

    def still(self, window):
        window.wait(lambda: (window.canvas() == (time.sleep(0.7), window.canvas())[1]).all(), "a still picture")
        return window.canvas()

    def test_looking_at_a_flow(self):
        window = self.open()
        window.key("Home")
        noise = self.still(window)
        # 1: drag through time with the mouse.
        window.drag((200, TRACK), (1100, TRACK))
        self.differs(window, noise, "another time after a drag along the time bar")
        window.key("Home")
        self.assertTrue((self.still(window) == noise).all(), "the way back gives another picture")
        # 2: zoom in and move the view, and back.
        window.tool("mousemove", *map(str, LEFT))
        for _ in range(4):
            window.tool("click", "4")
        self.differs(window, noise, "a larger picture after the wheel")
        window.drag(LEFT, (LEFT[0] + 60, LEFT[1] + 40))
        window.key("0")
        window.tool("mousemove", "640", "20")  # no particle is under the mouse
        self.assertTrue((self.still(window) == noise).all(), "0 does not reset the view")
        # 3: pin the point under the mouse; its curves appear in both panes; Esc lets go.
        window.click(LEFT[0] - 90, LEFT[1] - 100)
        self.differs(window, noise, "the curves of a pinned point")
        window.key("Escape")
        window.tool("mousemove", "640", "20")
        self.assertTrue((self.still(window) == noise).all(), "Esc does not unpin")
        # 4: layers by key, kept in the scene, and undone one by one.
        before = window.scene()
        window.key("d", "v")
        layers = set(window.scene()["view"]["layers"])
        self.assertEqual(layers ^ set(before["view"]["layers"]), {"density", "velocity"})
        window.key("ctrl+z", "ctrl+z")
        self.assertEqual(window.scene(), before)
        window.wait(lambda: (window.canvas() == noise).all(), "the picture from before, once the notices are gone")

    def test_comparing_ode_and_sde(self):
        window = self.open()
        before = window.scene()
        kind = before["lanes"][0]["sigma"]["id"]
        # 5: the selected lane from ODE to SDE, and the same for one pane and four.
        window.key("s")
        after = window.scene()
        self.assertEqual(kind, "zero")
        self.assertNotEqual(after["lanes"][0]["sigma"]["id"], "zero")
        self.assertEqual(after["lanes"][1:], before["lanes"][1:])
        window.key("ctrl+z", "4")
        self.assertEqual(window.scene()["view"]["panes"], 4)
        window.key("1")
        self.assertEqual(window.scene()["view"]["panes"], 1)

    def test_presenting(self):
        window = self.open()
        window.key("End")
        before = self.still(window)
        titles = [window.scene()["title"]]
        # 6: the next scenes with a clicker, and back.
        for _ in range(2):
            window.key("Next")
            window.wait(lambda: window.canvas().std() > 5, "the next scene")
            titles.append(window.scene()["title"])
        self.assertEqual(len(set(titles)), 3, titles)
        window.key("Prior", "Prior")
        self.assertEqual(window.scene()["title"], titles[0])
        # 7: present, black the screen, another theme, and back.
        window.key("space", "End")  # PageUp has set it going
        window.wait(lambda: (window.canvas() == before).all(), "the picture from before, once the notices are gone")
        panel = window.picture()[300, 20].astype(int)
        window.key("F5")
        window.wait(lambda: abs(window.picture()[300, 20].astype(int) - panel).max() > 3, "no controls while presenting")
        window.key("period")
        window.wait(lambda: window.picture().max() == 0, "a black screen")
        window.key("a", "Escape", "F4")
        window.wait(lambda: window.canvas().mean() > 128, "a light ground")
        window.key("F4", "F4")
        window.wait(lambda: (window.canvas() == before).all(), "the picture from before")

    def test_finding_a_scene(self):
        window = self.open()
        # 8: gallery, search, Enter.
        window.key("F7")
        time.sleep(1)
        window.type("ddim")
        window.key("Return")
        window.wait(lambda: window.scene()["title"] == "DDPM against DDIM", "the scene that was searched for")

    def test_own_data_saved_and_opened(self):
        window = self.open()
        # 9: paint, undo, paint again.
        before = window.scene()
        window.key("i")
        time.sleep(0.5)
        window.drag((LEFT[0] - 60, LEFT[1]), (LEFT[0] + 60, LEFT[1]))
        painted = window.scene()
        self.assertEqual(painted["data"]["id"], "points")
        window.key("ctrl+z")
        window.wait(lambda: window.scene()["data"] == before["data"], "the data from before the stroke")
        window.key("ctrl+y", "Escape")
        # 10: save under a typed name, and open it again in a new window.
        window.key("ctrl+s")
        time.sleep(0.7)
        window.key("ctrl+a")
        window.type("mine.json")
        window.key("Return")
        path = os.path.join(window.folder.name, "mine.json")
        window.wait(lambda: os.path.exists(path), "the saved scene")
        self.assertEqual(subprocess.run([PROGRAM, "check", path], capture_output=True).returncode, 0)
        self.assertEqual(window.scene()["data"], painted["data"])
        again = self.open(path)
        self.assertEqual(again.scene()["data"], painted["data"])


if __name__ == "__main__":
    unittest.main(verbosity=1)
