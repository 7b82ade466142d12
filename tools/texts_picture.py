#!/usr/bin/env python3
"""Draws what `aug preview` shows of three texts, as the picture in README.md: texts_picture.py AUG.

The SVG goes to standard output. Exits with 3 where the English lexicon is missing.
"""
import html.parser
import os
import subprocess
import sys
import tempfile

TEXTS = """The hotel was clean, and the staff helped us quickly.
I didn't expect much, but it's a wonderful film about old friends.
They purchased two tickets at www.cinema.example for $12.
"""
# A seed whose draws show many operations.
SPEC = """augd: 1
seed: 47
dataset: {kind: lines, path: reviews.txt}
pipeline:
  - OneOf:
      transforms:
        - SynonymReplacement: {alpha: 0.3, p: 3}
        - RandomSwap
        - RandomDeletion
        - AEDA
        - Expansion
        - KeyboardNoise: {alpha: 0.1}
batch: {shuffle: false}
"""
VARIANTS = 3
WIDTH, MARGIN, LINE, GAP = 820, 20, 23, 14
STYLE = {"del": 'fill="#c62828" text-decoration="line-through"', "ins": 'fill="#2e7d32" font-weight="bold"'}


class Page(html.parser.HTMLParser):
    """Reads the page of a preview. rows: for each sample the lines below it, each a heading (of a variant: its
    operation) and pieces (tag, text)."""

    def __init__(self):
        super().__init__()
        self.rows, self.heading, self.tag, self.line = [], "", "", None

    def handle_starttag(self, tag, attrs):
        self.tag = tag
        if tag == "section":
            self.rows.append([])
        if tag == "p" and self.rows:
            self.line = []

    def handle_endtag(self, tag):
        self.tag = ""
        if tag == "p" and self.line is not None:
            self.rows[-1].append((self.heading, self.line))
            self.line, self.heading = None, ""

    def handle_data(self, data):
        if self.tag == "small":
            self.heading = data.rpartition(": ")[2]
        elif self.line is not None:
            self.line.append((self.tag, data))


def read_page(aug):
    """What the program shows."""
    with tempfile.TemporaryDirectory(prefix="aug-picture-") as folder:
        for name, content in (("reviews.txt", TEXTS), ("reviews.yaml", SPEC)):
            with open(os.path.join(folder, name), "w", encoding="utf-8") as file:
                file.write(content)
        done = subprocess.run([aug, "preview", "reviews.yaml", "--samples", "3", "--variants", str(VARIANTS), "-o",
                               "page.html"], cwd=folder, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            print(done.stderr, file=sys.stderr, end="")
            sys.exit(3 if "aug data build" in done.stderr else 1)
        with open(os.path.join(folder, "page.html"), encoding="utf-8") as file:
            page = Page()
            page.feed(file.read())
    return page.rows


def draw(rows):
    """Lines of the SVG."""
    height = 2 * MARGIN + sum(len(row) * LINE for row in rows) + GAP * (len(rows) - 1)
    yield f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" height="{height}"'
    yield '     font-family="ui-monospace, Menlo, Consolas, DejaVu Sans Mono, monospace" font-size="14">'
    yield f'<rect width="{WIDTH}" height="{height}" rx="8" fill="#fff" stroke="#d0d7de"/>'
    y = MARGIN + 15
    for row in rows:
        for i, (heading, pieces) in enumerate(row):
            text = "".join(f"<tspan {STYLE[tag]}>{html.escape(data)}</tspan>" if tag in STYLE else html.escape(data)
                           for tag, data in pieces)
            if heading:
                yield f'<text x="{MARGIN}" y="{y}" fill="#6e7781" font-size="12">{html.escape(heading)}</text>'
            look = 'fill="#1f2328"' if i else 'fill="#000" font-weight="bold"'
            yield f'<text x="{MARGIN + 160}" y="{y}" {look} xml:space="preserve">{text}</text>'
            y += LINE
        y += GAP
    yield "</svg>"


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    print("\n".join(draw(read_page(os.path.abspath(sys.argv[1])))))


if __name__ == "__main__":
    main()
