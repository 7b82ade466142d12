#!/usr/bin/env python3
"""Measures the project's style: one table, and exit status 1 if a bound is broken.

    tools/yardstick.py             the table, and each offender by place
    tools/yardstick.py --json      the same for programs
    tools/yardstick.py --root DIR  another copy of the project

Bounds are those of CONTRIBUTING.md. Needs Python 3 and universal-ctags.
"""
import argparse
import json
import math
import statistics
import sys

from measure import declarations, files, functions, include_rules

sys.dont_write_bytecode = True


class Row:
    """One measure: what was found, what is allowed, and the places that break it.

    A goal that is not reached is shown, but is no reason to fail: tests are not written by the line.
    """

    def __init__(self, name, value, bound, ok, offenders=()):
        self.name, self.value, self.bound = name, value, bound
        self.goal = False
        self.ok, self.offenders = ok, list(offenders)


def percentile(values, share):
    """Nearest-rank percentile."""
    ordered = sorted(values)
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)]


def function_rows(found):
    """Lengths, parameters and nesting."""
    over = {n: [f for f in found if f.lines > n] for n in (60, 100)}
    share = len(over[60]) / max(1, len(found))
    many = [f for f in found if f.parameters > 6]
    deep = [f for f in found if f.depth > 4]

    def places(some, figure):
        return [f"{functions.where(f)}: {figure(f)}" for f in some]
    return [
        Row("functions", str(len(found)), "", True),
        Row("functions over 100 lines", str(len(over[100])), "0", not over[100],
            places(over[100], lambda f: f"{f.lines} lines")),
        Row("functions over 60 lines", f"{len(over[60])} ({share:.1%})", "4 %", share <= 0.04,
            places(over[60], lambda f: f"{f.lines} lines")),
        Row("functions with over 6 parameters", str(len(many)), "0", not many,
            places(many, lambda f: f"{f.parameters} parameters")),
        Row("functions nested over 4 levels", str(len(deep)), "0", not deep,
            places(deep, lambda f: f"{f.depth} levels")),
    ]


def file_rows(lengths, operations):
    """Lengths of files, and of the files of operations."""
    long = [n for n, lines in lengths.items() if lines > 800]
    shape = (statistics.median(lengths.values()), percentile(lengths.values(), 0.9),
             max(lengths.values()))
    fits = shape[0] <= 300 and shape[1] <= 600 and shape[2] <= 800
    big = [n for n in operations if lengths.get(n, 0) > 150]
    longest = max((lengths.get(n, 0) for n in operations), default=0)
    return [
        Row("files over 800 lines", str(len(long)), "0", not long,
            [f"{n}: {lengths[n]} lines" for n in long]),
        Row("file median / p90 / max", f"{shape[0]:.0f} / {shape[1]} / {shape[2]}",
            "300 / 600 / 800", fits),
        Row("longest operation file", str(longest), "150", not big,
            [f"{n}: {lengths[n]} lines" for n in big]),
    ]


def declaration_rows(top, headers):
    """Documented declarations of the public headers, and of all headers."""
    rows = []
    for title, chosen in (("public declarations documented", is_public), ("all header declarations documented", None)):
        found = [(n, d) for n in headers if chosen is None or chosen(n)
                 for d in declarations.declarations(files.read(top, n))]
        bare = [(n, d) for n, d in found if not d.documented]
        share = 1 - len(bare) / max(1, len(found))
        rows.append(Row(title, f"{len(found) - len(bare)} of {len(found)} ({share:.1%})", "100 %", not bare,
                        [f"{n}:{d.line}: {d.text}" for n, d in bare]))
    return rows


def is_public(name):
    """A header that is installed."""
    return "/include/" in name or name.startswith("protocol/")


def ratio_row(lengths):
    """Test lines over source lines."""
    source = sum(lines for n, lines in lengths.items() if files.is_product(n))
    test = sum(lines for n, lines in lengths.items() if files.is_test(n))
    ratio = test / max(1, source)
    row = Row("test lines / source lines", f"{test} / {source} = {ratio:.2f}", "0.80", ratio >= 0.8)
    row.goal = True
    return row


def measure(top):
    """All rows."""
    listed = files.listed(top)
    names = [n for n in listed if files.is_code(n)]
    texts = {n: files.read(top, n) for n in names}
    lengths = {n: text.count("\n") for n, text in texts.items()}
    headers = [n for n in names if n.endswith(".h") and not n.startswith("tests/")]
    silent = [n for n in listed if (files.is_code(n) or files.is_build(n))
              and not files.begins_with_words(files.read(top, n))]
    wrong = include_rules.check_all((n, t) for n, t in texts.items() if files.is_c(n))
    return (function_rows(functions.all_functions(top, names))
            + file_rows(lengths, files.operations(top))
            + [Row("files that do not say what they are for", str(len(silent)), "0", not silent, silent)]
            + declaration_rows(top, headers)
            + [Row("include-rule violations", str(len(wrong)), "0", not wrong, wrong)]
            + [ratio_row(lengths)])


def show(rows):
    """The table, then the places."""
    print(f"{'measure':38} {'found':>22}  {'allowed':>15}")
    for row in rows:
        print(f"{row.name:38} {row.value:>22}  {row.bound:>15}  {'' if row.ok else 'below the goal' if row.goal else 'BROKEN'}".rstrip())
    for row in rows:
        for place in row.offenders:
            print(f"  {row.name}: {place}")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--root", default=files.root(), metavar="DIR", help="folder of the project")
    parser.add_argument("--json", action="store_true", help="print JSON")
    options = parser.parse_args()
    if not functions.available():
        sys.exit("yardstick.py: needs universal-ctags; tools/packages.sh installs it")
    rows = measure(options.root)
    if options.json:
        print(json.dumps([vars(row) for row in rows], indent=1))
    else:
        show(rows)
    return 0 if all(row.ok or row.goal for row in rows) else 1


if __name__ == "__main__":
    sys.exit(main())
