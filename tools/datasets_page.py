#!/usr/bin/env python3
"""Keeps docs/datasets.md in step with what `aug datasets --json` prints: datasets_page.py FILE PAGE.

Prints PAGE with the head of each kind's section (summary, parameters, example) as the program says
it; what people wrote behind it stays. A kind without a section gets one at the end, and a section of
a kind that is gone is an error. The table below PARTS, of the keys that every kind takes, is renewed, too.
"""
import json
import re
import sys

# A kind's section has one word as heading; the sections for all kinds have more.
SECTION = re.compile(r"^## (\w+)\n(.*?)(?=^## |\Z)", re.M | re.S)


PARTS = "## Parts for training and evaluation"


def table(rows):
    """Rows of parameters as the program describes them."""
    lines = ["| Parameter | Value | Default | Meaning |", "| --- | --- | --- | --- |"]
    for row in rows:
        default = f"`{row['default']}`" if "default" in row else "required" if row["required"] else "-"
        cells = (f"`{row['name']}`", row["allowed"], default, row.get("help", ""))
        lines.append("| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |")
    return "\n".join(lines) + "\n"


def head(kind):
    """What the program says of a kind."""
    return f"{kind['summary']}.\n\n{table(kind['params'])}\nExample: `{kind['example']}`\n"


def parts(kind):
    """The keys of parts, those of the map `split` with its name."""
    return table(kind["part"] + [{**row, "name": f"split.{row['name']}"} for row in kind["split"]])


def renewed(kinds, page):
    """The page with every head as it is to be."""
    left = {kind["name"]: kind for kind in kinds}

    def replace(section):
        name, text = section.groups()
        if name not in left:
            sys.exit(f"datasets_page.py: the section '## {name}' is of no kind; known are {', '.join(left)}")
        _, example, prose = text.partition("\nExample: `")
        if example:
            text = prose.partition("\n")[2]
        return f"## {name}\n\n{head(left.pop(name))}{text}"

    page = SECTION.sub(replace, page)
    text, heading, rest = page.partition(PARTS + "\n")
    if not heading:
        sys.exit(f"datasets_page.py: the page lacks the section '{PARTS}'")
    prose, _, behind = rest.partition("| Parameter |")
    page = text + heading + prose + parts(kinds[0]) + behind[behind.index("\n\n") + 1:]
    for kind in left.values():
        page += f"\n## {kind['name']}\n\n{head(kind)}"
    return page


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    with open(sys.argv[1], encoding="utf-8") as f:
        kinds = json.load(f)
    with open(sys.argv[2], encoding="utf-8") as f:
        page = f.read()
    print(renewed(kinds, page), end="")


if __name__ == "__main__":
    main()
