#!/usr/bin/env python3
"""Makes docs/compare.md and its pictures, docs/compare/*.svg, of what run.py wrote: page.py RESULTS [FOLDER].

FOLDER is docs/ unless given. Groups without a run are left out. Of two runs of one name and seed the later counts.
"""
import json
import math
import os
import statistics
import sys

import variants

TOP = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
# Quantiles of Student's t for 95 %, by degrees of freedom.
STUDENT = {1: 12.71, 2: 4.30, 3: 3.18, 4: 2.78, 5: 2.57, 6: 2.45, 7: 2.36, 8: 2.31, 9: 2.26}
# Colours that differ for eyes of all kinds, with dashes where they come round again.
COLOURS = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#b8860b", "#56b4e9", "#555555"]
DASHES = ["", "7 4", "2 3"]
WIDTH, HEIGHT, LEFT, TOP_EDGE, RIGHT, BOTTOM = 820, 380, 52, 18, 262, 34

INTRODUCTION = """\
# Modules compared

Every schedule, optimizer, initialization and normalization of `augtrain` ([modules.md](modules.md)) on one small task, and what regularization does to the gap between training and test. Made by

```sh
tools/compare/run.py RESULTS && tools/compare/page.py RESULTS
```

**The task.** The first {train:,} training pictures of Fashion-MNIST, tested on the first {test:,} of its test set; three convolutions of 16, 32 and 64 filters with batch normalization, 24,058 parameters (`examples/fashion_mnist/bn3.yaml`), batches of {batch}, {epochs} epochs; SGD with Nesterov's momentum at a rate of 0.1 and a cosine, unless the table is about that. Each table changes one thing, `tools/compare/variants.py` says how.

**How to read it.** Accuracies are means over the seeds of weights and order, and from three seeds on with the 95 % interval of that mean (Student's t). It says how much of a difference is the seeds' chance, on this test set; another test set of {test:,} moves all rows together by up to {moves:.1f} points. Two rows whose intervals overlap widely have not been told apart, and rows of fewer than three seeds, which have no interval, only where many points are between them. On another task, with more epochs, or at other rates, the order may be another.
"""

SECTIONS = {
    "schedules": """## Schedules

All of a rate of 0.1. `plateau` goes by the loss on {choice:,} further training pictures. `constant` is what the others are to be better than.""",
    "optimizers": """## Optimizers

Each with the best of three rates, chosen on {choice:,} further training pictures with a seed of its own, and a cosine. `gd` makes one step an epoch, of all pictures, so {epochs} in all.""",
    "initializations": """## Initializations

With batch normalization, which takes the scale of the weights out of what passes on. With one value for all weights (`constant`) all filters of a layer learn the same.""",
    "initializations without normalization": """### Without normalization

The same network without batch normalization, with biases, at a rate of 0.05. Now the scale decides: weights of 0.01 and 0.02 pass so little on that nothing is learnt in {epochs} epochs.""",
    "normalizations": """## Normalizations

In the places of batch normalization; at a rate of 0.05, which the network without any still bears. `instance_norm` takes the mean of every channel of a picture away, which is what the global average at the end tells.""",
    "regularization": """## Regularization

Two convolutions and two linear layers without normalization, 105,866 parameters, learn nearly all of the {train:,} pictures in {regularized} epochs. The gap is the accuracy on these pictures, evaluated as a test after the last epoch, less that on the test set.""",
}


def read(path):
    """All entries, and those of each variant: {(group, name): [entry of each seed]}, in the order of the page."""
    with open(path, encoding="utf-8") as file:
        entries = [json.loads(line) for line in file]
    found = {(v["group"], v["name"]): {} for v in variants.variants({})}
    for entry in entries:
        found.setdefault((entry["group"], entry["name"]), {})[entry["seed"]] = entry
    return entries, {key: [of_seed[seed] for seed in sorted(of_seed)] for key, of_seed in found.items() if of_seed}


def chosen_rates(entries):
    """Of each optimizer the rate that did best on other pictures, as run.py chose it."""
    rates, best = {}, {}
    for entry in entries:
        if entry["group"] == "rates" and entry["finite"] and entry["accuracy"][-1] > best.get(entry["name"], -1):
            best[entry["name"]] = entry["accuracy"][-1]
            rates[entry["name"]] = entry["rate"]
    return rates


def interval(values):
    """Mean and half the width of its 95 % interval; None for the latter where two values or fewer say too little."""
    mean = statistics.mean(values)
    if len(values) < 3:
        return mean, None
    return mean, STUDENT[min(len(values) - 1, 9)] * statistics.stdev(values) / math.sqrt(len(values))


def percent(values):
    """"86.5 ± 0.3" """
    mean, half = interval([100 * value for value in values])
    return f"{mean:.1f}" if half is None else f"{mean:.1f} ± {half:.1f}"


def spread(labels, gap):
    """Heights of labels, moved apart where they would overlap, and kept beside the chart: (y, ...) in, the same out."""
    labels = sorted(labels)
    low, high = TOP_EDGE - 4, HEIGHT - BOTTOM + 6
    for _ in range(200):
        for i in range(len(labels) - 1):
            (a, *first), (b, *second) = labels[i], labels[i + 1]
            shift = max(0, gap - (b - a)) / 2
            labels[i], labels[i + 1] = (a - shift, *first), (b + shift, *second)
        labels = [(min(max(y, low), high), *rest) for y, *rest in labels]
    return labels


def escape(text):
    """For SVG."""
    return text.replace("&", "&amp;").replace("<", "&lt;")


def ticks(low, high):
    """Round numbers between two, some five of them."""
    step = next(s for s in (0.5, 1, 2, 5, 10, 20, 50) if (high - low) / s <= 6.5)
    first = math.ceil(low / step - 1e-9)
    found = [k * step for k in range(first, int(high / step + 1e-9) + 1)]
    return found if found[0] <= low + step / 2 else [low, *found]


class Chart:
    """Lines over epochs, each with its name at its end."""

    def __init__(self, title, x_range, y_range, units):
        self.x_range, self.y_range = x_range, y_range
        self.parts = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" '
                      f'height="{HEIGHT}" font-family="sans-serif" font-size="13" role="img">',
                      f"<title>{escape(title)}</title>", f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#ffffff"/>',
                      f'<clipPath id="inside"><rect x="{LEFT}" y="{TOP_EDGE - 2}" width="{WIDTH - RIGHT - LEFT}" '
                      f'height="{HEIGHT - BOTTOM - TOP_EDGE + 3}"/></clipPath>']
        self.labels = []
        for y in ticks(*y_range):
            at = self.y(y)
            self.parts.append(f'<path d="M{LEFT} {at:.1f}H{WIDTH - RIGHT}" stroke="#dddddd"/><text x="{LEFT - 7}" '
                              f'y="{at + 4:.1f}" text-anchor="end" fill="#333333">{y:g}</text>')
        for x in ticks(*x_range):
            self.parts.append(f'<text x="{self.x(x):.1f}" y="{HEIGHT - BOTTOM + 18}" text-anchor="middle" '
                              f'fill="#333333">{x:g}</text>')
        self.parts.append(f'<text x="{LEFT}" y="{TOP_EDGE - 6}" fill="#333333">{escape(units[1])}</text><text '
                          f'x="{WIDTH - RIGHT}" y="{HEIGHT - 2}" text-anchor="end" fill="#333333">'
                          f"{escape(units[0])}</text>")

    def x(self, value):
        low, high = self.x_range
        return LEFT + (value - low) / (high - low) * (WIDTH - RIGHT - LEFT)

    def y(self, value):
        low, high = self.y_range
        return HEIGHT - BOTTOM - (value - low) / (high - low) * (HEIGHT - BOTTOM - TOP_EDGE)

    def line(self, points, name, index):
        """One of them; index chooses its colour and dashes."""
        colour = COLOURS[index % len(COLOURS)]
        dash = DASHES[index // len(COLOURS) % len(DASHES)]
        path = " ".join(f"{self.x(x):.1f},{self.y(y):.1f}" for x, y in points)
        dashes = f' stroke-dasharray="{dash}"' if dash else ""
        self.parts.append(f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="1.8"'
                          f'{dashes} clip-path="url(#inside)"/>')
        self.labels.append((min(self.y(points[-1][1]), HEIGHT - BOTTOM), name, colour, dashes))

    def svg(self):
        """The whole picture."""
        x = WIDTH - RIGHT
        for (y, name, colour, dashes), (old, *_) in zip(spread(self.labels, 17), sorted(self.labels)):
            self.parts.append(f'<path d="M{x + 2} {old:.1f}L{x + 14} {y:.1f}H{x + 30}" fill="none" stroke="{colour}"'
                              f'{dashes} stroke-width="1.5"/><text x="{x + 35}" y="{y + 4:.1f}" fill="{colour}">'
                              f"{escape(name)}</text>")
        return "\n".join([*self.parts, "</svg>", ""])


def curve(entries, key="accuracy"):
    """Mean over seeds at each epoch, as points in percent."""
    finite = [e[key] for e in entries if e["finite"]]
    n = min(map(len, finite), default=0)
    return [(i + 1, 100 * statistics.mean(values[i] for values in finite)) for i in range(n)]


def accuracy_chart(group, rows):
    """Test accuracy by epoch. The range shows the better part of the curves well."""
    curves = {name: curve(entries) for name, entries in rows.items()}
    curves = {name: points for name, points in curves.items() if points}
    ends = sorted(points[-1][1] for points in curves.values())
    low = max(0, 5 * math.floor((ends[len(ends) // 3] - 18) / 5))
    high = 2 * math.ceil((ends[-1] + 1) / 2)
    n = max(len(points) for points in curves.values())
    chart = Chart(f"{group}: test accuracy after each epoch", (1, n), (low, high), ("epoch", "test accuracy, %"))
    for index, (name, points) in enumerate(curves.items()):
        chart.line(points, name, index)
    return chart.svg()


def rate_chart(rows):
    """The learning rate of each schedule by step, of its first seed."""
    rows = {name: entries for name, entries in rows.items() if "rates" in entries[0]}
    last = max(point[0] for entries in rows.values() for point in entries[0]["rates"])
    chart = Chart("the learning rate of each schedule", (0, last), (0, 10), ("step", "learning rate, hundredths"))
    for index, (name, entries) in enumerate(rows.items()):
        chart.line([(step, 100 * rate) for step, rate in entries[0]["rates"]], name, index)
    return chart.svg()


def usual_table(rows, rates=None):
    """Accuracy and training loss of each."""
    lines = ["| | Accuracy, % | after half of the epochs | Training loss | Seeds |" + (" Rate |" if rates else ""),
             "| --- | --- | --- | --- | --- |" + (" --- |" if rates else "")]
    for name, entries in rows.items():
        finite = [e for e in entries if e["finite"]]
        if not finite:
            lines.append(f"| {name} | not finite | | | {len(entries)} |" + (f" {rates.get(name) or '':} |" if rates else ""))
            continue
        half = len(finite[0]["accuracy"]) // 2 - 1
        broken = f", {len(entries) - len(finite)} not finite" if len(finite) < len(entries) else ""
        lines.append(f"| {name} | {percent([e['accuracy'][-1] for e in finite])} | "
                     f"{percent([e['accuracy'][half] for e in finite])} | "
                     f"{statistics.mean(e['loss'][-1] for e in finite):.3f} | {len(entries)}{broken} |"
                     + (f" {rates.get(name) or '':} |" if rates else ""))
    return "\n".join(lines)


def gap_table(rows):
    """Accuracies of training and test, and what is between them."""
    lines = ["| | Training, % | Test, % | Gap, points | Test loss | Seeds |", "| --- | --- | --- | --- | --- | --- |"]
    for name, entries in rows.items():
        finite = [e for e in entries if e["finite"]]
        test = [e["accuracy"][-1] for e in finite]
        train = [e["train_accuracy"][-1] for e in finite]
        lines.append(f"| {name} | {percent(train)} | {percent(test)} | "
                     f"{percent([a - b for a, b in zip(train, test)])} | "
                     f"{statistics.mean(e['test_loss'][-1] for e in finite):.3f} | {len(entries)} |")
    return "\n".join(lines)


def main():
    entries, found = read(sys.argv[1])
    folder = sys.argv[2] if len(sys.argv) > 2 else os.path.join(TOP, "docs")
    os.makedirs(os.path.join(folder, "compare"), exist_ok=True)
    facts = {"train": variants.N_TRAIN, "choice": variants.N_CHOICE, "test": variants.N_TEST, "batch": variants.BATCH,
             "epochs": variants.USUAL_EPOCHS, "regularized": variants.EPOCHS["regularization"],
             "moves": 196 * math.sqrt(0.85 * 0.15 / variants.N_TEST)}
    parts = [INTRODUCTION.format(**facts)]
    for group, text in SECTIONS.items():
        rows = {name: of_seeds for (of, name), of_seeds in found.items() if of == group}
        if not rows:
            continue
        parts.append(text.format(**facts) + "\n")
        file_name = group.replace(" ", "_") + ".svg"
        with open(os.path.join(folder, "compare", file_name), "w", encoding="utf-8") as file:
            file.write(accuracy_chart(group, rows))
        parts.append(f"![Test accuracy after each epoch](compare/{file_name})\n")
        if group == "schedules":
            with open(os.path.join(folder, "compare", "rates.svg"), "w", encoding="utf-8") as file:
                file.write(rate_chart(rows))
            parts.append("![The learning rate at each step](compare/rates.svg)\n")
        rates = chosen_rates(entries) if group == "optimizers" else None
        parts.append((gap_table(rows) if group == "regularization" else usual_table(rows, rates)) + "\n")
    with open(os.path.join(folder, "compare.md"), "w", encoding="utf-8") as file:
        file.write("\n".join(parts))


main()
