"""The JSON Schema of scenes: fresh, holding every shipped scene as it is and as it is written in full, refusing broken ones."""
import base64
import copy
import glob
import json
import os
import unittest
import zlib

from support import ProgramTest

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))


def faults(schema, value, path="scene"):
    """What of `value` the schema refuses: the part of JSON Schema that ours uses, and an error for any other word."""
    known = {"$schema", "title", "description", "default", "type", "const", "enum", "properties", "additionalProperties", "required", "items", "minItems", "maxItems", "uniqueItems",
             "minimum", "maximum", "minLength", "maxLength", "oneOf"}
    assert set(schema) <= known, set(schema) - known
    number = isinstance(value, (int, float)) and not isinstance(value, bool)
    types = {"object": isinstance(value, dict), "array": isinstance(value, list), "string": isinstance(value, str), "boolean": isinstance(value, bool), "null": value is None,
             "number": number, "integer": number and float(value).is_integer()}
    if "type" in schema and not types[schema["type"]]:
        return [f"{path}: expected {schema['type']}"]
    out = []
    if "const" in schema and (value != schema["const"] or isinstance(value, bool) != isinstance(schema["const"], bool)):
        out.append(f"{path}: expected {schema['const']}")
    if "enum" in schema and value not in schema["enum"]:
        out.append(f"{path}: expected one of {schema['enum']}")
    if number and not schema.get("minimum", value) <= value <= schema.get("maximum", value):
        out.append(f"{path}: out of range")
    if isinstance(value, str) and not schema.get("minLength", 0) <= len(value) <= schema.get("maxLength", len(value)):
        out.append(f"{path}: length")
    if isinstance(value, list):
        if not schema.get("minItems", 0) <= len(value) <= schema.get("maxItems", len(value)):
            out.append(f"{path}: count")
        if schema.get("uniqueItems") and len({json.dumps(one) for one in value}) < len(value):
            out.append(f"{path}: named twice")
        if "items" in schema:
            for i, one in enumerate(value):
                out += faults(schema["items"], one, f"{path}[{i}]")
    if isinstance(value, dict):
        out += [f"{path}: lacks {key}" for key in schema.get("required", []) if key not in value]
        for key, one in value.items():
            if key in schema.get("properties", {}):
                out += faults(schema["properties"][key], one, f"{path}.{key}")
            elif schema.get("additionalProperties") is False:
                out.append(f"{path}: unknown key {key}")
    if "oneOf" in schema:
        each = [faults(one, value, path) for one in schema["oneOf"]]
        if sum(not one for one in each) != 1:
            out.append(f"{path}: one of several, none fits: {min(each, key=len)}" if all(each) else f"{path}: more than one fits")
    return out


class Schema(ProgramTest):
    def setUp(self):
        super().setUp()
        with open(os.path.join(ROOT, "assets", "scene.schema.json"), encoding="utf-8") as file:
            self.text = file.read()
        self.schema = json.loads(self.text)

    def full(self, scene):
        """Every key of a scene, as the program writes it."""
        line = self.succeed("share", scene).strip()
        return json.loads(zlib.decompress(base64.b64decode(line.split(":", 1)[1])))

    def test_the_file_is_what_the_program_says(self):
        self.assertEqual(self.succeed("schema"), self.text, "run: probflow schema > assets/scene.schema.json")

    def test_every_shipped_scene_as_it_is_and_in_full(self):
        paths = glob.glob(os.path.join(ROOT, "assets", "scenes", "*.json"))
        self.assertGreater(len(paths), 20)
        for path in paths:
            with open(path, encoding="utf-8") as file:
                self.assertEqual(faults(self.schema, json.load(file)), [], path)
            self.assertEqual(faults(self.schema, self.full(path)), [], path)

    def test_own_data(self):
        mixture = {"id": "mixture", "components": [{"weight": 1, "mean": [0, 1], "covariance": [[1, 0], [0, 1]], "label": 0}]}
        for data in ({"id": "points", "points": [[0, 1], [2, 3]]}, {"id": "formula", "formula": "exp(-x^2-y^2)"}, mixture):
            scene = self.scene(data=data, models=[{"name": "truth", "field": "network"}])
            self.assertEqual(faults(self.schema, self.full(scene)), [])

    def test_what_the_schema_refuses_the_program_refuses_too(self):
        whole = self.full("moons")

        def broken(change):
            scene = copy.deepcopy(whole)
            change(scene)
            return scene

        changes = [lambda s: s.update(probflow=2), lambda s: s.pop("probflow"), lambda s: s.update(seed=-1), lambda s: s.update(seed=0.5), lambda s: s.update(colour="red"),
                   lambda s: s["data"].update(id="moon"), lambda s: s["data"].update(noise=5), lambda s: s["data"].update(radius=1), lambda s: s["data"].pop("id"),
                   lambda s: s["models"][0].update(field="magic"), lambda s: s["models"][0]["schedule"].update(id="vp", beta=1), lambda s: s["models"][0].update(name=""),
                   lambda s: s["models"][0]["network"].update(hidden=[]), lambda s: s["models"][0]["network"].update(hidden=[2000]), lambda s: s["models"][0]["training"].update(steps="many"),
                   lambda s: s["lanes"][0]["solver"].update(id="rk5"), lambda s: s["lanes"][0].update(steps=0), lambda s: s["lanes"][0].update(steps=True), lambda s: s["lanes"].clear(),
                   lambda s: s["lanes"][0]["guidance"].update(scale=11), lambda s: s["view"].update(panes=3), lambda s: s["view"].update(layers=["dots"]),
                   lambda s: s["view"].update(layers=["density", "density"]), lambda s: s["view"]["opacity"].update(density=2), lambda s: s["view"].update(box=[0, 1, 0]), lambda s: s.update(source="noise")]
        for i, change in enumerate(changes):
            scene = broken(change)
            self.assertNotEqual(faults(self.schema, scene), [], f"change {i} is let pass")
            path = self.path("broken.json")
            with open(path, "w", encoding="utf-8") as file:
                json.dump(scene, file)
            self.refuse(2, "check", path)
        self.assertEqual(faults(self.schema, whole), [])


if __name__ == "__main__":
    unittest.main(verbosity=1)
