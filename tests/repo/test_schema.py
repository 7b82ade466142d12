"""The JSON Schema and the parser agree: what one accepts or refuses, so does the other.

Tried on every documented example of every operation, on each parameter just outside its bounds, of a
wrong type and misspelt, and on the specs of examples/ and bench/.
"""
import json
import os
import re
import subprocess
import sys
import tempfile

from project import TOP, program

from measure import files

TYPES = {"object": dict, "array": list, "string": str, "boolean": bool, "null": type(None)}


def is_type(value, name):
    """Whether a value has a type of JSON Schema."""
    if name in ("number", "integer"):
        return (isinstance(value, (int, float)) and not isinstance(value, bool)
                and (name == "number" or value == int(value)))
    return isinstance(value, TYPES[name])


def fits_number(value, schema):
    """Bounds of a number."""
    return (schema.get("minimum", value) <= value <= schema.get("maximum", value)
            and not value <= schema.get("exclusiveMinimum", value - 1)
            and not value >= schema.get("exclusiveMaximum", value + 1))


def fits_object(value, schema, root):
    """Keys of an object and their values."""
    known = schema.get("properties", {})
    if schema.get("additionalProperties", True) is False and set(value) - set(known):
        return False
    needed = schema.get("required", []) + [key for known_key, keys in schema.get("dependentRequired", {}).items()
                                           if known_key in value for key in keys]
    return (all(key in value for key in needed)
            and all(fits(v, known[k], root) for k, v in value.items() if k in known))


def fits(value, schema, root):
    """Whether a value satisfies a schema: the keywords that the project's schema uses."""
    unknown = set(schema) - {"$ref", "$schema", "$defs", "title", "description", "default", "anyOf", "enum",
                             "const", "type", "properties", "additionalProperties", "required",
                             "dependentRequired", "items",
                             "prefixItems", "minItems", "maxItems", "minimum", "maximum", "exclusiveMinimum",
                             "exclusiveMaximum", "pattern"}
    if unknown:
        sys.exit(f"the schema has keywords that this test does not know: {unknown}")
    if "$ref" in schema and not fits(value, root["$defs"][schema["$ref"].removeprefix("#/$defs/")], root):
        return False
    if "anyOf" in schema and not any(fits(value, s, root) for s in schema["anyOf"]):
        return False
    if value not in schema.get("enum", [value]) or value != schema.get("const", value):
        return False
    if "type" in schema and not is_type(value, schema["type"]):
        return False
    if isinstance(value, dict):
        return fits_object(value, schema, root)
    if isinstance(value, list):
        return (schema.get("minItems", 0) <= len(value) <= schema.get("maxItems", len(value))
                and all(fits(v, s, root) for v, s in zip(value, schema.get("prefixItems", [])))
                and all(fits(v, schema.get("items", {}), root) for v in value))
    if isinstance(value, str):
        return re.search(schema.get("pattern", ""), value) is not None
    return not is_type(value, "number") or fits_number(value, schema)


def from_flow(text):
    """Value of YAML in flow style with plain words, as the operations' examples are written."""
    words = re.sub(r"(?<![\w.\"-])[A-Za-z_][\w./-]*",
                   lambda m: m.group(0) if m.group(0) in ("true", "false", "null") else f'"{m.group(0)}"', text)
    return json.loads(words) if words else None


class Agreement:
    """Compares the two and keeps count."""

    def __init__(self, folder):
        done = subprocess.run([program("aug"), "schema"], capture_output=True, text=True, check=True)
        self.schema = json.loads(done.stdout)
        self.path = os.path.join(folder, "spec.json")
        self.wrong, self.n = [], 0

    def accepts(self, spec):
        """What the parser says; JSON is YAML."""
        with open(self.path, "w", encoding="utf-8") as f:
            json.dump(spec, f)
        return subprocess.run([program("aug"), "check", self.path], capture_output=True, check=False).returncode == 0

    def expect(self, spec, expected, what):
        """Both must say what is expected."""
        self.n += 1
        for name, said in (("the parser", self.accepts(spec)), ("the schema", fits(spec, self.schema, self.schema))):
            if said != expected:
                self.wrong.append(f"{what}: {name} {'accepts' if said else 'refuses'} {json.dumps(spec)}")

    def operation(self, op, params, expected, what):
        """A spec of one operation."""
        entry = [{op["name"]: params}]
        spec = {"augd": 1, "pipeline": entry} if op["kind"] != "mix" else {"augd": 1, "batch": {"mix": entry}}
        self.expect(spec, expected, what)


def try_operation(agreement, op):
    """Examples as they stand; then the first one with one mistake at a time."""
    base = {}
    for example in op["examples"]:
        value = from_flow(example["params"])
        agreement.operation(op, value, True, f"{op['name']}: documented example")
        base = value if isinstance(value, dict) and not base else base
    agreement.operation(op, {**base, "no_such_key": 1}, False, f"{op['name']}: unknown key")
    agreement.operation(op, {**base, "p": -0.5}, False, f"{op['name']}: p below 0")
    agreement.operation(op, {**base, "p": 1.5}, False, f"{op['name']}: p above 1")
    for row in op["params"]:
        name, what = row["name"], f"{op['name']}.{row['name']}"
        agreement.operation(op, {**base, name: {"a": 1}}, False, f"{what}: a map")
        if row["kind"] != "text" and ("choices" in row or not row["kind"].endswith("texts")):
            agreement.operation(op, {**base, name: "no_such_word"}, False, f"{what}: a word")
        if "high" in row:
            agreement.operation(op, {**base, name: row["high"] + 1}, False, f"{what}: above {row['high']}")


def try_group(agreement, group):
    """What a group lists, and what p of it may be: a weight has no bound that a user would meet."""
    base = from_flow(group["examples"][0]["params"])
    is_weight = group["transforms"]["p"].startswith("Weight")
    others = {key: value for key, value in base.items() if key != "transforms"}
    agreement.operation(group, others, False, f"{group['name']}: no transforms")
    agreement.operation(group, None, False, f"{group['name']}: nothing")
    agreement.expect({"augd": 1, "pipeline": [group["name"]]}, False, f"{group['name']}: by name alone")
    for transforms, expected in (([], False), ("Transpose", False), (["MixUp"], False), (["NoSuchOperation"], False),
                                 (["Transpose"] * 65, False), (["Transpose"] * 64, True),
                                 ([{"Transpose": {"p": 0.5}}] * 3, True), ([{"Transpose": {"p": -1}}] * 3, False),
                                 ([{"Transpose": {"p": 2}}] * 3, is_weight),
                                 ([{"Sequential": {"transforms": [{"Transpose": {"p": 2}}]}}] * 3, False),
                                 ([{"OneOf": {"transforms": [{"Transpose": {"p": 2}}]}}] * 3, True)):
        agreement.operation(group, {**base, "transforms": transforms}, expected, f"{group['name']}.transforms")
    mix = {"augd": 1, "batch": {"mix": [{group["name"]: {**base, "transforms": ["MixUp"] * 3}}]}}
    agreement.expect(mix, True, f"{group['name']} in batch.mix")


def try_parts(agreement):
    """What a data set's map may say of parts; the parser opens the set, so it is one without files."""
    def expect(keys, expected):
        spec = {"augd": 1, "batch": {"size": 1}, "dataset": {"kind": "synthetic", "count": 100, **keys}}
        agreement.expect(spec, expected, "parts of a data set")

    for split in (0.1, {"eval": 0.1}, {"eval": 0.5, "by": "class", "seed": 3}):
        for part in ("train", "eval"):
            expect({"split": split, "part": part}, True)
    for keys in ({"split": 0.1}, {"part": "eval"}, {"split": 0, "part": "eval"}, {"split": 1, "part": "eval"},
                 {"split": 0.1, "part": "test"}, {"split": {"by": "class"}, "part": "eval"},
                 {"split": {"eval": 0.1, "by": "name"}, "part": "eval"}, {"split": "train", "part": "eval"},
                 {"split": {"eval": 0.1, "part": "eval"}}, {"split": [0.1], "part": "eval"}):
        expect(keys, False)


def main():
    with tempfile.TemporaryDirectory() as folder:
        agreement = Agreement(folder)
        done = subprocess.run([program("aug"), "ops", "--json"], capture_output=True, text=True, check=True)
        for op in json.loads(done.stdout):
            try_operation(agreement, op)
            if "transforms" in op:
                try_group(agreement, op)
        try_parts(agreement)
        for spec in ({}, {"augd": 2}, {"augd": 1, "pipline": []}, {"augd": 1, "batch": {"size": 0}},
                     {"augd": 1, "pipeline": ["NoSuchOperation"]}, {"augd": 1, "output": {"layout": "whc"}}):
            agreement.expect(spec, False, "a mistake")
        for name in files.listed(TOP):
            text = files.read(TOP, name) if name.startswith(("examples/", "bench/specs/")) and name.endswith(".yaml") else ""
            if re.search(r"^augd:", text, re.M):
                done = subprocess.run([program("aug"), "check", "--expand", os.path.join(TOP, name)],
                                      capture_output=True, text=True, check=True)
                agreement.expect(json.loads(done.stdout), True, name)
    for sentence in agreement.wrong:
        print(sentence)
    print(f"{agreement.n} specs, {len(agreement.wrong)} disagreements")
    return 1 if agreement.wrong or agreement.n < 50 else 0


sys.exit(main())
