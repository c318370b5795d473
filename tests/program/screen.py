"""The real window under Xvfb, driven by xdotool and looked at through screenshots."""
import ctypes
import json
import os
import signal
import struct
import subprocess
import tempfile
import time
import zlib

import numpy

PROGRAM = os.environ["PROBFLOW"]
WIDTH, HEIGHT = 1280, 720


def scene_in(path):
    """The scene stored in a picture: the text 'probflow scene', compressed or not."""
    with open(path, "rb") as file:
        data = file.read()
    at = 8
    while at < len(data):
        length, kind = struct.unpack(">I4s", data[at:at + 8])
        keyword, _, rest = data[at + 8:at + 8 + length].partition(b"\0")
        if keyword == b"probflow scene" and kind == b"tEXt":
            return json.loads(rest)
        if keyword == b"probflow scene" and kind == b"zTXt":
            return json.loads(zlib.decompress(rest[1:]))
        if keyword == b"probflow scene" and kind == b"iTXt":  # compressed?, method, language, translated keyword
            text = rest[2:].split(b"\0", 2)[2]
            return json.loads(zlib.decompress(text) if rest[0] else text)
        at += 12 + length
    raise AssertionError(f"{path} holds no scene")


class ClientMessage(ctypes.Structure):
    """XClientMessageEvent, in the room of an XEvent."""
    _fields_ = [("type", ctypes.c_int), ("serial", ctypes.c_ulong), ("send_event", ctypes.c_int), ("display", ctypes.c_void_p), ("window", ctypes.c_ulong),
                ("message_type", ctypes.c_ulong), ("format", ctypes.c_int), ("data", ctypes.c_long * 5), ("rest", ctypes.c_long * 24)]


class Window:
    """Xvfb with the program in it; keys and mouse by xdotool, pictures by import."""

    def __init__(self, *words, env=None):
        self.folder = tempfile.TemporaryDirectory(ignore_cleanup_errors=True)  # its last process may still be writing
        read, write = os.pipe()
        self.server = subprocess.Popen(["Xvfb", "-displayfd", str(write), "-screen", "0", f"{WIDTH}x{HEIGHT}x24", "-nolisten", "tcp"],
                                       pass_fds=[write], stderr=subprocess.DEVNULL)
        os.close(write)
        with os.fdopen(read) as file:
            display = ":" + file.readline().strip()
        # Under the address sanitizer: drivers of OpenGL leave memory behind when they are unloaded; what the program keeps is in memory_test.
        self.env = {"ASAN_OPTIONS": "detect_leaks=0", **os.environ, "DISPLAY": display, "XDG_CONFIG_HOME": self.folder.name, "XDG_STATE_HOME": self.folder.name, "WAYLAND_DISPLAY": None, **(env or {})}
        self.env = {name: value for name, value in self.env.items() if value is not None}
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

    def picture(self):
        raw = subprocess.run(["import", "-window", "root", "-depth", "8", "rgb:-"], env=self.env, capture_output=True, timeout=30, check=True).stdout
        return numpy.frombuffer(raw, numpy.uint8).reshape(HEIGHT, WIDTH, 3)

    def read(self, path):
        """A picture that the program saved."""
        raw = subprocess.run(["convert", path, "-depth", "8", "rgb:-"], capture_output=True, timeout=30, check=True).stdout
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

    def click(self, x, y, button=1):
        self.tool("mousemove", str(x), str(y))
        time.sleep(0.2)
        self.tool("click", str(button))
        time.sleep(0.4)

    def drag(self, start, end, steps=12):
        self.tool("mousemove", *map(str, start))
        time.sleep(0.2)
        self.tool("mousedown", "1")
        for i in range(1, steps + 1):
            self.tool("mousemove", *(str(round(a + (b - a) * i / steps)) for a, b in zip(start, end)))
            time.sleep(0.03)
        self.tool("mouseup", "1")
        time.sleep(0.4)

    def type(self, text):
        self.tool("type", "--delay", "40", text)
        time.sleep(0.3)

    def ask_to_close(self):
        """What the button of a window manager does, of which there is none here: WM_DELETE_WINDOW."""
        x11 = ctypes.CDLL("libX11.so.6")
        x11.XOpenDisplay.restype = ctypes.c_void_p
        x11.XInternAtom.restype = ctypes.c_ulong
        display = ctypes.c_void_p(x11.XOpenDisplay(self.env["DISPLAY"].encode()))
        protocols, delete = (x11.XInternAtom(display, name, 0) for name in (b"WM_PROTOCOLS", b"WM_DELETE_WINDOW"))
        event = ClientMessage(type=33, window=int(self.id), message_type=protocols, format=32)
        event.data[0] = delete
        x11.XSendEvent(display, ctypes.c_ulong(int(self.id)), 0, ctypes.c_long(0), ctypes.byref(event))
        x11.XCloseDisplay(display)
        time.sleep(0.4)

    def scene(self):
        """What the user has chosen by now, from a picture that F12 saves."""
        before = set(os.listdir(self.folder.name))
        self.key("F12")

        def new():
            return [name for name in set(os.listdir(self.folder.name)) - before if name.endswith(".png")]

        self.wait(new, "the picture of F12")
        return scene_in(os.path.join(self.folder.name, new()[0]))

    def close(self):
        if self.program.poll() is None:
            self.program.send_signal(signal.SIGKILL)
        self.program.communicate()
        self.server.terminate()
        self.server.wait()
        self.folder.cleanup()
