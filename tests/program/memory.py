"""What an hour of use does, again and again, in the real window; and how much memory it holds after."""
import os
import time

import numpy

from screen import HEIGHT, Window

TRACK = str(HEIGHT - 45)  # on the time bar


def keys(*names):
    return [word for name in names for word in ("key", name, "sleep", "0.05")]


def scrub():
    moves = [word for x in (400, 700, 1000, 1100, 700, 300) for word in ("mousemove", str(x), TRACK, "sleep", "0.03")]
    return ["mousemove", "200", TRACK, "mousedown", "1", *moves, "mouseup", "1", "sleep", "0.05"]


def open_window():
    # The address sanitizer keeps what was freed, up to 256 MB of it.
    options = ":".join(filter(None, (os.environ.get("ASAN_OPTIONS"), "quarantine_size_mb=1")))
    window = Window("moons", env={"PROBFLOW_ENGINE": "fused", "ASAN_OPTIONS": options})
    window.key("space")
    return window


def use(window):
    """Trains and scrubs, changes panes, a lane and layers, all of it undone, redone and undone; the next scene and back. It ends as it began, in about two seconds."""
    window.tool(*keys("t"), "sleep", "0.3", *scrub(), *keys("4", "s", "v", "2"), *keys(*["ctrl+z"] * 4, *["ctrl+y"] * 4, *["ctrl+z"] * 4), *keys("t"), *scrub(),
                *keys("Next"), "sleep", "0.2", *scrub(), *keys("Prior", "ctrl+z", "ctrl+z", "End"))
    if window.program.poll() is not None:
        raise AssertionError(f"the program ended: {window.program.stderr.read()}")


def held(window):
    """MB that the program holds for itself, once its workers are through: the least of a second, files mapped left out."""
    def now():
        with open(f"/proc/{window.program.pid}/status") as status:
            return next(int(line.split()[1]) for line in status if line.startswith("RssAnon")) / 1024

    least = now()
    for _ in range(10):
        time.sleep(0.1)
        least = min(least, now())
    return least


def slope(hours, megabytes):
    """MB per hour: the median of the slopes of all pairs (Theil 1950, Sen 1968), which a few outliers do not bend."""
    hours, megabytes = numpy.asarray(hours), numpy.asarray(megabytes)
    i, j = numpy.triu_indices(len(hours), 1)
    return float(numpy.median((megabytes[j] - megabytes[i]) / (hours[j] - hours[i])))
