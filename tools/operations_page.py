#!/usr/bin/env python3
"""Writes docs/operations.md from what `aug ops --json` prints: operations_page.py FILE."""
import json
import sys

# Order and titles of the page's parts; the words are those of the descriptors' kinds.
KINDS = {
    "geometry": ("Geometry", "State where each pixel comes from. Neighbours become one resampling step."),
    "point": ("Colour", "State a table per channel. Neighbours become one pass, joined with the output's."),
    "erase": ("Erasing", "State rectangles that are overwritten."),
    "filter": ("Filters", "Work on neighbourhoods of pixels."),
    "mix": ("Mixing", "Pair samples inside a global batch; stand in `batch: {mix: [...]}`."),
    "group": ("Groups", "Choose among the operations that they list."),
    "policy": ("Policies", "Bring the operations with them that they choose among."),
}


def anchor(name):
    """GitHub's anchor of a heading that is one word."""
    return name.lower()


def cell(text):
    """Text for a cell of a table."""
    return str(text).replace("|", "\\|").replace("\n", " ")


def parameter_rows(op):
    """The table of one operation's parameters; p is the same in all and stands last."""
    yield "| Parameter | Kind | Default | Allowed | Meaning |"
    yield "| --- | --- | --- | --- | --- |"
    for row in op["params"]:
        default = f"`{row['default']}`" if "default" in row else ("required" if row["required"] else "none")
        unit = f", {row['unit']}" if row.get("unit") else ""
        yield (f"| `{row['name']}` | {cell(row['kind'])} | {cell(default)} | {cell(row['allowed'])}{unit} "
               f"| {cell(row.get('help', ''))} |")
    if "transforms" in op:
        yield (f"| `transforms` | list of operations | required | 1 to {op['transforms']['most']} operations "
               f"| What it runs. `p` of each: {op['transforms']['p']} |")
    yield f"| `p` | number | `{op['p']}` | 0 to 1 | Probability that it runs; a weight in some [groups](#groups) |"


def operation(op):
    """Lines of one operation."""
    yield f"### {op['name']}"
    yield ""
    yield f"{op['summary']}."
    for key, title in (("convention", "Convention"), ("reference", "Reference")):
        if op.get(key):
            yield ""
            yield f"{title}: {op[key].rstrip('.')}."
    yield ""
    yield from parameter_rows(op)
    if op["examples"]:
        yield ""
        yield "```yaml"
        for example in op["examples"]:
            yield f"# {example['text'].rstrip('.')}"
            yield f"- {op['name']}: {example['params']}" if example["params"] else f"- {op['name']}"
        yield "```"
    yield ""


def page(ops):
    """Lines of the whole page."""
    yield "# Operations"
    yield ""
    yield "<!-- Made by tools/generate_docs.sh from the operations' own descriptors; do not edit. -->"
    yield ""
    yield ("Every operation of this build. Conventions that hold for all of them are in "
           "[spec.md](spec.md#conventions). The same text is at the terminal: `aug ops NAME`.")
    yield ""
    kinds = [k for k in KINDS if any(op["kind"] == k for op in ops)]
    unknown = {op["kind"] for op in ops} - set(KINDS)
    if unknown:
        sys.exit(f"operations_page.py: no title for the kinds {', '.join(sorted(unknown))}")
    for kind in kinds:
        links = ", ".join(f"[{op['name']}](#{anchor(op['name'])})" for op in ops if op["kind"] == kind)
        yield f"- {KINDS[kind][0]}: {links}"
    yield ""
    for kind in kinds:
        title, text = KINDS[kind]
        yield f"## {title}"
        yield ""
        yield text
        yield ""
        for op in ops:
            if op["kind"] == kind:
                yield from operation(op)


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    with open(sys.argv[1], encoding="utf-8") as f:
        ops = json.load(f)
    print("\n".join(page(ops)).rstrip())


if __name__ == "__main__":
    main()
