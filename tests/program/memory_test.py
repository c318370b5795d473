"""The same actions again hold the same memory; `tests/run full` has the slope over minutes (memory_slope_test.py)."""
import unittest

from memory import held, open_window, use

CYCLES = 4
MOST = 8  # MB that the second half may add: what the allocator keeps; a density of one lane has 9


class MemoryTest(unittest.TestCase):
    def test_the_second_half_of_the_same_actions_adds_nothing(self):
        window = open_window()
        self.addCleanup(window.close)
        after = []
        for _ in range(2):
            for _ in range(CYCLES):
                use(window)
            after.append(held(window))
        self.assertLess(after[1] - after[0], MOST, f"MB held after {CYCLES} and {2 * CYCLES} cycles: {after}")


if __name__ == "__main__":
    unittest.main(verbosity=1)
