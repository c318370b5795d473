"""The long one: the learned built-in scenes trained to the end, judged against their noise floors."""
import json
import unittest

from support import ProgramTest


class Quality(ProgramTest):
    def evaluate(self, scene, *options):
        return json.loads(self.succeed("evaluate", scene, "--json", *options, timeout=3000))["lanes"]

    def test_the_experiment_of_source_004_covers_every_mode(self):
        for lane in self.evaluate("ring_of_11", "--particles", "10000", "--repeat", "10"):
            self.assertEqual(lane["modes"]["covered"], 11, lane)

    def test_the_same_experiment_improved_is_within_one_and_a_half_floors(self):
        for lane in self.evaluate("ring_of_11_improved", "--particles", "10000", "--repeat", "10"):
            self.assertEqual(lane["modes"]["covered"], 11, lane)
            self.assertLess(lane["metrics"]["sliced_w2"]["ratio"], 1.5, lane)

    def test_moons_and_checkerboard_come_near_theirs(self):
        for scene in ("moons", "checkerboard"):
            for lane in self.evaluate(scene, "--particles", "5000", "--repeat", "5"):
                self.assertLess(lane["metrics"]["sliced_w2"]["ratio"], 2.5, lane)


if __name__ == "__main__":
    unittest.main(verbosity=1)
