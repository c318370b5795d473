"""Every built-in scene through render: a picture with the right size that is not empty. Networks train for a few steps only here;
`tests/run full` trains them to the end (built_in_quality_test.py)."""
import json
import os
import struct
import subprocess
import unittest
import zlib

from support import ProgramTest

SCENES = os.path.join(os.path.dirname(__file__), "..", "..", "assets", "scenes")


def pixels_of(path):
    """Decodes an 8-bit RGB or RGBA PNG: width, height, and the set of colours."""
    with open(path, "rb") as file:
        data = file.read()
    position, body, width, height, channels = 8, b"", 0, 0, 0
    while position < len(data):
        length, kind = struct.unpack(">I4s", data[position:position + 8])
        chunk = data[position + 8:position + 8 + length]
        if kind == b"IHDR":
            width, height, depth, colour = struct.unpack(">IIBB", chunk[:10])
            channels = {2: 3, 6: 4}[colour]
            assert depth == 8
        if kind == b"IDAT":
            body += chunk
        position += 12 + length
    return width, height, channels, zlib.decompress(body)


class BuiltInScenes(ProgramTest):
    def test_render(self):
        for name in sorted(os.listdir(SCENES)):
            if not name.endswith(".json"):
                continue
            with self.subTest(scene=name):
                with open(os.path.join(SCENES, name)) as file:
                    scene = json.load(file)
                for model in scene["models"]:
                    if model["field"] == "network":
                        model["training"].update(steps=20, batch=64)
                path, out = self.path(name), self.path(name + ".png")
                with open(path, "w") as file:
                    json.dump(scene, file)
                self.succeed("render", path, "--out", out, "--size", "640x360", "--t", "0.6")
                width, height, channels, body = pixels_of(out)
                self.assertEqual((width, height), (640, 360))
                # A drawn picture does not compress to nothing, and no pane is left blank.
                self.assertGreater(len(set(body[i:i + channels] for i in range(0, len(body) - 4, 997))), 40)


if __name__ == "__main__":
    unittest.main(verbosity=1)
