"""Writes docs/modules.md from what "augtrain modules --json" prints.

    modules_page.py MODULES.json
"""
import json
import sys

HEAD = """# Modules

<!-- Made by tools/generate_docs.sh from the program's own tables; do not edit. -->

What a [model file](trainer.md#the-model-file) may name. `augtrain modules NAME` shows the same at a terminal.
"""

TITLES = {"layer": "Layers", "loss": "Losses", "optimizer": "Optimizers", "schedule": "Schedules",
          "initialization": "Initializations", "task": "Tasks"}


def bounds(schema):
    """Allowed values in words."""
    if "anyOf" in schema:
        return " or ".join(bounds(form) for form in schema["anyOf"])
    if schema.get("type") == "array" and isinstance(schema.get("items"), dict):
        return f"list of {bounds(schema['items'])}"
    if "enum" in schema:
        return ", ".join(f"`{value}`" for value in schema["enum"])
    low = schema.get("minimum", schema.get("exclusiveMinimum"))
    high = schema.get("maximum", schema.get("exclusiveMaximum"))
    if low is None or high is None:
        return str(schema.get("type", ""))
    above = "above " if "exclusiveMinimum" in schema else ""
    below = "below " if "exclusiveMaximum" in schema else ""
    return f"{above}{low:g} to {below}{high:g}"


def parameters(rows, required):
    lines = ["", "| Parameter | Default | Allowed | Meaning |", "| --- | --- | --- | --- |"]
    for name, schema in rows.items():
        default = f"`{json.dumps(schema['default'])}`" if "default" in schema else "required" if name in required else "none"
        meaning = schema.get("description", "").replace("|", "\\|")
        lines.append(f"| `{name}` | {default} | {bounds(schema)} | {meaning} |")
    return lines


def module(item):
    lines = ["", f"### {item['name']}", "", item["summary"] + "."]
    if "formula" in item:
        lines += ["", "```", item["formula"], "```"]
    if "source" in item:
        lines += ["", f"Source: {item['source']}."]
    if item["parameters"]:
        lines += parameters(item["parameters"], item["required"])
    if "example" in item:
        key = "layers" if item["kind"] in ("layer", "initialization") else item["kind"]
        lines += ["", f"`{key}: {item['example']}`"]
    return lines


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        items = json.load(file)
    lines = [HEAD.rstrip()]
    kind = None
    for item in items:
        if item["kind"] != kind:
            kind = item["kind"]
            lines += ["", f"## {TITLES[kind]}"]
        lines += module(item)
    print("\n".join(lines))


if __name__ == "__main__":
    main()
