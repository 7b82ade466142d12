#!/usr/bin/env python3
"""Writes docs/operations.md: operations_page.py OPS TEXTS PAGE.

OPS is what `aug ops --json` prints, TEXTS what tools/text_examples.py does, PAGE the page as it was, from
which the texts of operations are kept whose data is not here.
"""
import json
import re
import sys


def sections(ops):
    """The page's parts, each (title, text, operations): those of domains by name, then groups."""
    parts = {}
    for op in ops:
        place = ("domain" not in op, op.get("domain", ""), op["section"]["title"])
        parts.setdefault(place, (op["section"]["title"], op["section"]["text"], []))[2].append(op)
    return [parts[place] for place in sorted(parts)]


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


def texts_before(page):
    """By operation the block that shows texts before and after, in a page that was written before."""
    found = {}
    for part in page.split("\n### ")[1:]:
        block = re.search(r"^```diff\n.*?^```", part, re.M | re.S)
        if block:
            found[part.split("\n", 1)[0]] = block.group(0)
    return found


def diff(pairs):
    """A block of texts before and after; a text that several examples change stands once."""
    lines, last = ["```diff"], None
    for before, after in pairs:
        lines += [] if before == last else [f"- {before}"]
        lines.append(f"+ {after}")
        last = before
    return "\n".join([*lines, "```"])


def operation(op, texts):
    """Lines of one operation."""
    yield f"### {op['name']}"
    yield ""
    yield f"{op['summary']}."
    for key, title in (("convention", "Convention"), ("labels", "Labels"), ("reference", "Reference")):
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
    if op["name"] in texts:
        yield ""
        yield texts[op["name"]]
    yield ""


def page(ops, texts):
    """Lines of the whole page."""
    yield "# Operations"
    yield ""
    yield "<!-- Made by tools/generate_docs.sh from the operations' own descriptors; do not edit. -->"
    yield ""
    yield ("Every operation of this build. Conventions that hold for all of them are in "
           "[spec.md](spec.md#conventions). The same text is at the terminal: `aug ops NAME`.")
    yield ""
    parts = sections(ops)
    for title, _, members in parts:
        links = ", ".join(f"[{op['name']}](#{anchor(op['name'])})" for op in members)
        yield f"- {title}: {links}"
    yield ""
    for title, text, members in parts:
        yield f"## {title}"
        yield ""
        yield text
        yield ""
        for op in members:
            yield from operation(op, texts)


def main():
    if len(sys.argv) != 4:
        sys.exit(__doc__)
    contents = []
    for path in sys.argv[1:]:
        with open(path, encoding="utf-8") as file:
            contents.append(file.read())
    made = {name: diff(pairs) for name, pairs in json.loads(contents[1]).items()}
    print("\n".join(page(json.loads(contents[0]), {**texts_before(contents[2]), **made})).rstrip())


if __name__ == "__main__":
    main()
