"""What is unsaved when the window is killed: offered at the next start, once declined never again, and nothing of it while another window runs."""
import glob
import json
import os
import signal
import tempfile
import time
import unittest
import xml.etree.ElementTree

import numpy

from screen import WIDTH, Window


class RecoveryTest(unittest.TestCase):
    def setUp(self):
        self.state = tempfile.TemporaryDirectory()
        self.addCleanup(self.state.cleanup)

    def open(self, *words):
        window = Window(*words, env={"XDG_STATE_HOME": self.state.name, "PROBFLOW_NN": "/nonexistent"})
        self.addCleanup(window.close)
        return window

    def kept(self):
        return glob.glob(os.path.join(self.state.name, "probflow", "autosave", "*.json"))

    def panes(self):
        with open(self.kept()[0], encoding="utf-8") as file:
            return json.load(file)["view"]["panes"]

    @staticmethod
    def offered(window):
        """Whether the offer's frame, in the colour of warnings, is at the head of the canvas."""
        head = window.picture()[74:230, WIDTH // 4:3 * WIDTH // 4].astype(int)
        return (abs(head - numpy.array([0xf5, 0xb9, 0x4e])).max(2) < 12).sum() > 300

    def test_killed_offered_recovered_killed_again_declined(self):
        first = self.open()
        time.sleep(3)
        self.assertEqual(self.kept(), [], "a scene that was only opened is kept")
        self.assertFalse(self.offered(first))
        first.key("4")
        first.wait(lambda: len(self.kept()) == 1 and self.panes() == 4, "the edited scene in a file")
        beside = self.open()
        time.sleep(1)
        self.assertFalse(self.offered(beside), "what another window holds is offered")
        beside.key("ctrl+q")
        self.assertEqual(beside.program.wait(timeout=20), 0)
        first.program.send_signal(signal.SIGKILL)
        first.program.wait()

        second = self.open()
        second.wait(lambda: self.offered(second), "the offer")
        second.key("F8")
        second.wait(lambda: not self.offered(second), "the offer gone")
        second.wait(lambda: len(self.kept()) == 1 and self.panes() == 4, "the recovered scene kept anew")
        second.program.send_signal(signal.SIGKILL)
        second.program.wait()

        third = self.open()
        third.wait(lambda: self.offered(third), "the offer")
        third.key("shift+F8")
        third.wait(lambda: not self.kept(), "the scene discarded")
        third.key("ctrl+q")
        self.assertEqual(third.program.wait(timeout=20), 0)

        fourth = self.open()
        time.sleep(1)
        self.assertFalse(self.offered(fourth), "declining is not final")
        fourth.key("4")
        fourth.wait(lambda: len(self.kept()) == 1, "the edited scene in a file")
        fourth.key("ctrl+q", "shift+d")
        self.assertEqual(fourth.program.wait(timeout=20), 0)
        self.assertEqual(os.listdir(os.path.join(self.state.name, "probflow", "autosave")), [], "a window that was closed leaves something")

    def test_quitting_asks_for_what_is_unsaved_and_loses_only_what_is_discarded(self):
        window = self.open()
        window.key("4", "ctrl+q", "ctrl+q")
        time.sleep(1)
        self.assertIsNone(window.program.poll(), "an unsaved scene is given up without a question")
        window.key("Escape")
        self.assertEqual(len(window.scene()["lanes"]), 4)  # and it goes on
        window.ask_to_close()
        self.assertIsNone(window.program.poll(), "the window's button asks nothing")
        window.key("Return")  # save: by the dialog, since it has no file yet
        window.key("Escape")  # not saved after all: the question again
        self.assertIsNone(window.program.poll())
        window.key("Return")
        window.key("Return")
        self.assertEqual(window.program.wait(timeout=20), 0)
        saved = glob.glob(os.path.join(window.folder.name, "*.json"))
        self.assertEqual(len(saved), 1)
        with open(saved[0], encoding="utf-8") as file:
            self.assertEqual(json.load(file)["view"]["panes"], 4)
        self.assertEqual(self.kept(), [])
        named = self.open(saved[0])
        named.key("c")
        named.wait(self.kept, "the edited scene kept")
        named.key("c", "4", "ctrl+q")
        named.tool("key", "Return")  # save, to its file, at once
        self.assertEqual(named.program.wait(timeout=20), 0)
        self.assertEqual(self.kept(), [], "what was saved is offered")
        untouched = self.open()
        untouched.ask_to_close()
        self.assertEqual(untouched.program.wait(timeout=20), 0)

        second = self.open()
        second.key("4", "ctrl+q", "k")
        self.assertEqual(second.program.wait(timeout=20), 0)
        self.assertEqual(self.panes(), 4)
        third = self.open()
        third.wait(lambda: self.offered(third), "what the second was to keep")

    def test_undo_of_opening_leads_back_to_the_file_too(self):
        """Saving then writes the first file, not the one that was opened last."""
        folder = tempfile.mkdtemp(dir=self.state.name)
        paths = [os.path.join(folder, name) for name in ("mine.json", "theirs.json")]
        for path, title in zip(paths, ("Mine", "Theirs")):
            with open(path, "w", encoding="utf-8") as file:
                json.dump({"probflow": 1, "title": title}, file)
        with open(paths[1], encoding="utf-8") as file:
            theirs = file.read()
        window = self.open(paths[0])
        window.key("4", "ctrl+o")
        window.type(paths[1])
        window.key("Return", "ctrl+z", "ctrl+s")

        def saved():
            with open(paths[0], encoding="utf-8") as file:
                return json.load(file)

        window.wait(lambda: saved().get("view", {}).get("panes") == 4, "the first scene in its file")
        self.assertEqual(saved()["title"], "Mine")
        with open(paths[1], encoding="utf-8") as file:
            self.assertEqual(file.read(), theirs)
        window.key("ctrl+q")
        self.assertEqual(window.program.wait(timeout=20), 0)

    def test_a_scene_left_with_changes_is_there_after_the_end(self):
        """Opening another scene asks nothing and loses nothing: undo leads back, and after the end the dialog for opening lists it."""
        def left():
            return glob.glob(os.path.join(self.state.name, "probflow", "autosave", "left", "*.json"))

        window = self.open()
        window.key("4")
        time.sleep(0.3)
        window.key("Next")
        window.wait(lambda: len(left()) == 1, "the scene that was left in a file")
        with open(left()[0], encoding="utf-8") as file:
            scene = json.load(file)
        self.assertEqual(scene["view"]["panes"], 4)
        window.key("ctrl+q")
        self.assertEqual(window.program.wait(timeout=20), 0, "the scene on screen has no changes, so nothing is asked")
        self.assertEqual(len(left()), 1)

        second = self.open()
        time.sleep(1)
        self.assertFalse(self.offered(second), "what was left by choice is no crash")
        second.key("ctrl+o")
        second.type(left()[0])
        second.key("Return", "p")
        second.key("ctrl+s")  # nowhere yet: its file goes when there are more of them, so a name is asked for
        folder = tempfile.mkdtemp(dir=self.state.name)
        second.type(os.path.join(folder, "named"))
        second.key("Return")
        second.wait(lambda: os.path.exists(os.path.join(folder, "named.json")), "the scene under its new name")
        second.key("ctrl+q")
        self.assertEqual(second.program.wait(timeout=20), 0)

    def test_a_signal_ends_it_in_order_and_what_is_unsaved_is_offered(self):
        for number in signal.SIGINT, signal.SIGTERM:
            window = self.open()
            window.key("4")
            window.program.send_signal(number)  # within the two seconds before it is kept
            self.assertEqual(window.program.wait(timeout=20), 128 + number)
            self.assertEqual(self.panes(), 4)
            os.remove(self.kept()[0])

    def test_figures_numbers_and_scripts_leave_by_keys(self):
        window = self.open()
        folder = window.folder.name
        window.wait(lambda: window.canvas().std() > 5, "the panes")
        time.sleep(3)
        for key, ending in (("shift+F12", "_figure.svg"), ("ctrl+F12", "_sheet.svg"), ("ctrl+shift+e", "_lane_1.npz"), ("ctrl+p", ".py")):
            window.key(key)
            window.wait(lambda: any(name.endswith(ending) for name in os.listdir(folder)), ending)
        npz = next(name for name in os.listdir(folder) if name.endswith(".npz"))
        with numpy.load(os.path.join(folder, npz)) as numbers:
            self.assertEqual(numbers["lane1_x"].shape[2], 2)
            self.assertEqual(json.loads(numbers["about"].item())["lane1_x"]["unit"], "x")
        for name in os.listdir(folder):
            if name.endswith(".svg"):
                xml.etree.ElementTree.parse(os.path.join(folder, name))


if __name__ == "__main__":
    unittest.main(verbosity=1)
