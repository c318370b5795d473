"""The real window under Xvfb, with real keys and mouse, looked at through pictures."""
import json
import os
import signal
import struct
import subprocess
import tempfile
import time
import unittest
import zlib

import numpy

PROGRAM = os.environ["PROBFLOW"]
WIDTH, HEIGHT = 1280, 720


def scene_in(path):
    """The scene that a picture holds: its compressed international text."""
    with open(path, "rb") as file:
        data = file.read()
    at = 8
    while at < len(data):
        size, kind = struct.unpack(">I4s", data[at:at + 8])
        body = data[at + 8:at + 8 + size]
        if kind == b"iTXt" and body.startswith(b"probflow scene\0"):
            text = body.split(b"\0", 1)[1]
            compressed, rest = text[0], text[2:].split(b"\0", 2)[2]
            return json.loads(zlib.decompress(rest) if compressed else rest)
        at += size + 12
    raise AssertionError(f"{path} holds no scene")


class Window:
    """Xvfb with the program in it; keys and mouse by xdotool, pictures by import."""

    def __init__(self, *words, env=None, without=(), folder=None):
        self.folder = folder or tempfile.TemporaryDirectory()
        read, write = os.pipe()
        self.server = subprocess.Popen(["Xvfb", "-displayfd", str(write), "-screen", "0", f"{WIDTH}x{HEIGHT}x24", "-nolisten", "tcp"],
                                       pass_fds=[write], stderr=subprocess.DEVNULL)
        os.close(write)
        with os.fdopen(read) as file:
            display = ":" + file.readline().strip()
        self.env = {**os.environ, "DISPLAY": display, "XDG_CONFIG_HOME": self.folder.name, "XDG_STATE_HOME": self.folder.name, **(env or {})}
        for name in ("WAYLAND_DISPLAY", *without):
            self.env.pop(name, None)
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

    def click(self, x, y, button="1"):
        self.tool("mousemove", str(int(x)), str(int(y)), "click", button)
        time.sleep(0.25)

    def drag(self, start, end, button="1"):
        self.tool("mousemove", str(int(start[0])), str(int(start[1])), "mousedown", button)
        for k in range(1, 6):
            time.sleep(0.05)
            self.tool("mousemove", *(str(int(a + (b - a) * k / 5)) for a, b in zip(start, end)))
        time.sleep(0.05)
        self.tool("mouseup", button)
        time.sleep(0.25)

    def type(self, text):
        self.tool("type", "--delay", "20", text)
        time.sleep(0.2)

    def path(self, name):
        return os.path.join(self.folder.name, name)

    def scene(self):
        """The scene in the window, by the picture that F12 saves."""
        before = set(os.listdir(self.folder.name))
        self.tool("key", "F12")
        pictures = lambda: [n for n in os.listdir(self.folder.name) if n.endswith(".png") and n not in before]
        self.wait(pictures, "the picture that F12 saves")
        path = self.path(pictures()[0])
        scene = scene_in(path)
        os.remove(path)
        return scene

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


class WindowTestCase(unittest.TestCase):
    def open(self, *words, **options):
        window = Window(*words, **options)
        self.addCleanup(window.close)
        return window

    def still(self, window):
        """Waits until results have settled, then returns the canvas; fails if it still moves."""
        window.wait(lambda: (window.canvas() == (time.sleep(0.7), window.canvas())[1]).all(), "a still picture")
        return window.canvas()
