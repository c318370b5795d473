"""The long one: minutes of training and scrubbing in the real window, as many as PROBFLOW_MINUTES says; for eight hours: 480."""
import os
import time
import unittest

from memory import held, open_window, slope, use

MINUTES = float(os.environ.get("PROBFLOW_MINUTES", "15"))
LIMIT = 1    # MB per hour
SETTLES = 4  # MB in which the allocator settles after the first third; eight hours tell 1 MB/h apart from it, a quarter of an hour does not


class MemorySlopeTest(unittest.TestCase):
    def test_memory_stays(self):
        window = open_window()
        self.addCleanup(window.close)
        start = time.monotonic()
        hours, megabytes = [], []
        while time.monotonic() - start < 60 * MINUTES:
            use(window)
            megabytes.append(held(window))
            hours.append((time.monotonic() - start) / 3600)
        warm = len(hours) // 3
        found = slope(hours[warm:], megabytes[warm:])
        told = [f"{m:.1f}" for m in megabytes[::max(1, len(megabytes) // 30)]]
        print(f"{found:.2f} MB/h over {len(hours) - warm} cycles, {megabytes[warm]:.1f} to {megabytes[-1]:.1f} MB; from the start: {' '.join(told)}", flush=True)
        self.assertLess(found, LIMIT + SETTLES / (hours[-1] - hours[warm]))


if __name__ == "__main__":
    unittest.main(verbosity=1)
